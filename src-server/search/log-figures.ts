import type { FiguresWindow } from '../../src-shared/figures/figures.ts'
import { LogFigures } from '../../src-shared/figures/log-figures.ts'
import type { FiguresAnswer } from '../../src-shared/protocol/reads.ts'
import { positionBefore, readStretch, type StretchStore } from '../log/log-stretch.ts'

/** Figures of a window; rejects with the reason of `stop` when that is aborted. */
export type FiguresOf = (window: FiguresWindow, stop: AbortSignal) => Promise<FiguresAnswer>

/** A day with two storms of a minute: some 20 s of work, in steps of a few milliseconds. */
const mostEntries = 3_000_000

/** Figures of this log, computed anew each time from at most `maxEntries` entries before the window's end. */
export function createFiguresOf(store: StretchStore, maxEntries = mostEntries): FiguresOf {
  return async (window, stop) => {
    const upTo = await positionBefore(store, window.to)
    const after = Math.max(store.oldestCursor(), upTo - maxEntries)
    const figures = new LogFigures(window)
    let readFrom: number | null = null
    await readStretch(
      store,
      { after, upTo },
      (entry) => {
        readFrom ??= entry.at
        figures.take(entry)
      },
      stop,
    )
    const from = readFrom ?? window.to
    return { ...figures.result(), readFrom: from, isCut: after > 0 && from > window.from }
  }
}
