import { createStore, type StoreApi } from 'zustand/vanilla'
import type { MethodAnswer, MethodInput } from '../../src-shared/console-api.ts'
import type { FiguresAnswer } from '../../src-shared/protocol/reads.ts'

const dayMs = 86_400_000

/** How far back figures go: alarm health wants a day at least, and logs go back a month. */
export const figuresRanges = { day: dayMs, week: 7 * dayMs, month: 30 * dayMs } as const
export type FiguresRange = keyof typeof figuresRanges

/** A server that gives no time to ask again, or less than this, is asked after so long, in ms. */
export const leastWaitMs = 1_000

/** What figures are of beside their server. */
export interface FiguresChoice {
  range: FiguresRange
  /** The operating position: whose services are counted; null: all services are. */
  team: string | null
}

export interface FiguresState extends FiguresChoice {
  /** The server that was asked; null before the first question. */
  siteId: string | null
  /** That can be chosen there, as far as it has said. */
  teams: readonly string[]
  /**
   * What goes on for whoever looks: the server counts this; it still counts what was chosen here before, or for another
   * person, and is asked for this afterwards. Null: nothing does.
   */
  activity: 'counting' | 'afterOwn' | 'afterOther' | null
  /** Of the server and the choice above; null while there are none. */
  figures: FiguresAnswer | null
  /** Why there are none, in words. */
  failure: string | null
}

/** The figures of one server, asked of it whenever somebody looks. It counts for one at a time, so that others wait. */
export class FiguresStore {
  readonly store: StoreApi<FiguresState> = createStore<FiguresState>()(() => ({
    siteId: null,
    range: 'day',
    team: null,
    teams: [],
    activity: null,
    figures: null,
    failure: null,
  }))
  readonly #ask: (input: MethodInput<'figures'>) => Promise<MethodAnswer<'figures'>>
  /** What each server that was asked has not answered yet. */
  readonly #counting = new Map<string, FiguresChoice>()
  #timer: ReturnType<typeof setTimeout> | undefined

  constructor(ask: (input: MethodInput<'figures'>) => Promise<MethodAnswer<'figures'>>) {
    this.#ask = ask
  }

  /**
   * Asks for figures up to now, as soon as the server has time for it; of several questions that wait only for the newest.
   * Those that are shown stay until the answer, if they are of the same question.
   */
  read(siteId: string, { range, team }: FiguresChoice): void {
    const choice = { range, team }
    const { figures, activity, teams, ...before } = this.store.getState()
    const isSameSite = before.siteId === siteId
    const isSame = isSameSite && isEqual(before, choice)
    if (isSame && activity !== null) return
    this.store.setState({
      ...{ siteId, ...choice, figures: isSame ? figures : null, failure: null },
      teams: isSameSite ? teams : [],
    })
    // Whoever waits for another person's count goes on waiting, and asks for what is chosen by then.
    if (!isSameSite || activity !== 'afterOther') this.#start(siteId, choice)
  }

  /** Nobody looks any more: nothing is asked again. What is being counted is there for who comes back. */
  leave(): void {
    clearTimeout(this.#timer)
    this.store.setState({ activity: null })
  }

  #start(siteId: string, { range, team }: FiguresChoice): void {
    const choice = { range, team }
    clearTimeout(this.#timer)
    const counted = this.#counting.get(siteId)
    const isCounted = counted === undefined || isEqual(counted, choice)
    this.store.setState({ activity: isCounted ? 'counting' : 'afterOwn' })
    if (counted === undefined) void this.#count(siteId, choice)
  }

  async #count(siteId: string, choice: FiguresChoice): Promise<void> {
    this.#counting.set(siteId, choice)
    const to = Date.now()
    const answer = await this.#ask({ siteId, team: choice.team, from: to - figuresRanges[choice.range], to })
    this.#counting.delete(siteId)
    const now = this.store.getState()
    if (now.siteId !== siteId) return
    if (answer.ok) this.store.setState({ teams: answer.value.teams })
    if (!isEqual(now, choice)) {
      if (now.activity !== null) this.#start(siteId, now)
    } else if (answer.ok) this.store.setState({ activity: null, figures: answer.value })
    else if (answer.code === 'busy' && now.activity !== null) this.#wait(siteId, answer.retryAfterMs ?? 0)
    else this.store.setState({ activity: null, failure: answer.message })
  }

  #wait(siteId: string, retryAfterMs: number): void {
    this.store.setState({ activity: 'afterOther' })
    this.#timer = setTimeout(
      () => this.#start(siteId, this.store.getState()),
      Math.max(leastWaitMs, retryAfterMs),
    )
  }
}

function isEqual(a: FiguresChoice, b: FiguresChoice): boolean {
  return a.range === b.range && a.team === b.team
}
