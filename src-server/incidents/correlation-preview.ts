import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Preview } from '../../src-shared/correlation/preview.ts'
import { previewOf } from '../../src-shared/correlation/preview-correlation.ts'
import { builtInRules, type CorrelationRule } from '../../src-shared/correlation/rule.ts'
import { CorrelationSimulation, type SimulationTimes } from '../../src-shared/correlation/simulation.ts'
import type { LogEntry } from '../../src-shared/domain/log-entry.ts'
import type { LogStore } from '../log/log-store.ts'

export interface LogPreview extends Preview {
  /** The stretch of the log that was looked at, in log time. */
  from: number
  to: number
  /** True when there was more in these hours than is looked at: then it is the newest part. */
  isCut: boolean
}

export interface CorrelationPreviewOptions {
  store: Pick<LogStore, 'head' | 'oldestCursor' | 'read'>
  clock: { now(): number }
  times: SimulationTimes
  /** At most so many of the newest entries are looked at. */
  maxEntries?: number
}

/** What these rules, before the built-in ones, would have made of the events of the last hours. Reads, nothing else. */
export type CorrelationPreview = (
  rules: readonly CorrelationRule[],
  hours: number,
  stop: AbortSignal,
) => Promise<LogPreview>

/** Some seconds of work in all, and memory for as many alerts at the very most. */
const mostEntries = 200_000
/** A few milliseconds of work, after which others have their turn. */
const pageEntries = 250
const hourMs = 3_600_000

/** Previews over this log; rejects with the reason of `stop` when that is aborted. */
export function createCorrelationPreview(options: CorrelationPreviewOptions): CorrelationPreview {
  const { store, clock, times, maxEntries = mostEntries } = options
  return async (rules, hours, stop) => {
    const to = clock.now()
    const head = store.head()
    const begin = await lastBefore(store, to - hours * hourMs, head)
    const first = Math.max(begin, head - maxEntries)
    const simulation = new CorrelationSimulation([...rules, ...builtInRules], times)
    let from: number | null = null
    for (let after = first; after < head;) {
      const page = await store.read(after, head, pageEntries)
      for (const { json } of page) {
        const entry = JSON.parse(json) as LogEntry
        from ??= entry.at
        if (entry.kind === 'event') simulation.take(entry.event)
      }
      const last = page.at(-1)
      if (!last) break
      after = last.seq
      await nextTurn()
      stop.throwIfAborted()
    }
    return { ...previewOf(simulation), from: from ?? to, to, isCut: first > begin }
  }
}

/** The position after which entries are at least as new as `instant`: found by halving, the log is in order of time. */
async function lastBefore(
  store: CorrelationPreviewOptions['store'],
  instant: number,
  head: number,
): Promise<number> {
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
