import type { LogStore } from '../log/log-store.ts'

/** A `feed:tail` reader gets at most this many of the newest events: more than a screen shows, less than delays it. */
export const tailEvents = 250
const chunkEntries = 2_000
/** Looks back this far at most; with fewer events than `tailEvents` in it, nothing is worth skipping. */
const maxLookBack = 50_000
/** The floor is looked for again only after the log has grown by this much: it may be a little low, never high. */
const reuseEntries = 64

/** Answers at which position a reader of the feed's tail begins to be too late. */
export interface FeedTail {
  /** Events at or below the returned seq are skipped; 0 when none are. */
  floor(): Promise<number>
}

export function createFeedTail(store: LogStore): FeedTail {
  let known = { head: -1, floor: 0 }
  return {
    async floor() {
      const head = store.head()
      if (known.head >= 0 && head - known.head < reuseEntries) return known.floor
      known = { head, floor: await findFloor(store, head) }
      return known.floor
    },
  }
}

async function findFloor(store: LogStore, head: number): Promise<number> {
  const lowest = Math.max(0, store.oldestCursor(), head - maxLookBack)
  let events = 0
  for (let upTo = head; upTo > lowest; upTo -= chunkEntries) {
    const after = Math.max(lowest, upTo - chunkEntries)
    const entries = await store.read(after, upTo, chunkEntries)
    for (const entry of entries.toReversed()) {
      if (entry.kind !== 'event') continue
      events += 1
      if (events > tailEvents) return entry.seq
    }
  }
  return 0
}
