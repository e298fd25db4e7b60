import type { Alert } from '../domain/alert.ts'
import type { MonitoringEvent } from '../domain/event.ts'
import { isWorse } from '../domain/incident-step.ts'
import { moreUrgent, worseSeverity } from '../domain/severity.ts'
import { heard, unheard, type Chatter } from './chattering.ts'
import { createCorrelator, openedAlone, type Correlator, type CorrelatedEvent } from './correlator.ts'
import { flapped, openedAgain, settlesAfter } from './flapping.ts'
import { milderAfter } from './milder.ts'
import { isRedelivery, laterStart, startOf, startOfEnded } from './redelivery.ts'
import type { CorrelationRule } from './rule.ts'
import {
  changeSeverity,
  joinIncident,
  meetDeadlines,
  settleSeverity,
  simulatedIncident,
  worstOpen,
  type SimulatedAlert,
  type SimulatedIncident,
} from './simulated-incident.ts'

/** What the simulation takes of an event: its word, and whether maintenance suppressed its alert. */
export type SimulatedEvent = CorrelatedEvent &
  Pick<MonitoringEvent, 'action' | 'receivedAt' | 'occurredAt' | 'alertId' | 'incidentId'>

/** The server's times, in milliseconds: the settle times after the last alert closed, the reopen window, and the ack timeout. */
export interface SimulationTimes {
  settleMs: number
  /** Of a flapping incident, from its last reopening; and of a severity that has become milder. */
  flapSettleMs: number
  reopenMs: number
  /** 0: an acknowledgement does not run out. */
  ackTimeoutMs: number
}

/**
 * What the server would make of events alone, in the order of the log: no person acts, and every timer is punctual. Alerts
 * are suppressed and let go as they were: that depends on no rule.
 */
export class CorrelationSimulation {
  readonly incidents: SimulatedIncident[] = []
  /** Per source and dedup key, those that opened an alert, with how they chattered. */
  readonly chatter = new Map<string, { alert: SimulatedAlert; chatter: Chatter }>()
  readonly #correlate: Correlator
  readonly #times: SimulationTimes
  readonly #alerts = new Map<string, SimulatedAlert>()
  readonly #groups = new Map<string, SimulatedIncident>()
  /** Alerts that have become milder, with when that counts, soonest first; the first `#settled` of them are done with. */
  readonly #milder: { alert: SimulatedAlert; settlesAt: number }[] = []
  #settled = 0
  events = 0
  alerts = 0
  /** Alerts of these that were suppressed. */
  suppressed = 0

  constructor(rules: readonly CorrelationRule[], times: SimulationTimes) {
    this.#correlate = createCorrelator(rules)
    this.#times = times
  }

  take(event: SimulatedEvent): void {
    this.events += 1
    const key = keyOf(event)
    const at = event.receivedAt
    this.#settleSeverities(at)
    const alert = this.#alerts.get(key)
    if (alert?.incident) meetDeadlines(alert.incident, at)
    const moved = event.action === 'trigger' ? this.#trigger(event, key, alert) : this.#end(event, alert)
    if (!moved?.incident) return
    moved.incident.eventCount += 1
    moved.incident.lastAt = at
  }

  /** A state of an alert, as the log has it: one that is suppressed no more gets its incident now. */
  letGo(alert: Pick<Alert, 'sourceId' | 'dedupKey' | 'isOpen' | 'isSuppressed'>, at: number): void {
    if (alert.isSuppressed || !alert.isOpen) return
    const key = keyOf(alert)
    const known = this.#alerts.get(key)
    if (!known?.isOpen) return
    this.#settleSeverities(at)
    this.#release(key, known, at)
  }

