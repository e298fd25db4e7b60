import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { sampleAlert, sampleId } from '../support/sample-incident.ts'
import { flapped, openedAgain, settlesAfter } from '../../src-shared/correlation/flapping.ts'
import type { Alert } from '../../src-shared/domain/alert.ts'
import { incidentChangeSchema, incidentSchema, type Incident } from '../../src-shared/domain/incident.ts'
import {
  acknowledge,
  note,
  prioritise,
  resolve,
  unacknowledge,
} from '../../src-shared/domain/incident-actions.ts'
import {
  closeAlert,
  joinAlert,
  lowerSeverity,
  openIncident,
  raiseSeverity,
  reopenAlert,
} from '../../src-shared/domain/incident-reducer.ts'
import type { Cause, Transition } from '../../src-shared/domain/incident-step.ts'
import {
  moreUrgent,
  priorities,
  severities,
  usualPriority,
  worseSeverity,
  type Priority,
  type RulePriority,
  type Severity,
} from '../../src-shared/domain/severity.ts'

const settleMs = 30_000
const flapSettleMs = 300_000
const people = ['mira', 'jonas'] as const

type Step =
  | {
      kind: 'join' | 'raise' | 'lower' | 'close' | 'reopen'
      pick: number
      severity: Severity
      ruled: RulePriority | null
    }
  | { kind: 'prioritise'; priority: Priority | null }
  | { kind: 'acknowledge' | 'unacknowledge' | 'resolve' | 'note'; who: (typeof people)[number] }

const stepArbitrary: fc.Arbitrary<Step> = fc.oneof(
  fc.record({
    kind: fc.constantFrom('join', 'raise', 'lower', 'close', 'reopen'),
    pick: fc.nat(100),
    severity: fc.constantFrom(...severities),
    ruled: fc.option(
      fc.record({ priority: fc.constantFrom(...priorities), rule: fc.constantFrom('a', 'b') }),
    ),
  }),
  fc.record({
    kind: fc.constant('prioritise'),
    priority: fc.option(fc.constantFrom(...priorities)),
  }),
  fc.record({
    kind: fc.constantFrom('acknowledge', 'unacknowledge', 'resolve', 'note'),
    who: fc.constantFrom(...people),
  }),
)

/** An incident with its alerts, moved as the server moves them. */
class Model {
  alerts: Alert[]
  incident: Incident
  reopenings = 0
  #at = 1_000

  constructor(severity: Severity) {
    const opener = sampleAlert({ id: sampleId(1), severity, isOpen: true, closedAt: null })
    this.alerts = [opener]
    this.incident = openIncident(sampleId(900), 1, opener, this.#cause('prometheus')).incident
  }

  open(): Alert[] {
    return this.alerts.filter((alert) => alert.isOpen)
  }

  apply(step: Step): void {
    this.#at += 1_000
    if ('who' in step) return this.#act(step.kind, step.who)
    const cause = this.#cause('prometheus')
    if (step.kind === 'prioritise') {
      const by = this.#cause('mira')
      const decision = prioritise(this.incident, step.priority, this.incident.priority, by)
      if (decision.ok) this.#take(decision.transition)
      return
    }
    if (step.kind === 'join') {
      if (this.incident.status === 'resolved') return
      const alert = sampleAlert({
        id: sampleId(this.alerts.length + 1),
        severity: step.severity,
        rulePriority: step.ruled,
        serviceId: sampleId(500 + (step.pick % 3)),
      })
      this.alerts.push(alert)
      return this.#take(joinAlert(this.incident, alert, cause))
    }
    const isOpen = step.kind !== 'reopen'
    const candidates = this.alerts.filter((alert) => alert.isOpen === isOpen)
    const chosen = candidates[step.pick % Math.max(1, candidates.length)]
    if (!chosen) return
    if (step.kind === 'raise') {
      if (worseSeverity(chosen.severity, step.severity) === chosen.severity) return
      const rulePriority = moreUrgent(chosen.rulePriority, step.ruled)
      const worse = this.#replace({ ...chosen, severity: step.severity, rulePriority })
      return this.#take(raiseSeverity(this.incident, worse, cause))
    }
    if (step.kind === 'lower') {
      if (worseSeverity(chosen.severity, step.severity) === step.severity) return
      const milder = this.#replace({ ...chosen, severity: step.severity })
      const worst = this.worstOpen() ?? step.severity
      if (worst !== this.incident.severity) this.#take(lowerSeverity(this.incident, milder, worst, cause))
      return
    }
    if (step.kind === 'reopen') {
      const openedAt = openedAgain(chosen.openedAt, this.#at)
      const rulePriority = moreUrgent(chosen.rulePriority, step.ruled)
      const changed = { isOpen: true, severity: step.severity, openedAt, rulePriority }
      const again = this.#replace({ ...chosen, ...changed })
      const flapping = flapped(this.incident.flapping, openedAt, this.#at, flapSettleMs)
      this.reopenings += 1
      return this.#take(reopenAlert(this.incident, again, flapping, cause))
    }
    const closed = this.#replace({ ...chosen, isOpen: false })
    this.#take(
      closeAlert(
        this.incident,
        closed,
        this.worstOpen(),
        settlesAfter(this.incident.flapping, this.#at, settleMs),
        cause,
      ),
    )
  }

  worstOpen(): Severity | null {
    const open = new Set(this.open().map((alert) => alert.severity))
    return severities.findLast((severity) => open.has(severity)) ?? null
  }

  #act(kind: 'acknowledge' | 'unacknowledge' | 'resolve' | 'note', who: string): void {
    const cause = this.#cause(who)
    const decisions = { acknowledge, unacknowledge, resolve }
    const decision =
      kind === 'note' ? note(this.incident, 'text', cause) : decisions[kind](this.incident, cause)
    if (!decision.ok) {
      if (decision.refusal.message === '') throw new Error(`${kind} was refused without a word`)
      return
    }
    if (kind === 'resolve') this.alerts = this.alerts.map((alert) => ({ ...alert, isOpen: false }))
    this.#take(decision.transition)
  }

  #replace(alert: Alert): Alert {
    this.alerts = this.alerts.map((each) => (each.id === alert.id ? alert : each))
    return alert
  }

  #take({ incident, change }: Transition): void {
    incidentChangeSchema.parse(change)
    if (incident.revision !== this.incident.revision + 1) throw new Error('the revision rises by one')
    const left = incident.status === this.incident.status ? null : this.incident.status
    if (left !== null && change.from !== left) throw new Error(`it left ${left} and says ${change.from}`)
    const byHand = this.incident.prioritySetBy !== null && change.kind !== 'prioritised'
    if (byHand && incident.priority !== this.incident.priority) throw new Error('a person set the priority')
    this.incident = incident
  }

