import type { Alert } from './alert.ts'
import type { Actor } from './ids.ts'
import type { Flapping, Incident, IncidentChange, IncidentStatus } from './incident.ts'
import { defaultPriority, severityRank, worseSeverity, type Severity } from './severity.ts'

/** A new state of an incident and what made it: one entry of the log. */
export interface Transition {
  incident: Incident
  change: IncidentChange
}

/** Who caused it, when, by which event: what every transition is told. */
export interface Cause {
  at: number
  by: Actor
  eventId?: string | null
  reason?: string | null
}

/** The incident that an alert opens. */
export function openIncident(id: string, number: number, alert: Alert, cause: Cause): Transition {
  const incident: Incident = {
    id,
    revision: 1,
    number,
    status: 'triggered',
    severity: alert.severity,
    priority: defaultPriority(alert.severity),
    title: alert.title,
    serviceIds: [alert.serviceId],
    alertCount: 1,
    openAlertCount: 1,
    assignee: null,
    triggeredAt: cause.at,
    acknowledgedAt: null,
    acknowledgedBy: null,
    resolvedAt: null,
    resolvedBy: null,
    settlesAt: null,
    flapCount: 0,
    flapping: null,
    noteCount: 0,
    groupReason: alert.groupReason,
    updatedAt: cause.at,
  }
  return { incident, change: changeOf('triggered', cause, { alertId: alert.id, text: alert.title }) }
}

/** An alert joins an incident that is not resolved. A new service is said in the reason. */
export function joinAlert(incident: Incident, alert: Alert, cause: Cause): Transition {
  const isNewService = !incident.serviceIds.includes(alert.serviceId)
  const next = withSeverity(
    {
      ...incident,
      alertCount: incident.alertCount + 1,
      openAlertCount: incident.openAlertCount + 1,
      serviceIds: isNewService ? [...incident.serviceIds, alert.serviceId] : incident.serviceIds,
      settlesAt: null,
    },
    incident.openAlertCount === 0 ? alert.severity : worseSeverity(incident.severity, alert.severity),
  )
  return step(next, cause, 'alertJoined', { alertId: alert.id, text: alert.title })
}

/** One of its alerts, closed before, is open again: a resolved incident is triggered anew. `flapping`: with this reopening. */
export function reopenAlert(
  incident: Incident,
  alert: Alert,
  flapping: Flapping | null,
  cause: Cause,
): Transition {
  const wasResolved = incident.status === 'resolved'
  const reopened: Incident = {
    ...incident,
    openAlertCount: incident.openAlertCount + 1,
    flapCount: incident.flapCount + 1,
    flapping,
    settlesAt: null,
    ...(wasResolved ? { ...unowned, status: 'triggered' as const, triggeredAt: cause.at } : {}),
  }
  const severity =
    incident.openAlertCount === 0 ? alert.severity : worseSeverity(incident.severity, alert.severity)
  const more = { alertId: alert.id, text: alert.title, from: wasResolved ? incident.status : null }
  return step(withSeverity(reopened, severity), cause, 'reopened', more)
}

/** An open alert of it got worse. */
export function raiseSeverity(incident: Incident, alert: Alert, cause: Cause): Transition {
  const next = withSeverity(incident, worseSeverity(incident.severity, alert.severity))
  return step(next, cause, 'severityRaised', { alertId: alert.id, text: alert.title })
}

/**
 * One of its alerts closed. `worstOpen` is the highest severity of those that are still open: null, when none is, has it
 * resolve itself at `settlesAt` unless one comes back.
 */
export function closeAlert(
  incident: Incident,
  alert: Alert,
  worstOpen: Severity | null,
  settlesAt: number,
  cause: Cause,
): Transition {
  const isLast = worstOpen === null
  const next: Incident = {
    ...incident,
    openAlertCount: isLast ? 0 : Math.max(1, incident.openAlertCount - 1),
    settlesAt: isLast && incident.status !== 'resolved' ? settlesAt : null,
  }
  const more = { alertId: alert.id, text: alert.title }
  return step(withSeverity(next, worstOpen ?? incident.severity), cause, 'alertClosed', more)
}

