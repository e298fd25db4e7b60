/** When to come back after a connection ended. */
export type CloseClass = 'atOnce' | 'later' | 'never'

/** The class of a close code. 1000 by the server has none of its own: later, like any other code. */
export function classOfCode(code: number): CloseClass {
  if (code >= 4000 && code <= 4099) return 'atOnce'
  if (code >= 4200 && code <= 4299) return 'never'
  return 'later'
}

/** The class of a handshake that was answered with a status: what the client itself has wrong does not heal. */
export function classOfStatus(status: number): CloseClass {
  return status >= 400 && status < 500 && status !== 429 ? 'never' : 'later'
}

export interface DelayInput {
  /** 1 for the first attempt since the last welcome. */
  readonly attempt: number
  readonly closeClass: CloseClass
  readonly spreadMs: number | null
  readonly retryAfterMs: number | null
  /** A number from 0 to 1. */
  readonly random: number
}

/** Milliseconds to wait before the next attempt; null: never by itself. */
export function reconnectDelayMs({
  attempt,
  closeClass,
  spreadMs,
  retryAfterMs,
  random,
}: DelayInput): number | null {
  if (closeClass === 'never') return null
  if (closeClass === 'atOnce' && attempt === 1) return retryAfterMs ?? 0
  const backoffMs = Math.min(20_000, 500 * 2 ** (attempt - 1))
  const rangeMs = attempt === 1 && spreadMs !== null ? spreadMs : backoffMs
  return Math.max(retryAfterMs ?? 0, Math.round(random * rangeMs))
}
