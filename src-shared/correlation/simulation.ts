import type { MonitoringEvent } from '../domain/event.ts'
import type { Flapping, IncidentStatus } from '../domain/incident.ts'
import { isWorse } from '../domain/incident-step.ts'
import { worseSeverity, type Severity } from '../domain/severity.ts'
import { heard, unheard, type Chatter } from './chattering.ts'
import { createCorrelator, openedAlone, type Correlator, type CorrelatedEvent } from './correlator.ts'
import { flapped, openedAgain, settlesAfter } from './flapping.ts'
import { isRedelivery, laterStart } from './redelivery.ts'
import type { CorrelationRule } from './rule.ts'

/** What the simulation takes of an event: its word, without what the server made of it. */
export type SimulatedEvent = CorrelatedEvent & Pick<MonitoringEvent, 'action' | 'receivedAt' | 'occurredAt'>

/** The server's times, in milliseconds: the settle times after the last alert closed, and the reopen window. */
export interface SimulationTimes {
  settleMs: number
  /** Of a flapping incident, from its last reopening. */
  flapSettleMs: number
  reopenMs: number
}

export interface SimulatedIncident {
  status: IncidentStatus
  title: string
  severity: Severity
  services: Set<string>
  alerts: SimulatedAlert[]
  openAlerts: Set<SimulatedAlert>
  eventCount: number
  flapCount: number
  flapping: Flapping | null
  firstAt: number
  lastAt: number
  updatedAt: number
  settlesAt: number | null
}

export interface SimulatedAlert {
  sourceName: string
  dedupKey: string
  title: string
  incident: SimulatedIncident
  severity: Severity
  rule: string | null
  reason: string
  isOpen: boolean
  startedAt: number | null
  openedAt: number[]
  closedAt: number
}

/** What the server would make of events alone, in the order of the log: no person acts, and every timer is punctual. */
export class CorrelationSimulation {
  readonly incidents: SimulatedIncident[] = []
  /** Per source and dedup key, those that opened an alert, with how they chattered. */
  readonly chatter = new Map<string, { alert: SimulatedAlert; chatter: Chatter }>()
  readonly #correlate: Correlator
  readonly #times: SimulationTimes
  readonly #alerts = new Map<string, SimulatedAlert>()
  readonly #groups = new Map<string, SimulatedIncident>()
  events = 0
  alerts = 0

  constructor(rules: readonly CorrelationRule[], times: SimulationTimes) {
    this.#correlate = createCorrelator(rules)
    this.#times = times
  }

  take(event: SimulatedEvent): void {
    this.events += 1
    const key = `${event.sourceId} ${event.dedupKey}`
    const at = event.receivedAt
    const alert = this.#alerts.get(key)
    if (alert) settle(alert.incident, at)
    const moved = event.action === 'trigger' ? this.#trigger(event, key, alert) : this.#end(event, alert)
    if (!moved) return
    moved.incident.eventCount += 1
    moved.incident.lastAt = at
  }

  /** Returns the alert that the event belongs to. */
  #trigger(event: SimulatedEvent, key: string, known: SimulatedAlert | undefined): SimulatedAlert {
    const at = event.receivedAt
    if (known?.isOpen) {
      known.startedAt = laterStart(known.startedAt, event.occurredAt)
      if (!isWorse(known.severity, event.severity)) return known
      known.severity = event.severity
      known.incident.severity = worseSeverity(known.incident.severity, event.severity)
      known.incident.updatedAt = at
      return known
    }
    if (known && isRedelivery(event.occurredAt, known)) return known
    const alert =
      known && at - known.closedAt <= this.#times.reopenMs ? this.#reopen(known, event) : this.#open(event)
    this.#alerts.set(key, alert)
    const before = this.chatter.get(key)?.chatter ?? unheard
    this.chatter.set(key, { alert, chatter: heard(before, at) })
    return alert
  }

  #open(event: SimulatedEvent): SimulatedAlert {
    const at = event.receivedAt
    this.alerts += 1
    const candidates = this.#correlate(event, at)
    let rule: string | null = null
    let reason = openedAlone
    let incident: SimulatedIncident | null = null
    for (const candidate of candidates) {
      const found = this.#groups.get(candidate.key)
      if (found) settle(found, at)
      if (!found || !candidate.admits(found)) continue
      ;({ rule, reason } = candidate)
      incident = found
      break
    }
    incident ??= this.#openIncident(event)
    for (const candidate of candidates) this.#groups.set(candidate.key, incident)
    const { sourceName, dedupKey, title, severity, occurredAt: startedAt } = event
    const alert = {
      sourceName,
      dedupKey,
      title,
      incident,
      severity,
      rule,
      reason,
      isOpen: true,
      startedAt,
      openedAt: [at],
      closedAt: 0,
    }
    incident.alerts.push(alert)
    join(alert, at, event.service)
    return alert
  }

  #reopen(alert: SimulatedAlert, event: SimulatedEvent): SimulatedAlert {
    const { incident } = alert
    const at = event.receivedAt
    alert.isOpen = true
    alert.severity = event.severity
    alert.startedAt = event.occurredAt
    alert.openedAt = openedAgain(alert.openedAt, at)
    incident.flapCount += 1
    incident.flapping = flapped(incident.flapping, alert.openedAt, at, this.#times.flapSettleMs)
    if (incident.status === 'resolved') incident.status = 'triggered'
    join(alert, at, event.service)
    return alert
  }

  #openIncident({ title, severity, receivedAt: at }: SimulatedEvent): SimulatedIncident {
    const incident: SimulatedIncident = {
      status: 'triggered',
      title,
      severity,
      services: new Set(),
      alerts: [],
      openAlerts: new Set(),
      eventCount: 0,
      flapCount: 0,
      flapping: null,
      firstAt: at,
      lastAt: at,
      updatedAt: at,
      settlesAt: null,
    }
    this.incidents.push(incident)
    return incident
  }

  #end({ action, receivedAt: at }: SimulatedEvent, alert: SimulatedAlert | undefined): SimulatedAlert | null {
    if (!alert?.isOpen) return alert ?? null
    const { incident } = alert
    if (action === 'acknowledge') {
      if (incident.status === 'triggered') {
        incident.status = 'acknowledged'
        incident.updatedAt = at
      }
      return alert
    }
    alert.isOpen = false
    alert.closedAt = at
    incident.openAlerts.delete(alert)
    incident.updatedAt = at
    if (incident.openAlerts.size === 0) {
      incident.settlesAt = settlesAfter(incident.flapping, at, this.#times.settleMs)
    } else incident.severity = worstOpen(incident)
    return alert
  }
}

/** An incident whose settle time is over has resolved itself. */
function settle(incident: SimulatedIncident, at: number): void {
  if (incident.settlesAt === null || incident.settlesAt > at) return
  incident.status = 'resolved'
  incident.settlesAt = null
  incident.flapping = null
}

function join(alert: SimulatedAlert, at: number, service: string): void {
  const { incident } = alert
  incident.severity =
    incident.openAlerts.size === 0 ? alert.severity : worseSeverity(incident.severity, alert.severity)
  incident.openAlerts.add(alert)
  incident.services.add(service)
  incident.settlesAt = null
  incident.updatedAt = at
}

function worstOpen({ openAlerts, severity }: SimulatedIncident): Severity {
  let worst: Severity | null = null
  for (const alert of openAlerts) worst = worst ? worseSeverity(worst, alert.severity) : alert.severity
  return worst ?? severity
}
