import { setImmediate as nextTurn } from 'node:timers/promises'
import type { LogEntry } from '../../src-shared/domain/log-entry.ts'
import type { LogStore } from './log-store.ts'

export type StretchStore = Pick<LogStore, 'head' | 'oldestCursor' | 'read'>

export interface Stretch {
  /** Entries with `after < seq <= upTo`. */
  after: number
  upTo: number
}

/** A few milliseconds of work, after which others have their turn. */
const pageEntries = 250

/**
 * The position after which entries are at least as new as this instant. Found by halving: the log is in order of time, or
 * nearly so where the machine's clock was set back.
 */
export async function positionBefore(store: StretchStore, instant: number): Promise<number> {
  const head = store.head()
  let low = store.oldestCursor()
  let high = head
  while (low < high) {
    const middle = Math.floor((low + high) / 2)
    const [entry] = await store.read(middle, head, 1)
    if (entry && entry.at < instant) low = Math.max(middle + 1, entry.seq)
    else high = middle
  }
  return low
}

/** Hands each entry of a stretch over, in order, in small steps. Rejects with the reason of `stop` when that is aborted. */
export async function readStretch(
  store: StretchStore,
  { after, upTo }: Stretch,
  take: (entry: LogEntry) => void,
  stop: AbortSignal,
): Promise<void> {
  for (let at = after; at < upTo;) {
    const page = await store.read(at, upTo, pageEntries)
    for (const { json } of page) take(JSON.parse(json) as LogEntry)
    const last = page.at(-1)
    if (!last) return
    at = last.seq
    await nextTurn()
    stop.throwIfAborted()
  }
}
