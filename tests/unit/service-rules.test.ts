import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createServiceNaming } from '../../src-server/ingest/name-service.ts'
import { createServiceMatcher } from '../../src-shared/services/match-service.ts'
import {
  builtInServiceRules,
  serviceRulesSchema,
  type ServiceRule,
} from '../../src-shared/services/service-rule.ts'
import { sampleMonitoringEvent } from '../support/sample-incident.ts'

const rules = (...written: unknown[]): ServiceRule[] => serviceRulesSchema.parse(written)
const labelled = (labels: Record<string, string>) => sampleMonitoringEvent({ labels, service: 'unknown' })
const app = { name: 'app', service: '{label.app}' }

describe('service rules', () => {
  it('name the service of an event that names none, the first that fits and can fill in its name', () => {
    const match = createServiceMatcher(
      rules(
        { name: 'shop', match: [{ field: 'label.ns', anyOf: ['shop-*'] }], service: 'shop/{label.app}' },
        { name: 'db', match: [{ field: 'label.alertname', anyOf: ['pg*'] }], service: 'databases' },
        app,
      ),
    )
    expect(match(labelled({ ns: 'Shop-eu', app: 'cart' }), false)).toBe('shop/cart')
    expect(match(labelled({ ns: 'shop-eu', alertname: 'PgDown' }), false)).toBe('databases')
    expect(match(labelled({ ns: 'mail', app: 'relay' }), false)).toBe('relay')
    expect(match(labelled({ app: '' }), false)).toBeNull()
  })

  it('cut a name to what a service may be called', () => {
    const name = createServiceMatcher(rules(app))(labelled({ app: 'x'.repeat(300) }), false)
    expect(name).toBe(`${'x'.repeat(199)}…`)
  })

  it('leave an event alone that names its service itself, unless a rule is for always', () => {
    const event = { ...labelled({ app: 'cart' }), service: 'cart-7' }
    expect(createServiceMatcher(rules(app))(event, true)).toBeNull()
    expect(createServiceMatcher(rules({ ...app, always: true }))(event, true)).toBe('cart')
    const suffix = { name: 'site', service: '{service}@{source}', always: true }
    expect(createServiceMatcher(rules(suffix))(event, true)).toBe('cart-7@alertmanager')
  })

  it('that are built in take the label service, then job, then alertname', () => {
    const match = createServiceMatcher(builtInServiceRules)
    const labels = { service: 's', job: 'j', alertname: 'a' }
    expect(match(labelled(labels), false)).toBe('s')
    expect(match(labelled({ job: 'j', alertname: 'a' }), false)).toBe('j')
    expect(match(labelled({ alertname: 'a' }), false)).toBe('a')
    expect(match(labelled({}), false)).toBeNull()
  })

  it('give a name that is never empty nor longer than a service’s may be', () => {
    const match = createServiceMatcher(rules({ name: 'any', service: ' {label.a}{label.b} ' }))
    fc.assert(
      fc.property(fc.string({ maxLength: 300 }), fc.string({ maxLength: 300 }), (a, b) => {
        const name = match(labelled({ a, b }), false)
        if (name === null) return a === '' || b === '' || `${a}${b}`.trim() === ''
        return name.length >= 1 && name.length <= 200 && name === name.trim()
      }),
    )
  })

  it.each([
    ['a field that no event has', { ...app, service: '{app}' }, 'service', '{label.app}'],
    ['braces around nothing', { ...app, service: 'x{}' }, 'service', '{label.app}'],
    ['a misspelt field', { ...app, allways: true }, undefined, 'allways'],
    ['no name to give', { name: 'x' }, 'service', ''],
  ])('are refused with %s, and say where', (_what, rule, field, words) => {
    const issue = serviceRulesSchema.safeParse([rule]).error?.issues[0]
    expect(issue?.path).toEqual(field === undefined ? [0] : [0, field])
    expect(issue?.message).toContain(words)
  })
})

describe('members of a payload', () => {
  const source = { sourceKind: 'alertmanager', sourceName: 'prometheus' }
  const event = labelled({ app: 'cart', job: 'node' })

  it('get their service by the rules of the file before the built-in ones', () => {
    const guessed = { ok: true, event, raw: '', isServiceGuessed: true } as const
    expect(createServiceNaming(rules(app))([guessed], source)).toMatchObject([{ event: { service: 'cart' } }])
    expect(createServiceNaming([])([guessed], source)).toMatchObject([{ event: { service: 'node' } }])
  })

  it('stay as they are when they are wrong, a heartbeat, or named', () => {
    const named = { ok: true, event, raw: '' } as const
    const heartbeat = { ok: true, heartbeat: true, hasEnded: false } as const
    const wrong = { ok: false, problem: { code: 'invalid', message: 'no', field: null } } as const
    const members = [named, heartbeat, wrong]
    expect(createServiceNaming(rules(app))(members, source)).toEqual(members)
  })
})
