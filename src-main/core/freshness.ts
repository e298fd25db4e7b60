import type { Freshness } from '../../src-shared/console-views.ts'
import type { ConnectionState } from './connection/state-machine.ts'

/** What is known about one site's stream. Ms on the monotonic clock unless they end in `At`. */
export interface StreamFacts {
  connection: ConnectionState
  /** True once an attempt has failed or a connection ended since the start. */
  hasFailed: boolean
  /** When anything was last heard over this connection. */
  heard: { monotonicMs: number; at: number } | null
  /** The server's own numbers; defaults before the first welcome. */
  staleMs: number
  heartbeatMs: number
  /** Why the sequence is broken: from a gap until the cursor is at the head again, or by what of it could not be read. */
  gap: string | null
  /** Log positions still to come. */
  behind: number
  /** False from a welcome until the cursor has been at the head of the stream once. */
  caughtUp: boolean
  /** Since when the oldest head that the cursor has not reached has been known (see `HeadLag`); null while it is at the head. */
  behindSinceMs: number | null
  /**
   * Since when the server owes the answer to an acknowledgement; null when it owes none. What arrives may have
   * been long on its way, each word of it at the head when it was sent: only an answer proves that it was not.
   */
  unansweredSinceMs: number | null
  /**
   * True from the first word after a silence of `staleMs` until something sent since then is answered: what was held
   * back comes first, and is as old as the silence was long.
   */
  isResuming: boolean
}

export interface FreshnessMoment {
  now: number
  monotonicMs: number
}

export type FreshnessVerdict = Pick<Freshness, 'state' | 'since' | 'reason' | 'nextAttemptAt'>

/**
 * How fresh what is shown is, from the facts alone. "Live" is claimed only while it is proven: connected,
 * welcomed, heard from and answered within `staleMs`, without a gap, and at the head or on the way there for no
 * longer than one heartbeat. `previous` keeps `since` for as long as the state stays the same.
 */
export function judgeFreshness(
  facts: StreamFacts,
  moment: FreshnessMoment,
  previous: Pick<Freshness, 'state' | 'since'> | null,
): FreshnessVerdict {
  const { state, reason } = stateOf(facts, moment)
  const { connection } = facts
  const nextAttemptAt = connection.name === 'waiting' ? connection.dueAt : null
  if (previous?.state === state) return { state, since: previous.since, reason, nextAttemptAt }
  // What went silent did so when it was last heard, not when we noticed; after stale, blind begins now.
  const since = state === 'stale' && previous?.state === 'live' ? (facts.heard?.at ?? moment.now) : moment.now
  return { state, since, reason, nextAttemptAt }
}

function stateOf(facts: StreamFacts, moment: FreshnessMoment): Pick<Freshness, 'state' | 'reason'> {
  const { connection } = facts
  switch (connection.name) {
    case 'idle':
      if (facts.hasFailed) return { state: 'blind', reason: 'not connected' }
      return { state: 'connecting', reason: 'starting' }
    case 'waiting':
    case 'halted':
      return { state: 'blind', reason: connection.message }
    case 'connecting':
    case 'greeting':
      if (facts.hasFailed) return { state: 'blind', reason: 'connecting again' }
      return { state: 'connecting', reason: 'connecting' }
    case 'following':
      return staleOrLive(facts, moment)
  }
}

function staleOrLive(facts: StreamFacts, moment: FreshnessMoment): Pick<Freshness, 'state' | 'reason'> {
  const silentMs = facts.heard ? moment.monotonicMs - facts.heard.monotonicMs : Infinity
  if (silentMs >= facts.staleMs) return { state: 'stale', reason: 'nothing heard from the server' }
  if (facts.gap !== null) return { state: 'stale', reason: facts.gap }
  const behind = facts.behind === 1 ? '1 change' : `${facts.behind} changes`
  if (!facts.caughtUp) return { state: 'stale', reason: `catching up: ${behind} still to come` }
  const behindMs = facts.behindSinceMs === null ? 0 : moment.monotonicMs - facts.behindSinceMs
  if (behindMs > facts.heartbeatMs)
    return { state: 'stale', reason: `falling behind: ${behind} still to come` }
  const owedMs = facts.unansweredSinceMs === null ? 0 : moment.monotonicMs - facts.unansweredSinceMs
  if (facts.isResuming) return { state: 'stale', reason: 'heard again, not yet up to now' }
  if (owedMs >= facts.staleMs) return { state: 'stale', reason: 'the server does not answer in time' }
  return { state: 'live', reason: null }
}
