import type { Source } from '../../src-shared/domain/service.ts'
import type { TokenIdentity } from '../access/tokens.ts'
import type { StoreTransaction } from '../log/store-transaction.ts'
import { heardWrittenEveryMs, watchSilence } from './source-silence.ts'

/** A Watchdog that comes twice within this came from two Alertmanagers of one cluster. */
const leastBeatMs = 1_000
/** No Watchdog is repeated more rarely; what comes later than this begins anew. */
const mostBeatMs = 86_400_000
/** One may be late and one may be lost. */
const beatsUntilSilent = 3

/** What came from a source in one request. */
export interface Hearing {
  identity: TokenIdentity
  /** How it sent: the kind of ingest. */
  kind: string
  /** True when an Alertmanager's Watchdog that fires was part of it. */
  hasWatchdog: boolean
  /** True when all that it says is that a Watchdog has ended. */
  hasOnlyEnded: boolean
}

/**
 * The id of the source that this token stands for; made at its first use. It is known by its name, so that it stays the
 * same, its open alerts with it, when its token is replaced. That it was heard is written now and then, and at once
 * when it was silent. A Watchdog that has ended is no sign of life, though Alertmanager lives to tell: what it watches with
 * does not, and an hour until it fires again is not how often to expect it.
 */
export async function heardFrom(turn: StoreTransaction, hearing: Hearing): Promise<string> {
  const { identity, kind, hasWatchdog, hasOnlyEnded } = hearing
  const known = await turn.sourceByName(identity.name)
  const id = known?.id ?? identity.id
  if (hasOnlyEnded) await learnAnew(turn, id)
  if (known && hasOnlyEnded) return id
  const before = known?.expectedEveryMs ?? null
  const expectedEveryMs = before ?? (hasWatchdog ? await learnt(turn, id) : null)
  const sinceHeard = turn.now - (known?.lastHeardAt ?? 0)
  // Clocks that were put back would have it heard in the future, and silent only long after that.
  const isWritten =
    known !== null && known.silentSince === null && expectedEveryMs === before && sinceHeard >= 0
  if (isWritten && sinceHeard < heardWrittenEveryMs(expectedEveryMs)) return id
  const source: Source = {
    id,
    revision: (known?.revision ?? 0) + 1,
    kind,
    name: identity.name,
    expectedEveryMs,
    lastHeardAt: hasOnlyEnded ? null : turn.now,
    silentSince: null,
  }
  turn.append({ kind: 'source', source })
  if (expectedEveryMs !== null) watchSilence(turn, source)
  return id
}

async function learnAnew(turn: StoreTransaction, sourceId: string): Promise<void> {
  const { watchdogAt, isSet } = await turn.sourceBeat(sourceId)
  if (watchdogAt !== null) turn.keepSourceBeat(sourceId, { watchdogAt: null, isSet })
}

/** From two Watchdogs, how often to expect the source; null before the second, and where somebody has said it. */
async function learnt(turn: StoreTransaction, sourceId: string): Promise<number | null> {
  const { watchdogAt, isSet } = await turn.sourceBeat(sourceId)
  if (isSet) return null
  const sinceMs = watchdogAt === null ? null : turn.now - watchdogAt
  if (sinceMs !== null && sinceMs >= leastBeatMs && sinceMs <= mostBeatMs) return beatsUntilSilent * sinceMs
  if (sinceMs === null || sinceMs < 0 || sinceMs > mostBeatMs) {
    turn.keepSourceBeat(sourceId, { watchdogAt: turn.now, isSet: false })
  }
  return null
}
