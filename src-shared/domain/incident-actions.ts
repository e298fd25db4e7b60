import type { Alert } from './alert.ts'
import type { FollowUp, Incident, Ticket } from './incident.ts'
import { mostTickets } from './incident.ts'
import {
  decided,
  namingRule,
  notAcknowledged,
  refused,
  refusedByStatus,
  step,
  unowned,
  withSeverity,
  type Cause,
  type Decision,
} from './incident-step.ts'
import { usualPriority, worstOf, type Priority } from './severity.ts'

/** What operators do to an incident, each decided on its state alone. What a timer does later is in incident-deadlines. */

/** `forMs`: it ends by itself after so long, unless somebody acts on the incident before; null: it does not. */
export function acknowledge(incident: Incident, cause: Cause, forMs: number | null = null): Decision {
  if (incident.status !== 'triggered') return refusedByStatus(incident)
  const next: Incident = {
    ...incident,
    status: 'acknowledged',
    acknowledgedAt: incident.acknowledgedAt ?? cause.at,
    acknowledgedBy: cause.by,
    ackExpiresAt: forMs === null ? null : cause.at + forMs,
    ackLastsMs: forMs,
  }
  return decided(step(next, cause, 'acknowledged', { from: incident.status }))
}

export function unacknowledge(incident: Incident, cause: Cause): Decision {
  if (incident.status === 'resolved') return refusedByStatus(incident)
  if (incident.status === 'triggered') return refused('notAcknowledged', 'nobody has acknowledged it')
  const next: Incident = { ...incident, ...notAcknowledged, status: 'triggered' }
  return decided(step(next, cause, 'unacknowledged', { from: incident.status }))
}

/** Acknowledged until an instant, then triggered again. Whoever snoozes it has it. */
export function snooze(incident: Incident, until: number, cause: Cause): Decision {
  if (incident.status === 'resolved') return refusedByStatus(incident)
  if (until <= cause.at) return refused('timeHasPassed', 'the time until which to snooze it has passed')
  const next: Incident = {
    ...incident,
    status: 'acknowledged',
    acknowledgedAt: incident.acknowledgedAt ?? cause.at,
    acknowledgedBy: cause.by,
    ackExpiresAt: null,
    ackLastsMs: null,
    snoozedUntil: until,
  }
  const from = incident.status === 'triggered' ? incident.status : null
  return decided(step(next, cause, 'snoozed', { from, text: new Date(until).toISOString() }))
}

/** By a person, or by itself once it has settled. The caller closes its alerts. */
export function resolve(incident: Incident, cause: Cause): Decision {
  if (incident.status === 'resolved') return refusedByStatus(incident)
  const next: Incident = {
    ...incident,
    status: 'resolved',
    openAlertCount: 0,
    resolvedAt: cause.at,
    resolvedBy: cause.by,
    settlesAt: null,
    flapping: null,
    ackExpiresAt: null,
    ackLastsMs: null,
    snoozedUntil: null,
  }
  return decided(step(next, cause, 'resolved', { from: incident.status }))
}

/**
 * A person takes a resolution back. `opened`: its alerts that this opens again, of those that the resolution had closed.
 * With none it stays until somebody resolves it: it does not settle by itself.
 */
export function reopen(
  incident: Incident,
  opened: readonly Pick<Alert, 'severity'>[],
  cause: Cause,
): Decision {
  if (incident.status !== 'resolved') return refused('notResolved', 'it is not resolved')
  const next: Incident = {
    ...incident,
    ...unowned,
    status: 'triggered',
    openAlertCount: opened.length,
    triggeredAt: cause.at,
  }
  const severity = worstOf(opened.map((alert) => alert.severity)) ?? incident.severity
  return decided(step(withSeverity(next, severity), cause, 'reopened', { from: incident.status }))
}

export function note(incident: Incident, text: string, cause: Cause): Decision {
  const next = { ...incident, noteCount: incident.noteCount + 1 }
  return decided(step(next, cause, 'noted', { text }))
}

