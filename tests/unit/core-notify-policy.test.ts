import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  decideNotification,
  defaultNotifySettings,
  occasionOf,
  type PolicyInput,
} from '../../src-main/core/notify/policy.ts'
import type { Incident } from '../../src-shared/domain/incident.ts'
import { sampleIncident } from '../support/sample-incident.ts'
import { severities } from '../../src-shared/domain/severity.ts'

const incidentId = '0192f7a0-1111-7000-8000-000000000042'
const input: PolicyInput = {
  happening: {
    siteId: 'site',
    incidentId,
    occasion: 'triggered',
    severity: 'critical',
    byOperator: null,
    concerns: null,
  },
  settings: defaultNotifySettings,
  now: 100_000,
  presence: { visible: false, focused: false, incidentId: null },
  self: 'mira',
  notifiedAt: [],
}
const incident = sampleIncident({
  id: incidentId,
  severity: 'error',
  priority: 'P3',
  triggeredAt: 1,
  updatedAt: 1,
})

describe('the notification policy', () => {
  it('notifies of a new incident and says why', () => {
    expect(decideNotification(input)).toEqual({
      notified: true,
      inStorm: false,
      reason: 'shown: critical incident triggered',
    })
  })

  it('does not for what is mild, for own actions, and for what is being looked at', () => {
    const of = (changes: Partial<PolicyInput>) => decideNotification({ ...input, ...changes })
    expect(of({ happening: { ...input.happening, severity: 'info' } }).reason).toBe(
      'not shown: info is below warning',
    )
    expect(of({ happening: { ...input.happening, byOperator: 'mira' } }).reason).toBe(
      'not shown: it was your own action',
    )
    expect(of({ happening: { ...input.happening, byOperator: 'jonas' } }).notified).toBe(true)
    expect(of({ presence: { visible: true, focused: true, incidentId } }).reason).toBe(
      'not shown: you were looking at it',
    )
    expect(of({ presence: { visible: true, focused: false, incidentId } }).notified).toBe(true)
  })

  it('leaves summaries out unless they are wanted', () => {
    const happening = { ...input.happening, occasion: 'summary' } as const
    expect(decideNotification({ ...input, happening }).notified).toBe(false)
    const settings = { ...defaultNotifySettings, summaries: true }
    expect(decideNotification({ ...input, happening, settings }).notified).toBe(true)
  })

  it('makes one of more than five in ten seconds', () => {
    const at = (ages: number[]) =>
      decideNotification({ ...input, notifiedAt: ages.map((age) => input.now - age) })
    expect(at([9_000, 8_000, 7_000, 6_000]).inStorm).toBe(false)
    expect(at([9_999, 8_000, 7_000, 6_000, 0]).inStorm).toBe(true)
    expect(at([10_000, 8_000, 7_000, 6_000, 0]).inStorm).toBe(false)
  })

  it('always gives a reason that agrees with the decision, and the same one for the same input', () => {
    const presence = fc.record({
      visible: fc.boolean(),
      focused: fc.boolean(),
      incidentId: fc.constantFrom(null, incidentId),
    })
    const occasion = fc.constantFrom(
      'triggered',
      'reopened',
      'flapping',
      'raised',
      'spread',
      'unacknowledged',
      'snoozeEnded',
      'ackExpired',
      'followUpDue',
      'summary',
    )
    const byOperator = fc.constantFrom(null, 'mira', 'jonas')
    const given = fc.record({ presence, occasion, severity: fc.constantFrom(...severities), byOperator })
    fc.assert(
      fc.property(given, (each) => {
        const happening = { siteId: 's', incidentId, concerns: null, ...each } as PolicyInput['happening']
        const one = { ...input, happening, presence: each.presence }
        const verdict = decideNotification(one)
        expect(verdict.reason.startsWith('shown')).toBe(verdict.notified)
        expect(decideNotification(one)).toEqual(verdict)
      }),
    )
  })
})

