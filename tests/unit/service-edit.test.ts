import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { editService, serviceChangesSchema } from '../../src-shared/domain/service-edit.ts'
import { serviceSchema, type Service } from '../../src-shared/domain/service.ts'
import { sampleId, sampleStart } from '../support/sample-incident.ts'

const service: Service = {
  id: sampleId(7),
  revision: 3,
  name: 'payment-gateway',
  team: 'Payments',
  runbookUrl: null,
  labels: { tier: '1' },
  edited: null,
}
const cause = { at: sampleStart, by: { name: 'mira' } }
const change = (changes: object) => serviceChangesSchema.parse({ revision: 3, ...changes })

describe('an edit of a service', () => {
  it('changes what it names, leaves the rest, and says who did it and when', () => {
    const runbookUrl = 'https://run.example/payments'
    const decision = editService(service, change({ runbookUrl }), cause)
    expect(decision).toEqual({
      ok: true,
      service: { ...service, revision: 4, runbookUrl, edited: { at: sampleStart, by: 'mira' } },
    })
  })

  it('takes a field away with null or an empty text, and labels as a whole', () => {
    const decision = editService(service, change({ team: '  ', labels: { zone: 'eu' } }), cause)
    expect(decision).toMatchObject({ ok: true, service: { team: null } })
    expect(decision.ok && decision.service.labels).toEqual({ zone: 'eu' })
  })

  it('of a state that has changed since is a conflict that names who changed it', () => {
    const first = editService(service, change({ team: 'Checkout' }), cause)
    if (!first.ok) throw new Error('refused')
    const second = editService(first.service, change({ team: 'Platform' }), {
      ...cause,
      by: { name: 'noor' },
    })
    expect(second).toMatchObject({ ok: false, refusal: { code: 'serviceChanged' } })
    expect(!second.ok && second.refusal.message).toContain('mira changed the service payment-gateway')
  })

  it('to what is so already is no change, whichever state it was made on', () => {
    for (const revision of [1, 3]) {
      const decision = editService(service, change({ revision, team: 'Payments' }), cause)
      expect(decision.ok && decision.service).toBe(service)
    }
  })

  it.each([
    [{ name: 'other' }, 'name'],
    [{ runbookUrl: 'javascript:alert(1)' }, 'http'],
    [{ team: 'x'.repeat(201) }, '200'],
    [{ labels: Object.fromEntries(Array.from({ length: 65 }, (_, n) => [`l${n}`, ''])) }, '64'],
  ])('refuses %j', (changes, words) => {
    const { error } = serviceChangesSchema.safeParse({ revision: 3, ...changes })
    expect(error?.issues[0]?.message).toContain(words)
  })

  it('in any order of two ends with one of them done and the other explained, or both the same', () => {
    const teams = fc.constantFrom(null, 'Payments', 'Checkout', 'Platform')
    const edits = fc.record({ revision: fc.constantFrom(2, 3), team: teams })
    fc.assert(
      fc.property(edits, edits, (a, b) => {
        const first = editService(service, a, cause)
        const middle = first.ok ? first.service : service
        const second = editService(middle, b, cause)
        const end = second.ok ? second.service : middle
        expect(serviceSchema.parse(end)).toEqual(end)
        expect(end.revision).toBeLessThanOrEqual(service.revision + 1)
        if (second.ok) expect(end.team).toBe(b.team)
      }),
    )
  })
})
