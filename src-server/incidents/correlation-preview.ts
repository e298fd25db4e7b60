import { previewOf } from '../../src-shared/correlation/preview-correlation.ts'
import { builtInRules, type CorrelationRule } from '../../src-shared/correlation/rule.ts'
import { CorrelationSimulation, type SimulationTimes } from '../../src-shared/correlation/simulation.ts'
import type { PreviewAnswer } from '../../src-shared/protocol/reads.ts'
import { positionBefore, readStretch, type StretchStore } from '../log/log-stretch.ts'

export interface CorrelationPreviewOptions {
  store: StretchStore
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
) => Promise<PreviewAnswer>

/**
 * A day with a storm of a minute, or two: some 20 s of work, in steps of a few milliseconds, and memory for as many alerts
 * at the very most.
 */
const mostEntries = 2_000_000
const hourMs = 3_600_000

/** Previews over this log; rejects with the reason of `stop` when that is aborted. */
export function createCorrelationPreview(options: CorrelationPreviewOptions): CorrelationPreview {
  const { store, clock, times, maxEntries = mostEntries } = options
  return async (rules, hours, stop) => {
    const to = clock.now()
    const upTo = store.head()
    const begin = await positionBefore(store, to - hours * hourMs)
    const after = Math.max(begin, upTo - maxEntries)
    const simulation = new CorrelationSimulation([...rules, ...builtInRules], times)
    let from: number | null = null
    await readStretch(
      store,
      { after, upTo },
      (entry) => {
        from ??= entry.at
        if (entry.kind === 'event') simulation.take(entry.event)
        if (entry.kind === 'alert') simulation.letGo(entry.alert, entry.at)
      },
      stop,
    )
    return { ...previewOf(simulation), from: from ?? to, to, isCut: after > begin }
  }
}
