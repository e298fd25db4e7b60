import type { NormalisedEvent } from '../../src-shared/domain/event.ts'
import type { Problem } from '../../src-shared/protocol/problem.ts'

/** One member of a payload: an event with the text it came as, or what is wrong with it. */
export type Member =
  | {
      ok: true
      event: NormalisedEvent
      raw: string
      heartbeat?: false
      /** True when the payload names no service: rules say which it is (name-service.ts). */
      isServiceGuessed?: boolean
    }
  /** A sign of life of the source (Alertmanager's Watchdog), or, ended, that there is none any more: opens nothing. */
  | { ok: true; heartbeat: true; hasEnded: boolean }
  | { ok: false; problem: Problem }

/** A payload taken apart; a problem instead when it is none of this kind at all. */
export type Normalised = { ok: true; members: Member[] } | { ok: false; problem: Problem }

export interface NormaliserContext {
  /** For events that bring no dedup key of their own. */
  newKey(): string
}

/** Pure: the same payload gives the same members (but for new keys). */
export type Normaliser = (body: unknown, rawText: string, context: NormaliserContext) => Normalised

/** A member as JSON text, to be kept; null when it is nested too deeply to be written down again. */
export function rawTextOf(value: unknown): string | null {
  try {
    return JSON.stringify(value)
  } catch (error) {
    if (error instanceof RangeError) return null
    throw error
  }
}

export function nestedTooDeeply(path: readonly PropertyKey[]): { ok: false; problem: Problem } {
  const field = path.length === 0 ? null : path.map(String).join('.')
  const message = `${field ?? 'the body'}: is nested too deeply to be kept`
  return { ok: false, problem: { code: 'invalid', message, field } }
}
