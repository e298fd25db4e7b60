/** What an alert knows of its occurrence, by its sender's word and by our clock. */
interface Occurrence {
  startedAt: number | null
  closedAt: number | null
}

/**
 * Whether a trigger with this start is of the occurrence that has ended, or of one before it: a monitor that repeats itself
 * does not undo a manual resolve. What began after the end is another one, though it says to be earlier than the last: that
 * was said by a clock that was ahead, and must not silence what comes once it is right.
 */
export function isRedelivery(occurredAt: number | null, { startedAt, closedAt }: Occurrence): boolean {
  if (occurredAt === null || startedAt === null) return false
  return occurredAt === startedAt || (occurredAt < startedAt && occurredAt <= (closedAt ?? occurredAt))
}

/**
 * The start of an occurrence, or, where its sender says none, the newest of those before: what is of that one stays a
 * redelivery.
 */
export function startOf(
  occurredAt: number | null,
  before: Pick<Occurrence, 'startedAt'> | null,
): number | null {
  return occurredAt ?? before?.startedAt ?? null
}

/** The start of an open alert that is triggered once more: the later one, so that no repeat of it is taken for new afterwards. */
export function laterStart(startedAt: number | null, occurredAt: number | null): number | null {
  return startedAt === null || occurredAt === null
    ? (occurredAt ?? startedAt)
    : Math.max(startedAt, occurredAt)
}

/**
 * The start of an alert that ends, by an end with this start: the earlier one. An end that comes late, after a later
 * occurrence has begun, has not ended that: its monitor's next repeat opens it again.
 */
export function startOfEnded(startedAt: number | null, occurredAt: number | null): number | null {
  return startedAt === null || occurredAt === null ? startedAt : Math.min(startedAt, occurredAt)
}