/** Why an action is not possible in this state; the incident itself is the truth to show. */
export interface Refusal {
  code: string
  message: string
}

export type Decision = { ok: true; transition: Transition } | { ok: false; refusal: Refusal }

export function acknowledge(incident: Incident, cause: Cause): Decision {
  if (incident.status !== 'triggered') return refuse(incident)
  const next: Incident = {
    ...incident,
    status: 'acknowledged',
    acknowledgedAt: incident.acknowledgedAt ?? cause.at,
    acknowledgedBy: cause.by,
  }
  return decided(step(next, cause, 'acknowledged', { from: incident.status }))
}

export function unacknowledge(incident: Incident, cause: Cause): Decision {
  if (incident.status === 'resolved') return refuse(incident)
  if (incident.status === 'triggered') {
    return { ok: false, refusal: { code: 'notAcknowledged', message: 'nobody has acknowledged it' } }
  }
  const next: Incident = { ...incident, status: 'triggered', acknowledgedBy: null }
  return decided(step(next, cause, 'unacknowledged', { from: incident.status }))
}

/** By a person, or by itself once it has settled. The caller closes its alerts. */
export function resolve(incident: Incident, cause: Cause): Decision {
  if (incident.status === 'resolved') return refuse(incident)
  const next: Incident = {
    ...incident,
    status: 'resolved',
    openAlertCount: 0,
    resolvedAt: cause.at,
    resolvedBy: cause.by,
    settlesAt: null,
    flapping: null,
  }
  return decided(step(next, cause, 'resolved', { from: incident.status }))
}

export function note(incident: Incident, text: string, cause: Cause): Decision {
  return decided(step({ ...incident, noteCount: incident.noteCount + 1 }, cause, 'noted', { text }))
}

const unowned = { acknowledgedAt: null, acknowledgedBy: null, resolvedAt: null, resolvedBy: null }

function withSeverity(incident: Incident, severity: Severity): Incident {
  if (severity === incident.severity) return incident
  // A priority that is not the severity's own was set by a rule or a person, and stays.
  const follows = incident.priority === defaultPriority(incident.severity)
  return { ...incident, severity, priority: follows ? defaultPriority(severity) : incident.priority }
}

/** True when the second state is worse than the first: what is announced anew. */
export function isWorse(before: Severity, after: Severity): boolean {
  return severityRank(after) > severityRank(before)
}

type More = Partial<Pick<IncidentChange, 'from' | 'text' | 'alertId'>>

function step(incident: Incident, cause: Cause, kind: IncidentChange['kind'], more: More): Transition {
  const next = { ...incident, revision: incident.revision + 1, updatedAt: cause.at }
  return { incident: next, change: changeOf(kind, cause, more) }
}

function changeOf(kind: IncidentChange['kind'], cause: Cause, more: More): IncidentChange {
  return {
    kind,
    by: cause.by,
    from: more.from ?? null,
    text: more.text ?? null,
    reason: cause.reason ?? null,
    alertId: more.alertId ?? null,
    eventId: cause.eventId ?? null,
  }
}

function decided(transition: Transition): Decision {
  return { ok: true, transition }
}

function refuse(incident: Incident): Decision {
  const { code, by, at } = refusals[incident.status](incident)
  const who = by ? ` by ${by.name}` : ''
  const when = at === null ? '' : ` at ${new Date(at).toISOString().slice(11, 19)} UTC`
  const word = incident.status === 'resolved' ? 'resolved' : 'acknowledged'
  return { ok: false, refusal: { code, message: `already ${word}${who}${when}` } }
}

interface Precedence {
  code: string
  by: Actor | null
  at: number | null
}

const refusals: Record<IncidentStatus, (incident: Incident) => Precedence> = {
  triggered: () => ({ code: 'notAcknowledged', by: null, at: null }),
  // No time: `acknowledgedAt` is the first in this occurrence, which may have been somebody else's.
  acknowledged: ({ acknowledgedBy }) => ({ code: 'alreadyAcknowledged', by: acknowledgedBy, at: null }),
  resolved: ({ resolvedBy, resolvedAt }) => ({ code: 'alreadyResolved', by: resolvedBy, at: resolvedAt }),
}
