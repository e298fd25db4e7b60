import type { NotifyDecision } from '../../../src-shared/console-views.ts'
import type { Incident } from '../../../src-shared/domain/incident.ts'
import { isWorse, worstReturn } from '../../../src-shared/domain/incident-step.ts'
import { severityRank, type Severity } from '../../../src-shared/domain/severity.ts'

export type Occasion = NotifyDecision['occasion']

/** One thing that could be worth a notification. */
export interface Happening {
  siteId: string
  incidentId: string
  occasion: Occasion
  severity: Severity
  /** The operator who caused it; null when it was monitoring or the server. */
  byOperator: string | null
  /** Whom alone it concerns; null: everybody. */
  concerns: string | null
}

export interface NotifySettings {
  /** The mildest severity that notifies. */
  fromSeverity: Severity
  summaries: boolean
  /** More notifications than this within `stormWindowMs` become one that updates itself. */
  stormAbove: number
  stormWindowMs: number
}

/** Warnings and worse; a person reads about five notifications in ten seconds, not more. */
export const defaultNotifySettings: NotifySettings = {
  fromSeverity: 'warning',
  summaries: false,
  stormAbove: 5,
  stormWindowMs: 10_000,
}

/** What the operator can see now. */
export interface Presence {
  visible: boolean
  focused: boolean
  /** The incident that is open on the screen. */
  incidentId: string | null
}

export interface PolicyInput {
  happening: Happening
  settings: NotifySettings
  /** Wall clock, ms. */
  now: number
  presence: Presence
  /** The name that this console's operator has on that site. */
  self: string | null
  /** When operators were notified lately, newest last; older than the storm window is ignored. */
  notifiedAt: readonly number[]
}

export interface Verdict {
  notified: boolean
  /** In words, as the operator reads it. */
  reason: string
  /** True: belongs into the storm's one notification. */
  inStorm: boolean
}

/** Decides whether a happening notifies the operator, and says why. Pure: the same input, the same answer. */
export function decideNotification(input: PolicyInput): Verdict {
  const { happening, settings, presence, self } = input
  if (happening.byOperator !== null && happening.byOperator === self) return no('it was your own action')
  if (happening.concerns !== null && happening.concerns !== self)
    return no(`it concerns ${happening.concerns}`)
  if (happening.occasion === 'summary' && !settings.summaries) return no('notifications of summaries are off')
  // Somebody asked to be reminded, however mild it is.
  const isAskedFor = happening.occasion === 'followUpDue'
  if (!isAskedFor && severityRank(happening.severity) < severityRank(settings.fromSeverity))
    return no(`${happening.severity} is below ${settings.fromSeverity}`)
  if (presence.visible && presence.focused && presence.incidentId === happening.incidentId)
    return no('you were looking at it')
  const windowStart = input.now - settings.stormWindowMs
  const lately = countAfter(input.notifiedAt, windowStart)
  if (lately >= settings.stormAbove) {
    const seconds = Math.round(settings.stormWindowMs / 1000)
    return {
      notified: true,
      inStorm: true,
      reason: `shown with others: storm, ${lately + 1} in ${seconds} s`,
    }
  }
  return {
    notified: true,
    inStorm: false,
    reason: `shown: ${happening.severity} incident ${words[happening.occasion]}`,
  }
}

const words = {
  triggered: 'triggered',
  reopened: 'reopened',
  flapping: 'is flapping; further reopenings are counted and not announced',
  raised: 'got worse',
  spread: 'spread to another service',
  unacknowledged: 'was given back',
  snoozeEnded: 'is back from its snooze',
  ackExpired: 'needs someone again: its acknowledgement ran out',
  followUpDue: 'has a follow-up that is due',
  summary: 'has a summary',
} as const satisfies Record<Occasion, string>

/** How many of the ascending instants are after one; a storm asks this for each of thousands. */
function countAfter(instants: readonly number[], after: number): number {
  let low = 0
  let high = instants.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((instants[middle] ?? Infinity) > after) high = middle
    else low = middle + 1
  }
  return instants.length - low
}

function no(why: string): Verdict {
  return { notified: false, inStorm: false, reason: `not shown: ${why}` }
}

/**
 * What happened to an incident between two of its states, as an operator cares; null for nothing new. It
 * compares states instead of reading the change, because who catches up gets only the newest state.
 */
export function occasionOf(before: Incident | null, after: Incident): Occasion | null {
  // What is over is over, also when it went into another: but somebody asked to be reminded.
  if (after.status === 'resolved') return before && followUpOf(before, after)
  const gotWorse = before === null ? null : worseningOf(before, after)
  if (after.status === 'acknowledged') return gotWorse ?? followUpOf(before, after)
  if (before === null) return 'triggered'
  if (after.flapCount > before.flapCount && !isKnownToFlap(before, after))
    return after.flapping ? 'flapping' : 'reopened'
  // By a person: monitoring counts it as flapping.
  if (before.status === 'resolved' && after.flapCount === before.flapCount) return 'reopened'
  return gotWorse ?? handedBackOf(before, after) ?? followUpOf(before, after)
}

/** Worse than before, or more is affected: that is announced of one that somebody has, too. */
function worseningOf(before: Incident, after: Incident): Occasion | null {
  if (isWorse(knownSeverity(before, after), after.severity)) return 'raised'
  const hasNewService = after.serviceIds.some((id) => !before.serviceIds.includes(id))
  return hasNewService && before.status === 'acknowledged' ? 'spread' : null
}

/** What comes and goes while its incident flaps is as bad as it was the last time. */
function knownSeverity(before: Incident, after: Incident): Severity {
  const isReturn = after.flapCount > before.flapCount && after.alertCount === before.alertCount
  return isReturn && isKnownToFlap(before, after) ? worstReturn(before) : before.severity
}

/** Nobody has it any more, and why. */
function handedBackOf(before: Incident, after: Incident): Occasion | null {
  if (before.status !== 'acknowledged') return null
  const { snoozedUntil, ackExpiresAt } = before
  if (snoozedUntil !== null && after.updatedAt >= snoozedUntil) return 'snoozeEnded'
  return ackExpiresAt !== null && after.updatedAt >= ackExpiresAt ? 'ackExpired' : 'unacknowledged'
}

function followUpOf(before: Incident | null, after: Incident): Occasion | null {
  return after.followUp?.isDue && !before?.followUp?.isDue ? 'followUpDue' : null
}

/** It was said when this flapping began. Caches of older versions do not know of flapping. */
function isKnownToFlap(before: Incident, after: Incident): boolean {
  return after.flapping !== null && before.flapping?.since === after.flapping.since
}