  #cause(name: string): Cause {
    return { at: this.#at, by: { kind: name === 'prometheus' ? 'source' : 'operator', name } }
  }
}

/** What must hold of an incident and its alerts in any state. */
function expectPossible(model: Model): void {
  const { incident, alerts } = model
  incidentSchema.parse(incident)
  const worst = model.worstOpen()
  expect(incident.alertCount).toBe(alerts.length)
  expect(incident.openAlertCount).toBe(model.open().length)
  expect(incident.flapCount).toBe(model.reopenings)
  if (worst !== null) expect(incident.severity).toBe(worst)
  const ruled = alerts.reduce<RulePriority | null>((all, alert) => moreUrgent(all, alert.rulePriority), null)
  expect(incident.rulePriority?.priority).toBe(ruled?.priority)
  if (incident.prioritySetBy === null) expect(incident.priority).toBe(usualPriority(incident))
  else expect(incident.prioritySetBy.name).toBe('mira')
  expect(new Set(incident.serviceIds).size).toBe(incident.serviceIds.length)
  if (incident.status !== 'resolved') {
    expect(incident.acknowledgedBy !== null).toBe(incident.status === 'acknowledged')
  }
  expect(incident.resolvedAt !== null && incident.resolvedBy !== null).toBe(incident.status === 'resolved')
  if (incident.status === 'resolved') {
    expect(model.open()).toEqual([])
    expect(incident.flapping).toBeNull()
  }
  // It waits to settle exactly while it is unresolved and none of its alerts is open.
  expect(incident.settlesAt !== null).toBe(incident.status !== 'resolved' && worst === null)
  if (incident.settlesAt !== null)
    expect(incident.settlesAt).toBeGreaterThanOrEqual(incident.flapping?.until ?? 0)
}

describe('no sequence of events and actions', () => {
  it('leaves an incident in an impossible state', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...severities),
        fc.array(stepArbitrary, { maxLength: 60, size: 'max' }),
        (severity, steps) => {
          const model = new Model(severity)
          expectPossible(model)
          for (const step of steps) {
            model.apply(step)
            expectPossible(model)
          }
        },
      ),
      { numRuns: 400 },
    )
  })
})

describe('an action that comes too late', () => {
  const incident = () => new Model('error').incident
  const by = (name: string, at: number): Cause => ({ at, by: { kind: 'operator', name } })

  it('is told who resolved it, and when', () => {
    const first = resolve(incident(), by('jonas', Date.UTC(2026, 10, 23, 14, 2, 11)))
    const late = first.ok ? acknowledge(first.transition.incident, by('mira', 0)) : first
    expect(late).toEqual({
      ok: false,
      refusal: { code: 'alreadyResolved', message: 'already resolved by jonas at 14:02:11 UTC' },
    })
  })

  it('names who holds it now, after it was given back and taken by somebody else', () => {
    let state = incident()
    const moves = [acknowledge(state, by('mira', 1))]
    for (const next of [
      (at: Incident) => unacknowledge(at, by('mira', 2)),
      (at: Incident) => acknowledge(at, by('jonas', 3)),
    ]) {
      const last = moves.at(-1)
      if (last?.ok) moves.push(next(last.transition.incident))
    }
    const held = moves.at(-1)
    if (held?.ok) state = held.transition.incident
    expect(state).toMatchObject({ acknowledgedAt: 1, acknowledgedBy: { name: 'jonas' } })
    expect(acknowledge(state, by('mira', 4))).toMatchObject({
      refusal: { message: 'already acknowledged by jonas' },
    })
  })
})
