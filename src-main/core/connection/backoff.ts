import { streamDefaults } from '../../../src-shared/protocol/limits.ts'

export interface BackoffInput {
  /** Which attempt in a row this is, from 1. */
  attempt: number
  /** From 0 up to, but not including, 1. */
  fraction: number
  /** Set for the first attempt after losing a server that named it: the delay is drawn from it instead. */
  spreadMs: number | null
  /** The server's own wish (`retryAfterMs`, `Retry-After`): a lower bound; null without one. */
  retryAfterMs: number | null
}

/**
 * How long to wait before the next attempt, in ms: full jitter from 0 to a ceiling that doubles from 500 ms
 * to 20 s. Full, because a thousand consoles that lost one server must not come back in step.
 */
export function backoffMs({ attempt, fraction, spreadMs, retryAfterMs }: BackoffInput): number {
  const { backoffFirstMs, backoffMaxMs } = streamDefaults
  const doublings = Math.min(Math.max(attempt, 1) - 1, 30)
  const ceiling = spreadMs ?? Math.min(backoffMaxMs, backoffFirstMs * 2 ** doublings)
  const drawn = Math.floor(fraction * ceiling)
  return retryAfterMs === null ? drawn : retryAfterMs + drawn
}
