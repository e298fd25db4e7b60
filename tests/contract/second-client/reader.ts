import type { Batch, Cursor, Entry, ReadFrame, Snapshot, Subscribed, Welcome } from './frames.ts'
import { applyEntry, copyState, emptyState, followedIncidents } from './known-state.ts'
import type { LocalStore } from './local-store.ts'

/**
 * What a frame meant: `stored` moved the cursor (acknowledge it), `known` was dropped, `staged` waits for the last
 * page, `gap` means that continuity is lost on this connection and it has to be made anew.
 */
export type Outcome = 'welcomed' | 'stored' | 'known' | 'staged' | 'swapped' | 'subscribed' | 'gap'

export interface Start {
  readonly cursor: Cursor | null
  readonly channels: readonly string[]
}

/**
 * The cursor and the channels to begin a connection with: those of a snapshot half read, or the stored ones. Without
 * a usable set the reader begins anew with the wanted one.
 */
export function startOf(store: LocalStore, wanted: readonly string[]): Start {
  const { staged } = store
  if (staged !== null) {
    const channels = staged.reset ? staged.channels : [...store.channels, ...staged.channels]
    return { cursor: staged.next, channels }
  }
  if (store.cursor === null || store.channels.length === 0) return { cursor: null, channels: wanted }
  return { cursor: store.cursor, channels: store.channels }
}

export function sameChannels(a: readonly string[], b: readonly string[]): boolean {
  const set = new Set(a)
  return set.size === new Set(b).size && b.every((channel) => set.has(channel))
}

/** Applies frames to a store by the rules of batches, snapshots and changes of channels; knows no transport. */
export class Reader {
  readonly #store: LocalStore
  readonly #onEntry: (entry: Entry, isNew: boolean) => void

  constructor(store: LocalStore, onEntry: (entry: Entry, isNew: boolean) => void) {
    this.#store = store
    this.#onEntry = onEntry
  }

  /** Applies one frame, all of it or nothing. */
  accept(frame: ReadFrame): Outcome {
    switch (frame.type) {
      case 'welcome':
        return this.#welcome(frame)
      case 'batch':
        return this.#batch(frame)
      case 'snapshot':
        return this.#snapshot(frame)
      case 'subscribed':
        return this.#subscribed(frame)
    }
  }

  #welcome(frame: Welcome): Outcome {
    this.#store.serverId = frame.serverId
    this.#store.operator = frame.operator.name
    return 'welcomed'
  }

  #batch(frame: Batch): Outcome {
    const { cursor, channels, staged } = this.#store
    if (cursor === null || staged !== null) {
      this.#store.staged = null
      return 'gap'
    }
    // A heartbeat at the head fits both rules; the first of them wins, so that it is acknowledged.
    if (frame.from !== cursor.seq) return frame.to <= cursor.seq ? 'known' : 'gap'
    this.#swap(frame.entries, { epoch: cursor.epoch, seq: frame.to }, channels, false)
    return 'stored'
  }

  #snapshot(frame: Snapshot): Outcome {
    const staged = this.#store.staged
    const isNext = staged !== null && staged.id === frame.id && staged.pages === frame.page
    if (!isNext && frame.page !== 0) {
      this.#store.staged = null
      return 'gap'
    }
    const entries = isNext ? [...staged.entries, ...frame.entries] : frame.entries
    if (!frame.last) {
      const { id, reset, channels, next } = frame
      this.#store.staged = { id, reset, channels, pages: frame.page + 1, next, entries }
      return 'staged'
    }
    this.#store.staged = null
    const channels = frame.reset ? frame.channels : [...this.#store.channels, ...frame.channels]
    this.#swap(entries, { epoch: frame.epoch, seq: frame.position }, channels, frame.reset)
    return 'swapped'
  }

  /** Until the added channels' snapshot is whole, the cursor stays one of the set without them. */
  #subscribed(frame: Subscribed): Outcome {
    const { cursor, channels } = this.#store
    if (cursor === null || cursor.seq !== frame.position) return 'gap'
    const kept = channels.filter((channel) => frame.channels.includes(channel))
    this.#swap([], cursor, kept, false)
    return 'subscribed'
  }

  #swap(entries: readonly Entry[], cursor: Cursor, channels: readonly string[], reset: boolean): void {
    const state = reset ? emptyState() : copyState(this.#store.state)
    const followed = followedIncidents(channels)
    for (const id of state.timelines.keys()) if (!followed.includes(id)) state.timelines.delete(id)
    const told = entries.map((entry) => ({ entry, isNew: applyEntry(state, entry, followed) }))
    this.#store.state = state
    this.#store.cursor = cursor
    this.#store.channels = channels
    for (const { entry, isNew } of told) this.#onEntry(entry, isNew)
  }
}
