import { performance } from 'node:perf_hooks'

export interface Clock {
  /** Milliseconds since 1970-01-01 UTC: for what is written down. */
  now(): number
  /** Milliseconds since some start, never backwards: for intervals. */
  monotonic(): number
}

export function createSystemClock(): Clock {
  return { now: () => Date.now(), monotonic: () => performance.now() }
}