/** `seen`: who had it when its author looked. */
export function assign(
  incident: Incident,
  assignee: string | null,
  seen: string | null,
  cause: Cause,
): Decision {
  if (incident.status === 'resolved') return refusedByStatus(incident)
  if (incident.assignee !== seen) {
    const now = incident.assignee === null ? 'nobody has it by now' : `${incident.assignee} has it by now`
    return refused('assigneeChanged', now)
  }
  return decided(step({ ...incident, assignee }, cause, 'assigned', { text: assignee }))
}

/** By hand: neither severity nor rules move it any more. Null gives it back to the rule that says one, else to the severity. */
export function prioritise(
  incident: Incident,
  priority: Priority | null,
  seen: Priority,
  cause: Cause,
): Decision {
  if (incident.status === 'resolved') return refusedByStatus(incident)
  if (incident.priority !== seen) return refused('priorityChanged', `it is ${incident.priority} by now`)
  const next: Incident = {
    ...incident,
    priority: priority ?? usualPriority(incident),
    prioritySetBy: priority === null ? null : cause.by,
  }
  const why = priority === null ? namingRule(cause, null, next) : cause
  return decided(step(next, why, 'prioritised', { text: next.priority }))
}

/** A time to look again; null: there is none any more. `seen`: the time that it had. */
export function setFollowUp(
  incident: Incident,
  followUp: Pick<FollowUp, 'at' | 'text'> | null,
  seen: number | null,
  cause: Cause,
): Decision {
  const known = incident.followUp?.at ?? null
  if (known !== seen) {
    const now = known === null ? 'there is none by now' : `it is ${new Date(known).toISOString()} by now`
    return refused('followUpChanged', now)
  }
  const next = { ...incident, followUp: followUp && { ...followUp, isDue: false } }
  const text = followUp && `${new Date(followUp.at).toISOString()} ${followUp.text}`.trim()
  return decided(step(next, cause, 'followUpSet', { text }))
}

/** Null: it has this ticket already, nothing is to be done. */
export function addTicket(incident: Incident, ticket: Ticket, cause: Cause): Decision | null {
  const known = incident.tickets.find(({ key }) => key === ticket.key)
  if (known?.url === ticket.url) return null
  const tickets = [...incident.tickets.filter(({ key }) => key !== ticket.key), ticket]
  if (tickets.length > mostTickets)
    return refused('tooManyTickets', `it has ${mostTickets} tickets already: remove one`)
  return decided(step({ ...incident, tickets }, cause, 'ticketAdded', { text: ticket.key }))
}

/** Null: it has no such ticket, nothing is to be done. */
export function removeTicket(incident: Incident, key: string, cause: Cause): Decision | null {
  const tickets = incident.tickets.filter((ticket) => ticket.key !== key)
  if (tickets.length === incident.tickets.length) return null
  return decided(step({ ...incident, tickets }, cause, 'ticketRemoved', { text: key }))
}

/** What it was, known once it is over. `seen`: the cause that it had. */
export function setCause(
  incident: Incident,
  text: string | null,
  seen: string | null,
  cause: Cause,
): Decision {
  if (incident.status !== 'resolved')
    return refused('notResolved', 'its cause can be said once it is resolved')
  if (incident.cause !== seen) return refused('causeChanged', 'another cause was given meanwhile')
  return decided(step({ ...incident, cause: text }, cause, 'causeSet', { text }))
}

/**
 * Somebody works on it: an acknowledgement that ends by itself lasts as long again from now on. `usualMs`: as the server is
 * set, for those of earlier versions, which do not say how long they were given for.
 */
export function renewAck(before: Incident, after: Incident, at: number, usualMs: number | null): Incident {
  const { ackExpiresAt } = before
  const lastsMs = before.ackLastsMs ?? usualMs
  const isKept = after.status === 'acknowledged' && ackExpiresAt !== null
  if (!isKept || after.ackExpiresAt !== ackExpiresAt || lastsMs === null) return after
  return { ...after, ackExpiresAt: Math.max(ackExpiresAt, at + lastsMs) }
}