  #release(key: string, alert: SimulatedAlert, at: number): void {
    if (!alert.suppressed) return
    this.#place(alert, { ...alert.suppressed, severity: alert.severity }, at)
    this.#hear(key, alert, at)
  }

  /** Returns the alert that the event belongs to. */
  #trigger(given: SimulatedEvent, key: string, known: SimulatedAlert | undefined): SimulatedAlert {
    const at = given.receivedAt
    if (known?.isOpen) return this.#feed(key, known, given)
    if (known && isRedelivery(given.occurredAt, known)) return known
    const event = { ...given, occurredAt: startOf(given.occurredAt, known ?? null) }
    const again = known && at - known.closedAt <= this.#times.reopenMs ? known : null
    const isSuppressed = event.alertId !== null && event.incidentId === null
    if (isSuppressed) {
      const alert = again?.suppressed ? reopened(again, event) : this.#newAlert(event)
      if (alert !== again) this.suppressed += 1
      alert.suppressed = { ...event, service: again?.suppressed?.service ?? event.service }
      this.#alerts.set(key, alert)
      return alert
    }
    const alert = again?.incident ? this.#reopen(again, again.incident, event) : this.#newAlert(event)
    if (!alert.incident) this.#place(alert, event, at)
    this.#alerts.set(key, alert)
    this.#hear(key, alert, at)
    return alert
  }

  #feed(key: string, alert: SimulatedAlert, event: SimulatedEvent): SimulatedAlert {
    const at = event.receivedAt
    const { suppressed, incident } = alert
    const milder = milderAfter(alert, event, at, this.#times.flapSettleMs)
    const settlesAt = milder?.later.at(-1)?.settlesAt ?? milder?.settlesAt
    if (settlesAt === at + this.#times.flapSettleMs) this.#milder.push({ alert, settlesAt })
    alert.milder = milder
    alert.startedAt = laterStart(alert.startedAt, event.occurredAt)
    if (suppressed) alert.suppressed = { ...event, service: suppressed.service }
    if (!isWorse(alert.severity, event.severity)) return alert
    changeSeverity(alert, event.severity)
    alert.milder = null
    if (!incident) {
      // It got worse than what its window covers.
      if (event.incidentId !== null) this.#release(key, alert, at)
      return alert
    }
    const { priority } = this.#correlate(event, at)
    incident.severity = worseSeverity(incident.severity, event.severity)
    incident.rulePriority = moreUrgent(incident.rulePriority, priority)
    incident.updatedAt = at
    return alert
  }

  #newAlert({
    sourceName,
    dedupKey,
    title,
    severity,
    occurredAt,
    receivedAt,
  }: SimulatedEvent): SimulatedAlert {
    this.alerts += 1
    return {
      sourceName,
      dedupKey,
      title,
      incident: null,
      suppressed: null,
      severity,
      milder: null,
      rule: null,
      reason: openedAlone,
      isOpen: true,
      startedAt: occurredAt,
      openedAt: [receivedAt],
      closedAt: 0,
    }
  }

  /** Puts it into the incident that rules name, or one of its own. */
  #place(alert: SimulatedAlert, event: CorrelatedEvent, at: number): void {
    const { groups, priority } = this.#correlate(event, at)
    let incident: SimulatedIncident | null = null
    for (const { key, rule, reason, admits } of groups) {
      const found = this.#groups.get(key)
      if (found) meetDeadlines(found, at)
      if (!found || !admits(found)) continue
      Object.assign(alert, { rule, reason })
      incident = found
      break
    }
    if (!incident) {
      incident = simulatedIncident(event.title, event.severity, at)
      this.incidents.push(incident)
    }
    for (const { key } of groups) this.#groups.set(key, incident)
    alert.incident = incident
    alert.suppressed = null
    incident.alerts.push(alert)
    incident.rulePriority = moreUrgent(incident.rulePriority, priority)
    joinIncident(incident, alert, event.service, at)
  }

  #reopen(alert: SimulatedAlert, incident: SimulatedIncident, event: SimulatedEvent): SimulatedAlert {
    const at = event.receivedAt
    reopened(alert, event)
    incident.flapCount += 1
    incident.flapping = flapped(incident.flapping, alert.openedAt, at, this.#times.flapSettleMs)
    if (incident.status === 'resolved') incident.status = 'triggered'
    const { priority } = this.#correlate(event, at)
    incident.rulePriority = moreUrgent(incident.rulePriority, priority)
    joinIncident(incident, alert, event.service, at)
    return alert
  }

  #end(
    { action, receivedAt: at, occurredAt }: SimulatedEvent,
    alert: SimulatedAlert | undefined,
  ): SimulatedAlert | null {
    if (!alert?.isOpen) return alert ?? null
    const { incident } = alert
    if (action === 'acknowledge') {
      if (incident?.status === 'triggered') this.#acknowledge(incident, at)
      return alert
    }
    alert.isOpen = false
    alert.milder = null
    alert.startedAt = startOfEnded(alert.startedAt, occurredAt)
    alert.closedAt = at
    if (!incident) return alert
    incident.open[alert.severity] -= 1
    incident.updatedAt = at
    const worst = worstOpen(incident)
    if (worst !== null) incident.severity = worst
    else incident.settlesAt = settlesAfter(incident.flapping, at, this.#times.settleMs)
    return alert
  }

  #acknowledge(incident: SimulatedIncident, at: number): void {
    const { ackTimeoutMs } = this.#times
    incident.status = 'acknowledged'
    incident.updatedAt = at
    incident.ackExpiresAt = ackTimeoutMs === 0 ? null : at + ackTimeoutMs
  }

  #settleSeverities(at: number): void {
    for (;;) {
      const next = this.#milder[this.#settled]
      if (!next || next.settlesAt > at) return
      this.#settled += 1
      settleSeverity(next.alert, next.settlesAt)
    }
  }

  #hear(key: string, alert: SimulatedAlert, at: number): void {
    const before = this.chatter.get(key)?.chatter ?? unheard
    this.chatter.set(key, { alert, chatter: heard(before, at) })
  }
}

function keyOf({ sourceId, dedupKey }: Pick<Alert, 'sourceId' | 'dedupKey'>): string {
  return `${sourceId} ${dedupKey}`
}

/** It is open again, with what the event says of it. */
function reopened(
  alert: SimulatedAlert,
  { severity, occurredAt, receivedAt }: SimulatedEvent,
): SimulatedAlert {
  alert.isOpen = true
  alert.severity = severity
  alert.startedAt = occurredAt
  alert.openedAt = openedAgain(alert.openedAt, receivedAt)
  return alert
}
