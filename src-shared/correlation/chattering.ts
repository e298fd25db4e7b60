/** A key chatters when it comes this often within this time (DOMAIN: alarm health, after ISA-18.2). */
export const chatteringTimes = 3
export const chatteringWithinMs = 60_000

/** What is known of one key's arrivals: enough to go on, however many there were. */
export interface Chatter {
  /** The newest arrivals, oldest first, and whether each is counted as chattering already. */
  readonly recent: readonly { at: number; isCounted: boolean }[]
  /** Arrivals that were one of three or more within a minute. */
  readonly total: number
  /** When it was first found to chatter; null while it never was. */
  readonly since: number | null
}

/** A key that was never heard. */
export const unheard: Chatter = { recent: [], total: 0, since: null }

/** One more arrival of the key at this time. Ask in the order of the log. */
export function heard(before: Chatter, at: number): Chatter {
  const recent = [...before.recent.slice(1 - chatteringTimes), { at, isCounted: false }]
  if (!isChattering(recent.map((arrival) => arrival.at))) return { ...before, recent }
  return {
    recent: recent.map((arrival) => ({ at: arrival.at, isCounted: true })),
    total: before.total + recent.filter((arrival) => !arrival.isCounted).length,
    since: before.since ?? at,
  }
}

/** Whether the newest of these times, oldest first, is the third or more within a minute. */
export function isChattering(times: readonly number[]): boolean {
  const newest = times.at(-1)
  const third = times.at(-chatteringTimes)
  return newest !== undefined && third !== undefined && newest - third <= chatteringWithinMs
}
