import type { Alert } from '../domain/alert.ts'
import type { Flapping, IncidentStatus } from '../domain/incident.ts'
import {
  severities,
  severityRank,
  worseSeverity,
  type RulePriority,
  type Severity,
} from '../domain/severity.ts'
import type { CorrelatedEvent } from './correlator.ts'
import { settledBy } from './milder.ts'

export interface SimulatedIncident {
  status: IncidentStatus
  title: string
  severity: Severity
  rulePriority: RulePriority | null
  services: Set<string>
  alerts: SimulatedAlert[]
  /** How many of its alerts are open, of each severity: asked with each that moves, of tens of thousands. */
  open: Record<Severity, number>
  eventCount: number
  flapCount: number
  flapping: Flapping | null
  firstAt: number
  lastAt: number
  updatedAt: number
  settlesAt: number | null
  ackExpiresAt: number | null
}

export interface SimulatedAlert extends Pick<Alert, 'sourceName' | 'dedupKey' | 'title' | 'milder'> {
  /** None while it is suppressed. */
  incident: SimulatedIncident | null
  /** Its newest event as rules see it, while it is suppressed: for when it is let go. */
  suppressed: CorrelatedEvent | null
  severity: Severity
  rule: string | null
  reason: string
  isOpen: boolean
  startedAt: number | null
  openedAt: number[]
  closedAt: number
}

/** The incident that an alert opens at this time, which has still to join it. */
export function simulatedIncident(title: string, severity: Severity, at: number): SimulatedIncident {
  return {
    status: 'triggered',
    title,
    severity,
    rulePriority: null,
    services: new Set(),
    alerts: [],
    open: { info: 0, warning: 0, error: 0, critical: 0 },
    eventCount: 0,
    flapCount: 0,
    flapping: null,
    firstAt: at,
    lastAt: at,
    updatedAt: at,
    settlesAt: null,
    ackExpiresAt: null,
  }
}

/** Does what timers have done to it by now: an acknowledgement ran out, or it resolved itself. */
export function meetDeadlines(incident: SimulatedIncident, at: number): void {
  const { ackExpiresAt, settlesAt } = incident
  const isOver = settlesAt !== null && settlesAt <= at
  if (ackExpiresAt !== null && ackExpiresAt <= at && !(isOver && settlesAt < ackExpiresAt)) {
    incident.status = 'triggered'
    incident.ackExpiresAt = null
    incident.updatedAt = Math.max(incident.updatedAt, ackExpiresAt)
  }
  if (!isOver) return
  incident.status = 'resolved'
  incident.settlesAt = null
  incident.ackExpiresAt = null
  incident.flapping = null
}

/** An alert that is open, or open again, is in its incident. */
export function joinIncident(
  incident: SimulatedIncident,
  alert: SimulatedAlert,
  service: string,
  at: number,
): void {
  const worst = worstOpen(incident)
  incident.severity = worst === null ? alert.severity : worseSeverity(worst, alert.severity)
  incident.open[alert.severity] += 1
  incident.services.add(service)
  incident.settlesAt = null
  incident.updatedAt = at
}

/** The alert counts as what it has said for long enough by now; that moves the incident if it was its worst. */
export function settleSeverity(alert: SimulatedAlert, at: number): void {
  const { incident } = alert
  const settled = settledBy(alert.milder, at)
  if (!settled) return
  changeSeverity(alert, settled.severity)
  alert.milder = settled.milder
  const severity = incident && worstOpen(incident)
  if (!severity || severityRank(severity) >= severityRank(incident.severity)) return
  incident.severity = severity
  incident.updatedAt = Math.max(incident.updatedAt, at)
}

/** Of an alert that is open. */
export function changeSeverity(alert: SimulatedAlert, severity: Severity): void {
  if (alert.incident) {
    alert.incident.open[alert.severity] -= 1
    alert.incident.open[severity] += 1
  }
  alert.severity = severity
}

/** Null when none is open. */
export function worstOpen({ open }: SimulatedIncident): Severity | null {
  return severities.findLast((severity) => open[severity] > 0) ?? null
}
