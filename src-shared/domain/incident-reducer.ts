import type { Alert } from './alert.ts'
import { mostServices, type Flapping, type Incident } from './incident.ts'
import {
  changeOf,
  isWorse,
  notAcknowledged,
  step,
  unowned,
  untouched,
  withSeverity,
  type Cause,
  type Transition,
} from './incident-step.ts'
import { defaultPriority, worseSeverity, type Severity } from './severity.ts'

/** What alerts do to an incident; what people do is in incident-actions. */

/** The incident that an alert opens. */
export function openIncident(id: string, number: number, alert: Alert, cause: Cause): Transition {
  const incident: Incident = {
    ...untouched,
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
    triggeredAt: cause.at,
    groupReason: alert.groupReason,
    updatedAt: cause.at,
  }
  return { incident, change: changeOf('triggered', cause, { alertId: alert.id, text: alert.title }) }
}

/** An alert joins an incident that is not resolved. A new service wakes one that is snoozed. */
export function joinAlert(incident: Incident, alert: Alert, cause: Cause): Transition {
  const isNewService = !incident.serviceIds.includes(alert.serviceId)
  const hasRoom = incident.serviceIds.length < mostServices
  const next = withSeverity(
    {
      ...incident,
      alertCount: incident.alertCount + 1,
      openAlertCount: incident.openAlertCount + 1,
      serviceIds: isNewService && hasRoom ? [...incident.serviceIds, alert.serviceId] : incident.serviceIds,
      settlesAt: null,
    },
    incident.openAlertCount === 0 ? alert.severity : worseSeverity(incident.severity, alert.severity),
  )
  const woken = wake(incident, next, isNewService)
  return step(woken.incident, cause, 'alertJoined', { ...woken.from, alertId: alert.id, text: alert.title })
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
  const woken = wake(incident, withSeverity(reopened, severity))
  const from = wasResolved ? { from: incident.status } : woken.from
  return step(woken.incident, cause, 'reopened', { ...from, alertId: alert.id, text: alert.title })
}

/** An open alert of it got worse. */
export function raiseSeverity(incident: Incident, alert: Alert, cause: Cause): Transition {
  const woken = wake(incident, withSeverity(incident, worseSeverity(incident.severity, alert.severity)))
  return step(woken.incident, cause, 'severityRaised', {
    ...woken.from,
    alertId: alert.id,
    text: alert.title,
  })
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

/** What got worse, or reached another service, is no longer what was put off: a snooze ends with it. */
function wake(
  before: Incident,
  after: Incident,
  isNewService = false,
): { incident: Incident; from: { from?: Incident['status'] } } {
  const isOther = isNewService || isWorse(before.severity, after.severity)
  if (before.snoozedUntil === null || !isOther) return { incident: after, from: {} }
  const incident: Incident = {
    ...after,
    ...notAcknowledged,
    status: 'triggered',
  }
  return { incident, from: { from: before.status } }
}
