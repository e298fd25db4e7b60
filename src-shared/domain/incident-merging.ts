import { flappingOf, flappingWith, settlesAfter } from '../correlation/flapping.ts'
import type { Alert } from './alert.ts'
import { mostServices, type Incident } from './incident.ts'
import {
  changeOf,
  isWorse,
  namingRule,
  refused,
  refusedByStatus,
  step,
  untouched,
  wake,
  withReason,
  withSeverity,
  type Cause,
  type Refused,
  type Transition,
} from './incident-step.ts'
import {
  isMoreUrgent,
  moreUrgent,
  usualPriority,
  worseSeverity,
  worstOf,
  type RulePriority,
  type Severity,
} from './severity.ts'

export type PairDecision = { ok: true; from: Transition; to: Transition } | Refused

/**
 * All alerts of one incident go to another, and its follow-up if the other has none to come; the first is over and says where
 * they are, both keep their timelines. What flaps still does, and settles no earlier than it would have. What comes to one
 * that is snoozed and is worse, or of another service, ends the snooze. The caller moves the alerts, and the groups that led
 * to the first.
 */
export function merge(source: Incident, target: Incident, cause: Cause): PairDecision {
  if (source.id === target.id) return refused('sameIncident', 'an incident cannot be merged into itself')
  for (const incident of [source, target]) {
    if (incident.status !== 'resolved') continue
    const { code, message } = refusedByStatus(incident).refusal
    return refused(code, `#${incident.number} is ${message}`)
  }
  const isOwnToCome = target.followUp !== null && !target.followUp.isDue
  const followUp = isOwnToCome ? target.followUp : (source.followUp ?? target.followUp)
  const over: Incident = {
    ...source,
    followUp: isOwnToCome ? source.followUp : null,
    status: 'resolved',
    alertCount: 0,
    openAlertCount: 0,
    resolvedAt: cause.at,
    resolvedBy: cause.by,
    settlesAt: null,
    flapping: null,
    ackExpiresAt: null,
    ackLastsMs: null,
    snoozedUntil: null,
    mergedInto: { id: target.id, number: target.number },
  }
  const hasOpen = source.openAlertCount > 0
  const severity = !hasOpen
    ? target.severity
    : target.openAlertCount === 0
      ? source.severity
      : worseSeverity(source.severity, target.severity)
  const joined: Incident = {
    ...target,
    alertCount: target.alertCount + source.alertCount,
    openAlertCount: target.openAlertCount + source.openAlertCount,
    serviceIds: union(target.serviceIds, source.serviceIds),
    settlesAt:
      hasOpen || target.settlesAt === null ? null : Math.max(target.settlesAt, source.settlesAt ?? 0),
    flapping: flappingWith(target.flapping, source.flapping, cause.at),
    followUp,
  }
  const ranked = keepingPriority(source, withSeverity(joined, severity, source.rulePriority))
  const isSpread = hasOpen && source.serviceIds.some((id) => !target.serviceIds.includes(id))
  const next = wake(target, ranked, isSpread)
  const why = namingRule(cause, target, next)
  const isHandedOver = target.prioritySetBy === null && next.prioritySetBy !== null
  return {
    ok: true,
    from: step(over, cause, 'merged', { from: source.status, text: `#${target.number}` }),
    to: step(
      next,
      isHandedOver ? withReason(cause, `${next.priority} as ${next.prioritySetBy?.name ?? ''} set it`) : why,
      'mergedFrom',
      { from: next.status === target.status ? null : target.status, text: `#${source.number}` },
    ),
  }
}

/** A more urgent priority that a person set goes along, unless a person set that of the target. */
function keepingPriority({ priority, prioritySetBy }: Incident, target: Incident): Incident {
  const isKept =
    prioritySetBy !== null && target.prioritySetBy === null && isMoreUrgent(priority, target.priority)
  return isKept ? { ...target, priority, prioritySetBy } : target
}

