import type { Alert } from '../domain/alert.ts'
import type { Flapping } from '../domain/incident.ts'
import { chatteringTimes, isChattering } from './chattering.ts'

/** The newest openings of an alert, oldest first, once it opened at this time too: as many as tell whether it chatters. */
export function openedAgain(openedAt: readonly number[], at: number): number[] {
  return [...openedAt.slice(1 - chatteringTimes), at]
}

/**
 * What is known of an incident's flapping once one of its alerts, opened at these times, came back at the newest of them.
 * It begins when the alert chatters, and every return prolongs it: one that comes back each 40 s, say, is the same trouble.
 */
export function flapped(
  before: Flapping | null,
  openedAt: readonly number[],
  at: number,
  flapSettleMs: number,
): Flapping | null {
  const known = stillFlapping(before, at)
  if (!known && !isChattering(openedAt)) return null
  return { since: known?.since ?? at, until: at + flapSettleMs, worst: known?.worst ?? null }
}

/** The flapping that is not over at this time; null when there is none. */
export function stillFlapping(flapping: Flapping | null, at: number): Flapping | null {
  return flapping && at <= flapping.until ? flapping : null
}

/** When an incident whose last open alert closes now resolves itself: not before it has stopped flapping. */
export function settlesAfter(flapping: Flapping | null, at: number, settleMs: number): number {
  return Math.max(at + settleMs, flapping?.until ?? 0)
}

/** What is left of an incident's flapping where these of its alerts go: all of it where one of them came back while it lasted. */
export function flappingOf(
  alerts: readonly Pick<Alert, 'openedAt'>[],
  flapping: Flapping | null,
  at: number,
): Flapping | null {
  const known = stillFlapping(flapping, at)
  const cameBack = alerts.some(
    ({ openedAt }) => openedAt.length > 1 && (openedAt.at(-1) ?? 0) >= (known?.since ?? Infinity),
  )
  return cameBack ? known : null
}

/**
 * The flapping of an incident that gets what flaps from another; of the severities only its own are known to it. Null when
 * neither flaps at this time.
 */
export function flappingWith(own: Flapping | null, others: Flapping | null, at: number): Flapping | null {
  const known = stillFlapping(own, at)
  const added = stillFlapping(others, at)
  if (!known || !added) return known ?? (added && { ...added, worst: null })
  return { ...known, until: Math.max(known.until, added.until) }
}
