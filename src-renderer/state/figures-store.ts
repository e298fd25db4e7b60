import { createStore, type StoreApi } from 'zustand/vanilla'
import type { MethodAnswer, MethodInput } from '../../src-shared/console-api.ts'
import type { FiguresAnswer } from '../../src-shared/protocol/reads.ts'

const dayMs = 86_400_000

/** How far back figures go: alarm health wants a day at least, and logs go back a month. */
export const figuresRanges = { day: dayMs, week: 7 * dayMs, month: 30 * dayMs } as const
export type FiguresRange = keyof typeof figuresRanges

/** A server that gives no time to ask again, or less than this, is asked after so long, in ms. */
export const leastWaitMs = 1_000

export interface FiguresState {
  /** The server that was asked; null before the first question. */
  siteId: string | null
  range: FiguresRange
  /**
   * What goes on for whoever looks: the server counts this; it still counts what was chosen here before, or for another
   * person, and is asked for this afterwards. Null: nothing does.
   */
  activity: 'counting' | 'afterOwn' | 'afterOther' | null
  /** Of the server and the range above; null while there are none. */
  figures: FiguresAnswer | null
  /** Why there are none, in words. */
  failure: string | null
}

/** The figures of one server, asked of it whenever somebody looks. It counts for one at a time, so that others wait. */
export class FiguresStore {
  readonly store: StoreApi<FiguresState> = createStore<FiguresState>()(() => ({
    siteId: null,
    range: 'day',
    activity: null,
    figures: null,
    failure: null,
  }))
  readonly #ask: (input: MethodInput<'figures'>) => Promise<MethodAnswer<'figures'>>
  /** What each server that was asked has not answered yet. */
  readonly #counting = new Map<string, FiguresRange>()
  #timer: ReturnType<typeof setTimeout> | undefined

  constructor(ask: (input: MethodInput<'figures'>) => Promise<MethodAnswer<'figures'>>) {
    this.#ask = ask
  }

  /**
   * Asks for figures up to now, as soon as the server has time for it; of several questions that wait only for the newest.
   * Those that are shown stay until the answer, if they are of the same question.
   */
  read(siteId: string, range: FiguresRange): void {
    const { figures, activity, ...before } = this.store.getState()
    const isSame = before.siteId === siteId && before.range === range
    if (isSame && activity !== null) return
    this.store.setState({ siteId, range, figures: isSame ? figures : null, failure: null })
    // Whoever waits for another person's count goes on waiting, and asks for what is chosen by then.
    if (before.siteId !== siteId || activity !== 'afterOther') this.#start(siteId, range)
  }

  /** Nobody looks any more: nothing is asked again. What is being counted is there for who comes back. */
  leave(): void {
    clearTimeout(this.#timer)
    this.store.setState({ activity: null })
  }

  #start(siteId: string, range: FiguresRange): void {
    clearTimeout(this.#timer)
    const counted = this.#counting.get(siteId)
    this.store.setState({ activity: counted === undefined || counted === range ? 'counting' : 'afterOwn' })
    if (counted === undefined) void this.#count(siteId, range)
  }

  async #count(siteId: string, range: FiguresRange): Promise<void> {
    this.#counting.set(siteId, range)
    const to = Date.now()
    const answer = await this.#ask({ siteId, from: to - figuresRanges[range], to })
    this.#counting.delete(siteId)
    const now = this.store.getState()
    if (now.siteId !== siteId) return
    if (now.range !== range) {
      if (now.activity !== null) this.#start(siteId, now.range)
    } else if (answer.ok) this.store.setState({ activity: null, figures: answer.value })
    else if (answer.code === 'busy' && now.activity !== null) this.#wait(siteId, answer.retryAfterMs ?? 0)
    else this.store.setState({ activity: null, failure: answer.message })
  }

  #wait(siteId: string, retryAfterMs: number): void {
    this.store.setState({ activity: 'afterOther' })
    this.#timer = setTimeout(
      () => this.#start(siteId, this.store.getState().range),
      Math.max(leastWaitMs, retryAfterMs),
    )
  }
}