export interface SplitOptions {
  /** All alerts of the incident, and which of them leave it. */
  alerts: readonly Alert[]
  alertIds: readonly string[]
  newId: string
  newNumber: number
  /** The settle time, for a side that is left without an open alert. */
  settleMs: number
}

/**
 * Some alerts of an incident become one of their own, which is triggered: nobody has it yet, and no person gave it a
 * priority. The other stays acknowledged or snoozed: it is no worse than before. What flaps does so where it is. The caller
 * moves them.
 */
export function split(incident: Incident, options: SplitOptions, cause: Cause): PairDecision {
  const { alerts, newId, newNumber, settleMs } = options
  if (incident.status === 'resolved') return refusedByStatus(incident)
  const wanted = new Set(options.alertIds)
  const moved = alerts.filter(({ id }) => wanted.has(id))
  const rest = alerts.filter(({ id }) => !wanted.has(id))
  const [first] = moved
  if (!first || moved.length < wanted.size)
    return refused('alertMoved', 'some of these alerts are no longer in this incident')
  if (rest.length === 0) return refused('nothingLeft', 'all its alerts would leave it: leave one at least')
  const severity = worstOpen(moved) ?? worstOf(moved.map((alert) => alert.severity)) ?? first.severity
  const rulePriority = ruledOf(moved)
  const going = flappingOf(moved, incident.flapping, cause.at)
  const fresh: Incident = {
    ...incident,
    ...untouched,
    id: newId,
    revision: 1,
    number: newNumber,
    status: 'triggered',
    severity,
    priority: usualPriority({ severity, rulePriority }),
    rulePriority,
    title: first.title,
    serviceIds: union(
      [],
      moved.map((alert) => alert.serviceId),
    ),
    alertCount: moved.length,
    openAlertCount: openOf(moved),
    triggeredAt: cause.at,
    settlesAt: openOf(moved) === 0 ? settlesAfter(going, cause.at, settleMs) : null,
    flapping: going && { ...going, worst: null },
    groupReason: `split off #${incident.number} by ${cause.by.name}`,
    updatedAt: cause.at,
  }
  const staying = flappingOf(rest, incident.flapping, cause.at)
  const isOver = openOf(rest) === 0
  // What a person reopened without an open alert stays until somebody resolves it.
  const wasOver = incident.openAlertCount === 0
  const kept: Incident = {
    ...incident,
    rulePriority: ruledOf(rest),
    alertCount: rest.length,
    openAlertCount: openOf(rest),
    serviceIds: union(
      [],
      rest.map((alert) => alert.serviceId),
    ),
    settlesAt: isOver && !wasOver ? settlesAfter(staying, cause.at, settleMs) : incident.settlesAt,
    flapping: staying,
  }
  const left = withSeverity(kept, worstOpen(rest) ?? worstKept(rest, incident.severity))
  return {
    ok: true,
    from: step(left, namingRule(cause, incident, left), 'splitOff', { text: `#${newNumber}` }),
    to: {
      incident: fresh,
      change: changeOf('splitFrom', namingRule(cause, null, fresh), { text: `#${incident.number}` }),
    },
  }
}

function ruledOf(alerts: readonly Alert[]): RulePriority | null {
  return alerts.reduce<RulePriority | null>((ruled, alert) => moreUrgent(ruled, alert.rulePriority), null)
}

function openOf(alerts: readonly Alert[]): number {
  return alerts.filter((alert) => alert.isOpen).length
}

function worstOpen(alerts: readonly Alert[]): Severity | null {
  return worstOf(alerts.filter((alert) => alert.isOpen).map((alert) => alert.severity))
}

/** With none open the severity stays as it was, but no worse than what is left. */
function worstKept(alerts: readonly Alert[], severity: Severity): Severity {
  const worst = worstOf(alerts.map((alert) => alert.severity)) ?? severity
  return isWorse(worst, severity) ? worst : severity
}

function union(a: readonly string[], b: readonly string[]): string[] {
  return [...new Set([...a, ...b])].slice(0, mostServices)
}
