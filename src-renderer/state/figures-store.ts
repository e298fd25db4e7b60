import { createStore, type StoreApi } from 'zustand/vanilla'
import type { MethodAnswer, MethodInput } from '../../src-shared/console-api.ts'
import type { FiguresAnswer } from '../../src-shared/protocol/reads.ts'

const dayMs = 86_400_000

/** How far back figures go: alarm health wants a day at least, and logs go back a month. */
export const figuresRanges = { day: dayMs, week: 7 * dayMs, month: 30 * dayMs } as const
export type FiguresRange = keyof typeof figuresRanges

export interface FiguresState {
  /** The server that was asked; null before the first question. */
  siteId: string | null
  range: FiguresRange
  isReading: boolean
  /** Of the server and the range above; null while there are none. */
  figures: FiguresAnswer | null
  /** Why there are none, in words. */
  failure: string | null
}

/** The figures of one server, asked of it whenever somebody looks. */
export class FiguresStore {
  readonly store: StoreApi<FiguresState> = createStore<FiguresState>()(() => ({
    siteId: null,
    range: 'day',
    isReading: false,
    figures: null,
    failure: null,
  }))
  readonly #ask: (input: MethodInput<'figures'>) => Promise<MethodAnswer<'figures'>>

  constructor(ask: (input: MethodInput<'figures'>) => Promise<MethodAnswer<'figures'>>) {
    this.#ask = ask
  }

  /** Asks for figures up to now. Those that are shown stay until the answer, if they are of the same question. */
  async read(siteId: string, range: FiguresRange): Promise<void> {
    const { figures, isReading, ...before } = this.store.getState()
    const isSame = before.siteId === siteId && before.range === range
    if (isSame && isReading) return
    const question = { siteId, range }
    this.store.setState({ ...question, isReading: true, figures: isSame ? figures : null, failure: null })
    const to = Date.now()
    const answer = await this.#ask({ siteId, from: to - figuresRanges[range], to })
    const now = this.store.getState()
    // An answer to an older question comes too late.
    if (now.siteId !== siteId || now.range !== range) return
    if (answer.ok) this.store.setState({ isReading: false, figures: answer.value })
    else this.store.setState({ isReading: false, failure: answer.message })
  }
}
