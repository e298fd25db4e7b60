import type { Actor } from './ids.ts'
import type { Incident, IncidentChange, IncidentStatus } from './incident.ts'
import {
  moreUrgent,
  severityRank,
  usualPriority,
  worseSeverity,
  type RulePriority,
  type Severity,
} from './severity.ts'

/** A new state of an incident and what made it: one entry of the log. */
export interface Transition {
  incident: Incident
  change: IncidentChange
}

/** Who caused it, when, from which console, by which event: what every transition is told. */
export interface Cause {
  at: number
  by: Actor
  /** Of the command; none for what no console sent. */
  clientId?: string | null
  eventId?: string | null
  reason?: string | null
}

/** Why an action is not possible in this state; the incident itself is the truth to show. */
export interface Refusal {
  code: string
  message: string
}

export interface Refused {
  ok: false
  refusal: Refusal
}

export type Decision = { ok: true; transition: Transition } | Refused

/** Nobody has it, for now. */
export const notAcknowledged = {
  acknowledgedBy: null,
  ackExpiresAt: null,
  ackLastsMs: null,
  snoozedUntil: null,
}

/** As an occurrence begins: nobody has had it, and it has not ended. */
export const unowned = {
  ...notAcknowledged,
  acknowledgedAt: null,
  resolvedAt: null,
  resolvedBy: null,
  settlesAt: null,
}

/** What no person and no time has done to an incident that is new. */
export const untouched = {
  ...unowned,
  prioritySetBy: null,
  rulePriority: null,
  assignee: null,
  flapCount: 0,
  flapping: null,
  noteCount: 0,
  followUp: null,
  tickets: [],
  cause: null,
  mergedInto: null,
}

type More = Partial<Pick<IncidentChange, 'from' | 'text' | 'alertId'>>

/** The next state, its revision one higher, with the change that says what was done. */
export function step(incident: Incident, cause: Cause, kind: IncidentChange['kind'], more: More): Transition {
  const next = { ...incident, revision: incident.revision + 1, updatedAt: cause.at }
  return { incident: next, change: changeOf(kind, cause, more) }
}

export function changeOf(kind: IncidentChange['kind'], cause: Cause, more: More): IncidentChange {
  return {
    kind,
    by: cause.by,
    clientId: cause.clientId ?? null,
    from: more.from ?? null,
    text: more.text ?? null,
    reason: cause.reason ?? null,
    alertId: more.alertId ?? null,
    eventId: cause.eventId ?? null,
  }
}

export function decided(transition: Transition): Decision {
  return { ok: true, transition }
}

export function refused(code: string, message: string): Refused {
  return { ok: false, refusal: { code, message } }
}

/** Refuses because of the status it has: who came first, and when. */
export function refusedByStatus(incident: Incident): Refused {
  const { code, by, at } = precedences[incident.status](incident)
  const who = by ? ` by ${by.name}` : ''
  const when = at === null ? '' : ` at ${new Date(at).toISOString().slice(11, 19)} UTC`
  const word = incident.status === 'resolved' ? 'resolved' : 'acknowledged'
  return refused(code, `already ${word}${who}${when}`)
}

interface Precedence {
  code: string
  by: Actor | null
  at: number | null
}

const precedences: Record<IncidentStatus, (incident: Incident) => Precedence> = {
  triggered: () => ({ code: 'notAcknowledged', by: null, at: null }),
  // No time: `acknowledgedAt` is the first in this occurrence, which may have been somebody else's.
  acknowledged: ({ acknowledgedBy }) => ({ code: 'alreadyAcknowledged', by: acknowledgedBy, at: null }),
  resolved: ({ resolvedBy, resolvedAt }) => ({ code: 'alreadyResolved', by: resolvedBy, at: resolvedAt }),
}

/** Another severity, what rules say besides, and the priority that follows from both unless a person set it. */
export function withSeverity(
  incident: Incident,
  severity: Severity,
  said: RulePriority | null = null,
): Incident {
  const next = { ...incident, severity, rulePriority: moreUrgent(incident.rulePriority, said) }
  return next.prioritySetBy === null ? { ...next, priority: usualPriority(next) } : next
}

/** A cause that also names the rule by which the incident has got its priority; `before`: null for one that is new. */
export function namingRule(cause: Cause, before: Incident | null, after: Incident): Cause {
  const { rulePriority, prioritySetBy, priority } = after
  if (rulePriority === null || prioritySetBy !== null) return cause
  const known = before?.rulePriority
  if (known?.rule === rulePriority.rule && known.priority === priority) return cause
  return withReason(cause, `${priority} by the rule ${rulePriority.rule}`)
}

/** The cause with one more reason. */
export function withReason(cause: Cause, why: string): Cause {
  return { ...cause, reason: (cause.reason ? `${cause.reason}; ${why}` : why).slice(0, 512) }
}

/** What got worse, or reached another service, is no longer what was put off: a snooze ends with it. */
export function wake(before: Incident, after: Incident, isNewService = false): Incident {
  const isOther = isNewService || isWorse(before.severity, after.severity)
  if (before.snoozedUntil === null || !isOther) return after
  return { ...after, ...notAcknowledged, status: 'triggered' }
}

/** How bad an incident that flaps is known to be, also while what comes and goes is away. */
export function worstReturn({ severity, flapping }: Pick<Incident, 'severity' | 'flapping'>): Severity {
  const worst = flapping?.worst ?? null
  return worst === null ? severity : worseSeverity(severity, worst)
}

/** True when the second state is worse than the first: what is announced anew. */
export function isWorse(before: Severity, after: Severity): boolean {
  return severityRank(after) > severityRank(before)
}
