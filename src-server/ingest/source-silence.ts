import type { Source } from '../../src-shared/domain/service.ts'
import type { StoreTransaction } from '../log/store-transaction.ts'

/** A source's last-heard instant is written at most this often: it is a state, not a counter. */
const heardEveryMs = 60_000
/** A share of what is expected: silence is noticed late by no more than this. */
const heardShare = 1 / 4

/** How often it is worth writing down that a source was heard, in ms. */
export function heardWrittenEveryMs(expectedEveryMs: number | null): number {
  return expectedEveryMs === null ? heardEveryMs : Math.min(heardEveryMs, expectedEveryMs * heardShare)
}

/**
 * When a source that is not heard from now on counts as silent; null when nobody knows how often to expect it.
 * `upSince`: when this server began to listen, because what was sent before could not be heard.
 */
export function silentAt(source: Source, upSince: number): number | null {
  const { expectedEveryMs, lastHeardAt } = source
  if (expectedEveryMs === null) return null
  // It may have been heard since the last time that was written.
  const allowance = expectedEveryMs + heardWrittenEveryMs(expectedEveryMs)
  return Math.max(lastHeardAt ?? 0, upSince) + allowance
}

/** Sets the timer that looks at this source again, or clears it; `since`: what was before does not count. */
export function watchSilence(turn: StoreTransaction, source: Source, since = 0): void {
  const dueAt = silentAt(source, since)
  if (dueAt === null) turn.clearTimer('sourceSilence', source.id)
  else turn.setTimer({ kind: 'sourceSilence', key: source.id, dueAt })
}

/** The timer's work: says that the source is silent, or looks again when it has been heard in the meantime. */
export async function noticeSilence(
  turn: StoreTransaction,
  sourceId: string,
  upSince: number,
): Promise<void> {
  const source = await turn.source(sourceId)
  if (!source || source.silentSince !== null) return
  const dueAt = silentAt(source, upSince)
  if (dueAt === null) return
  if (dueAt > turn.now) return turn.setTimer({ kind: 'sourceSilence', key: sourceId, dueAt })
  const silentSince = source.lastHeardAt ?? turn.now
  turn.append({ kind: 'source', source: { ...source, revision: source.revision + 1, silentSince } })
}

/**
 * Says how often a source is to be heard, in ms; null: nobody knows, it is never silent. It is an administrator's word
 * and no longer learnt. Returns the source as it is now; null when there is none of this id.
 */
export async function expectSource(
  turn: StoreTransaction,
  sourceId: string,
  expectedEveryMs: number | null,
  actor: string,
): Promise<Source | null> {
  const known = await turn.source(sourceId)
  if (!known) return null
  turn.keepSourceBeat(sourceId, { watchdogAt: null, isSet: true })
  const changed: Source = { ...known, revision: known.revision + 1, expectedEveryMs }
  const dueAt = silentAt(changed, 0)
  const isSilent = dueAt !== null && dueAt <= turn.now
  const source: Source = { ...changed, silentSince: isSilent ? known.silentSince : null }
  turn.append({ kind: 'source', source })
  // While nobody expected it, its last-heard instant may be a minute late: it gets its whole time from now on.
  watchSilence(turn, source, turn.now)
  const detail = `expectedEveryMs ${expectedEveryMs}`
  turn.audit({ actor, action: 'source.expect', subject: sourceId, detail })
  return source
}
