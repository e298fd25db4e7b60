import { textBytes, type StoredEntry } from '../log/log-store.ts'
import type { Subscription } from './subscription.ts'

export interface Selection {
  kept: StoredEntry[]
  /** States left out because a newer one of the same thing is kept. */
  superseded: number
  /** Events left out because the reader follows only the tail of the feed. */
  skipped: number
  /** Complete up to here. */
  to: number
}

/** What a reader at the head gets: all that concerns it. */
export function selectAll(entries: readonly StoredEntry[], subscription: Subscription): StoredEntry[] {
  return entries.filter((entry) => subscription.match(entry).wanted)
}

/** However much a batch leaves out, it is so many times its limit at most. */
const mostLarger = 2

export interface CatchUpLimits {
  /** Feed events at or below this are too old for a `feed:tail` reader. */
  tailFloor: number
  /** Bytes of its texts up to which a batch grows. */
  maxBytes: number
}

/** What is kept so far, with what deciding on more needs. */
interface Draft extends Omit<Selection, 'kept'> {
  /** The newest state of each thing by its key, what is kept whole by its seq; in the order of the log. */
  byThing: Map<string | number, StoredEntry>
  bytes: number
  sparedBytes: number
}

/**
 * What a reader that is behind gets in one batch: the newest state of each thing in the stretch that it covers, events
 * and whole histories in full, old events of a tail not at all. What is left out is counted. The stretch grows
 * chunk by chunk until it is full.
 */
export class CatchUpSelection {
  readonly #subscription: Subscription
  readonly #limits: CatchUpLimits
  #draft: Draft

  /** Of the log after `from`. */
  constructor(subscription: Subscription, limits: CatchUpLimits, from: number) {
    this.#subscription = subscription
    this.#limits = limits
    this.#draft = { superseded: 0, skipped: 0, to: from, byThing: new Map(), bytes: 0, sparedBytes: 0 }
  }

  get selection(): Selection {
    const { byThing, superseded, skipped, to } = this.#draft
    return { kept: [...byThing.values()], superseded, skipped, to }
  }

  /**
   * Takes the entries that follow, `to` is the last position that they cover. False when the batch is full: then it
   * ends with the last of them up to which it fits, or before them. One entry fits always.
   */
  add(entries: readonly StoredEntry[], to: number): boolean {
    const { maxBytes } = this.#limits
    const longer = this.#longer()
    let fitting = this.#draft.byThing.size === 0 ? 1 : 0
    // Asked of each end: a state that is left out for one behind it has to be kept after all, so that less of the log may
    // well be more to send. What is beyond the most that it may be does not become less.
    for (const [index, entry] of entries.entries()) {
      this.#take(longer, entry)
      if (longer.bytes > mostLarger * maxBytes) break
      if (this.#fits(longer)) fitting = index + 1
    }
    if (fitting >= entries.length) {
      this.#draft = { ...longer, to }
      // More is asked for only where it is likely to fit: it would have been read in vain.
      return longer.bytes <= Math.max(maxBytes / 2, longer.sparedBytes)
    }
    const shorter = entries.slice(0, fitting)
    const draft = this.#longer()
    for (const entry of shorter) this.#take(draft, entry)
    this.#draft = { ...draft, to: shorter.at(-1)?.seq ?? draft.to }
    return false
  }

  /** A batch that leaves something out may be larger by as much: a storm comes as one state of each thing. */
  #fits({ bytes, sparedBytes }: Draft): boolean {
    return bytes <= this.#limits.maxBytes + sparedBytes
  }

  #longer(): Draft {
    return { ...this.#draft, byThing: new Map(this.#draft.byThing) }
  }

  #take(draft: Draft, entry: StoredEntry): void {
    const { wanted, whole } = this.#subscription.match(entry)
    if (!wanted) return
    if (entry.kind === 'event' && !whole && entry.seq <= this.#limits.tailFloor) {
      draft.skipped += 1
      return
    }
    const key = whole || entry.thing === null ? entry.seq : entry.thing
    const older = draft.byThing.get(key)
    if (older) {
      draft.superseded += 1
      draft.bytes -= textBytes(older)
      draft.sparedBytes += textBytes(older)
      // Put in again, so that the order stays that of the log.
      draft.byThing.delete(key)
    }
    draft.byThing.set(key, entry)
    draft.bytes += textBytes(entry)
  }
}
