import { createStore, type StoreApi } from 'zustand/vanilla'
import type { MethodInput, MethodOutput } from '../../src-shared/console-api.ts'
import type { FilterValues } from '../../src-shared/console-panels.ts'
import type { BoardStore } from './board-store.ts'

/** How long the typing rests before the list follows, and how often changed rows are looked at again, in ms. */
const restMs = 120
const againMs = 200
/** Ages move by themselves: everything is looked at again this often, in ms. */
const wholeMs = 30_000
const mostAtOnce = 10_000

export interface FilterState {
  /** As it is written. */
  text: string
  /** What is wrong with it; the list stays as the last good text has it. */
  problem: MethodOutput<'filterRows'>['problem']
  /** The text that the list follows; empty while everything is shown. */
  applied: string
  known: FilterValues
}

export interface FilterQuestions {
  rows: (input: MethodInput<'filterRows'>) => Promise<MethodOutput<'filterRows'> | null>
  values: () => Promise<FilterValues | null>
}

const nothingKnown: FilterValues = { services: [], sources: [], operators: [], tickets: [], labels: {} }

/** The filter above the list: what is written, what of it is in force, and the board that follows it. */
export class FilterStore {
  readonly store: StoreApi<FilterState> = createStore<FilterState>()(() => ({
    text: '',
    problem: null,
    applied: '',
    known: nothingKnown,
  }))
  readonly #board: BoardStore
  readonly #ask: FilterQuestions
  readonly #changed = new Set<string>()
  #timer: ReturnType<typeof setTimeout> | undefined
  #again: ReturnType<typeof setTimeout> | undefined
  #whole: ReturnType<typeof setTimeout> | undefined

  constructor(board: BoardStore, ask: FilterQuestions) {
    this.#board = board
    this.#ask = ask
  }

  write(text: string): void {
    this.store.setState({ text })
    clearTimeout(this.#timer)
    if (text.trim() === '') this.#show('', null)
    else this.#timer = setTimeout(() => void this.#apply(text), restMs)
  }

  /** Asks what there is to be offered. */
  async learn(): Promise<void> {
    const known = await this.#ask.values()
    if (known) this.store.setState({ known })
  }

  /** These rows are others now: the filter may judge them differently. */
  changed(ids: Iterable<string>): void {
    if (this.store.getState().applied === '') return
    for (const id of ids) this.#changed.add(id)
    if (this.#changed.size > 0) this.#again ??= setTimeout(() => void this.#lookAgain(), againMs)
  }

  /** The board is another one: everything is looked at again. */
  reset(): void {
    const { applied } = this.store.getState()
    if (applied !== '') void this.#apply(applied)
  }

  stop(): void {
    for (const timer of [this.#timer, this.#again, this.#whole]) clearTimeout(timer)
  }

  async #apply(text: string): Promise<void> {
    const answer = await this.#ask.rows({ text, ids: null })
    const { text: written, applied } = this.store.getState()
    // Answers of an older text come too late.
    if (answer === null || (written !== text && applied !== text)) return
    if (answer.problem !== null) this.store.setState({ problem: answer.problem })
    else this.#show(text, new Set(answer.ids))
  }

  #show(applied: string, ids: ReadonlySet<string> | null): void {
    this.store.setState({ applied, problem: null })
    this.#board.setFilter(ids)
    clearTimeout(this.#whole)
    if (applied !== '') this.#whole = setTimeout(() => this.reset(), wholeMs)
  }

  async #lookAgain(): Promise<void> {
    const { applied } = this.store.getState()
    const ids = [...this.#changed].slice(0, mostAtOnce)
    for (const id of ids) this.#changed.delete(id)
    const answer = applied === '' ? null : await this.#ask.rows({ text: applied, ids })
    this.#again = undefined
    if (answer !== null && answer.problem === null && this.store.getState().applied === applied)
      this.#board.refilter(ids, new Set(answer.ids))
    if (this.#changed.size > 0) this.changed([])
  }
}
