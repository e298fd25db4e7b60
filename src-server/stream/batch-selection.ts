import type { StoredEntry } from '../log/log-store.ts'
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

export interface CatchUpLimits {
  /** Feed events at or below this are too old for a `feed:tail` reader. */
  tailFloor: number
  /** Bytes of its texts up to which a batch grows. */
  maxBytes: number
}

/**
 * A batch that leaves something out may be larger: by one of so many bytes that it spares, up to twice the limit.
 * So a storm on a thousand alerts comes as one state of each, not as a thousand states again and again.
 */
const spare = 4

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
    this.#draft = emptyDraft(from)
  }

  get selection(): Selection {
    const { byThing, superseded, skipped, to } = this.#draft
    return { kept: [...byThing.values()], superseded, skipped, to }
  }

  /**
   * Takes the entries that follow, `to` is the last position that they cover. False when the batch is full: then it
   * ends after them, before them when they do not fit, or within when they are the first.
   */
  add(entries: readonly StoredEntry[], to: number): boolean {
    const isFirst = this.#draft.byThing.size === 0
    const longer = this.#with(entries, to)
    if (this.#fits(longer)) {
      this.#draft = longer
      // More is asked for only where it is likely to fit: it would have been read in vain.
      return longer.bytes <= Math.max(this.#limits.maxBytes / 2, longer.sparedBytes)
    }
    if (isFirst) this.#draft = this.#cut(entries)
    return false
  }

  #fits({ bytes, sparedBytes }: Draft): boolean {
    const { maxBytes } = this.#limits
    return bytes <= Math.min(2 * maxBytes, maxBytes + sparedBytes / spare)
  }

  /**
   * Ends with the last entry up to which it fits, one at least. Asked of each of them: a state that is left out for one behind
   * the end has to be kept after all, so that less of the log may well be more to send.
   */
  #cut(entries: readonly StoredEntry[]): Draft {
    const growing = this.#with([], this.#draft.to)
    let fitting = 1
    for (const [index, entry] of entries.entries()) {
      this.#take(growing, entry)
      if (this.#fits(growing)) fitting = index + 1
    }
    const shorter = entries.slice(0, fitting)
    return this.#with(shorter, shorter.at(-1)?.seq ?? this.#draft.to)
  }

  #with(entries: readonly StoredEntry[], to: number): Draft {
    const { byThing, ...before } = this.#draft
    const draft: Draft = { ...before, byThing: new Map(byThing), to }
    for (const entry of entries) this.#take(draft, entry)
    return draft
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
      const bytes = Buffer.byteLength(older.json)
      draft.bytes -= bytes
      draft.sparedBytes += bytes
      // Put in again, so that the order stays that of the log.
      draft.byThing.delete(key)
    }
    draft.byThing.set(key, entry)
    draft.bytes += Buffer.byteLength(entry.json)
  }
}

function emptyDraft(from: number): Draft {
  return { superseded: 0, skipped: 0, to: from, byThing: new Map(), bytes: 0, sparedBytes: 0 }
}
