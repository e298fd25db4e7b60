import type { Alert } from './alert.ts'
import { mostServices, type Flapping, type Incident, type IncidentChange } from './incident.ts'
import {
  changeOf,
  namingRule,
  step,
  unowned,
  untouched,
  wake,
  withSeverity,
  worstReturn,
  type Cause,
  type Transition,
} from './incident-step.ts'
import { usualPriority, worseSeverity, type Severity } from './severity.ts'

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
    priority: usualPriority(alert),
    rulePriority: alert.rulePriority,
    title: alert.title,
    serviceIds: [alert.serviceId],
    alertCount: 1,
    openAlertCount: 1,
    triggeredAt: cause.at,
    groupReason: alert.groupReason,
    updatedAt: cause.at,
  }
  const more = { alertId: alert.id, text: alert.title }
  return { incident, change: changeOf('triggered', namingRule(cause, null, incident), more) }
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
    alert.rulePriority,
  )
  return moved(incident, wake(incident, next, isNewService), 'alertJoined', alert, cause)
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
  const next = withSeverity(reopened, severity, alert.rulePriority)
  if (flapping === null) return moved(incident, wake(incident, next), 'reopened', alert, cause)
  // What comes and goes is as bad as it was: it wakes nobody again.
  const known = worstReturn({ severity: incident.severity, flapping })
  const worst = flapping.worst === null ? severity : worseSeverity(flapping.worst, severity)
  const prolonged: Incident = { ...next, flapping: { ...flapping, worst } }
  return moved(incident, wake({ ...incident, severity: known }, prolonged), 'reopened', alert, cause)
}

/** An open alert of it got worse. */
export function raiseSeverity(incident: Incident, alert: Alert, cause: Cause): Transition {
  const next = withSeverity(incident, worseSeverity(incident.severity, alert.severity), alert.rulePriority)
  return moved(incident, wake(incident, next), 'severityRaised', alert, cause)
}

/** An open alert of it has become milder, and with it the worst of those that are open. Nobody needs to be told. */
export function lowerSeverity(
  incident: Incident,
  alert: Alert,
  worstOpen: Severity,
  cause: Cause,
): Transition {
  return moved(incident, withSeverity(incident, worstOpen), 'severityLowered', alert, cause)
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

/** The step from one state to the next that an alert made. */
function moved(
  before: Incident,
  after: Incident,
  kind: IncidentChange['kind'],
  { id, title }: Alert,
  cause: Cause,
): Transition {
  const from = after.status === before.status ? null : before.status
  return step(after, namingRule(cause, before, after), kind, { from, alertId: id, text: title })
}