describe('what happened to an incident', () => {
  const next = (changes: Partial<Incident>) => ({ ...incident, revision: 2, ...changes })

  it('is read from its two states', () => {
    expect(occasionOf(null, incident)).toBe('triggered')
    expect(occasionOf(incident, next({ severity: 'critical' }))).toBe('raised')
    expect(occasionOf(incident, next({ severity: 'info' }))).toBeNull()
    expect(occasionOf(incident, next({ noteCount: 1 }))).toBeNull()
    expect(occasionOf({ ...incident, status: 'resolved' }, next({ flapCount: 1 }))).toBe('reopened')
    expect(occasionOf({ ...incident, status: 'acknowledged' }, next({}))).toBe('unacknowledged')
  })

  it('announces that it flaps when that begins, and no reopening while it goes on', () => {
    const flapping = { since: 100, until: 300_100, worst: null }
    const known = next({ flapCount: 2, flapping })
    expect(occasionOf(next({ flapCount: 1 }), known)).toBe('flapping')
    expect(occasionOf(known, next({ flapCount: 3, flapping: { ...flapping, until: 305_100 } }))).toBeNull()
    expect(occasionOf(known, next({ flapCount: 9, flapping, severity: 'critical' }))).toBe('raised')
    const anew = { since: 900_000, until: 1_200_000, worst: null }
    expect(occasionOf(known, next({ flapCount: 4, flapping: anew }))).toBe('flapping')
    expect(occasionOf(known, next({ flapCount: 3 }))).toBe('reopened')
    const happening = { ...input.happening, occasion: 'flapping' } as const
    expect(decideNotification({ ...input, happening }).reason).toBe(
      'shown: critical incident is flapping; further reopenings are counted and not announced',
    )
  })

  it('takes what comes and goes for no news, as bad as it was, also beside something milder that stays', () => {
    const flapping = { since: 100, until: 300_100, worst: 'critical' } as const
    for (const status of ['triggered', 'acknowledged'] as const) {
      const away = next({ status, severity: 'warning', flapCount: 3, flapping })
      const back = { ...away, severity: 'critical', flapCount: 4 } as const
      expect(occasionOf(away, back)).toBeNull()
      // Another alert is as bad, or what is back is worse than ever.
      expect(occasionOf(away, { ...back, alertCount: away.alertCount + 1 })).toBe('raised')
      expect(occasionOf(away, { ...back, flapCount: 3 })).toBe('raised')
      expect(occasionOf({ ...away, flapping: { ...flapping, worst: 'error' } }, back)).toBe('raised')
    }
  })

  it('says why nobody has it any more: a snooze that ended, an acknowledgement that ran out, a person', () => {
    const held = { ...incident, status: 'acknowledged' as const }
    const snoozed = { ...held, snoozedUntil: 500 }
    expect(occasionOf(snoozed, next({ updatedAt: 500 }))).toBe('snoozeEnded')
    expect(occasionOf(snoozed, next({ updatedAt: 499 }))).toBe('unacknowledged')
    const timed = { ...held, ackExpiresAt: 500 }
    expect(occasionOf(timed, next({ updatedAt: 500 }))).toBe('ackExpired')
    expect(occasionOf(timed, next({ updatedAt: 499 }))).toBe('unacknowledged')
  })

  it('announces what breaks a snooze, and a service that joins what somebody has', () => {
    const held = { ...incident, status: 'acknowledged' as const, snoozedUntil: 500 }
    const wider = [...incident.serviceIds, '0192f7a0-1111-7000-8000-000000000077']
    expect(occasionOf(held, next({ serviceIds: wider, updatedAt: 400 }))).toBe('spread')
    expect(occasionOf(held, next({ status: 'acknowledged', serviceIds: wider }))).toBe('spread')
    expect(occasionOf(held, next({ severity: 'critical', updatedAt: 400 }))).toBe('raised')
    expect(occasionOf(incident, next({ serviceIds: wider }))).toBeNull()
  })

  it('announces a follow-up once, when it is due, to whom it concerns, however mild it is', () => {
    const due = { at: 400, text: 'vendor', isDue: true }
    const held = { ...incident, status: 'acknowledged' as const, followUp: { ...due, isDue: false } }
    expect(occasionOf(held, next({ status: 'acknowledged', followUp: due }))).toBe('followUpDue')
    expect(occasionOf(next({ followUp: due }), next({ followUp: due, noteCount: 2 }))).toBeNull()
    const over = { ...held, status: 'resolved' as const }
    expect(occasionOf(over, next({ status: 'resolved', followUp: due }))).toBe('followUpDue')
    expect(occasionOf(null, next({ status: 'resolved', followUp: due }))).toBeNull()
    const happening = { ...input.happening, occasion: 'followUpDue', severity: 'info' } as const
    const of = (concerns: string | null) =>
      decideNotification({ ...input, happening: { ...happening, concerns } })
    expect([of(null).notified, of('mira').notified, of('jonas').notified]).toEqual([true, true, false])
    expect(of('jonas').reason).toBe('not shown: it concerns jonas')
  })

  it('announces what a person reopens, and nothing of what went into another', () => {
    expect(occasionOf({ ...incident, status: 'resolved' }, next({}))).toBe('reopened')
    const mergedInto = { id: incidentId, number: 7 }
    expect(occasionOf(incident, next({ status: 'resolved', mergedInto }))).toBeNull()
  })

  it('announces an acknowledged one anew when it gets worse, and nothing that is over', () => {
    expect(
      occasionOf(
        { ...incident, status: 'acknowledged' },
        next({ status: 'acknowledged', severity: 'critical' }),
      ),
    ).toBe('raised')
    expect(occasionOf(null, next({ status: 'resolved' }))).toBeNull()
    expect(occasionOf(incident, next({ status: 'resolved', severity: 'critical' }))).toBeNull()
  })
})
