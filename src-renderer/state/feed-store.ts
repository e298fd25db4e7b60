import { createStore, type StoreApi } from 'zustand/vanilla'
import { feedOnBoard, type Changes } from '../../src-shared/console-api.ts'
import type { FeedLine } from '../../src-shared/console-views.ts'

/** Seconds that the rate's picture covers. */
export const rateSeconds = 120

export interface FeedState {
  /** Newest first, at most `feedOnBoard`. */
  lines: readonly FeedLine[]
  /** Events that were left out of the feed since it was opened, to stay fresh. */
  skipped: number
  eventsPerSecond: number
  /** Events per second, one value a second, oldest first. */
  rates: readonly number[]
  /** Lines as they stood when the feed was paused; null while it runs. */
  paused: readonly FeedLine[] | null
  /** Events that came since the pause. */
  missed: number
}

/** The last events as they were ingested, and how many there are in a second. */
export class FeedStore {
  readonly store: StoreApi<FeedState> = createStore<FeedState>()(() => ({
    lines: [],
    skipped: 0,
    eventsPerSecond: 0,
    rates: [],
    paused: null,
    missed: 0,
  }))

  open(lines: readonly FeedLine[]): void {
    this.store.setState({ lines: newestFirst(lines), skipped: 0, paused: null, missed: 0 })
  }

  apply(batch: readonly Changes[]): void {
    const lines = batch.flatMap((changes) => changes.feed)
    const skipped = batch.reduce((sum, changes) => sum + changes.feedSkipped, 0)
    const rate = batch.findLast((changes) => changes.eventsPerSecond !== null)?.eventsPerSecond
    if (rate !== undefined && rate !== null) this.store.setState({ eventsPerSecond: rate })
    if (lines.length === 0 && skipped === 0) return
    this.store.setState((state) => ({
      lines: newestFirst([...state.lines, ...lines]).slice(0, feedOnBoard),
      skipped: state.skipped + skipped,
      missed: state.paused === null ? 0 : state.missed + lines.length + skipped,
    }))
  }

  /** Called once a second: adds the rate to its picture. */
  tick(): void {
    this.store.setState((state) => ({
      rates: [...state.rates.slice(1 - rateSeconds), state.eventsPerSecond],
    }))
  }

  /** Holds the shown lines still, for reading and copying. */
  pause(): void {
    this.store.setState((state) => (state.paused === null ? { paused: state.lines, missed: 0 } : state))
  }

  resume(): void {
    this.store.setState({ paused: null, missed: 0 })
  }
}

function newestFirst(lines: readonly FeedLine[]): FeedLine[] {
  return lines.toSorted((a, b) => b.seq - a.seq)
}
