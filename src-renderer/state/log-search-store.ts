import { createStore, type StoreApi } from 'zustand/vanilla'
import type { MethodAnswer, MethodInput } from '../../src-shared/console-api.ts'
import type { FoundInLog } from '../../src-shared/console-reads.ts'
import type { FilterAbout } from '../../src-shared/filter/filter.ts'
import { parseFilter } from '../../src-shared/filter/parse-filter.ts'

/** A question to a server's whole log. */
export interface LogQuestion {
  siteId: string
  about: FilterAbout
  text: string
}

/** Why there is no answer, as the console program or the server says it. */
export interface AskFailure {
  code: string
  message: string
}

export interface LogSearchState {
  /** As it is written; what was asked may be another question. Without a site it is for the first. */
  written: Omit<LogQuestion, 'siteId'> & { siteId: string | null }
  /** The question that all below is about; null before the first. */
  asked: LogQuestion | null
  /** All pages so far, newest first. */
  found: Omit<FoundInLog, 'next'>
  /** How many of them the last page brought; it may be none while there is a next one. */
  came: number
  /** For more; null once the whole log was looked through. */
  next: string | null
  isSearching: boolean
  /** Why the last page did not come; what was found before stays. */
  failure: AskFailure | null
}

type Ask = (input: MethodInput<'findInLog'>) => Promise<MethodAnswer<'findInLog'>>

const nothing: LogSearchState['found'] = { incidents: [], events: [] }

/** What was asked of a server's whole log, and what it has found so far; kept while the console is open. */
export class LogSearchStore {
  readonly store: StoreApi<LogSearchState> = createStore<LogSearchState>()(() => ({
    written: { siteId: null, about: 'incidents', text: '' },
    asked: null,
    found: nothing,
    came: 0,
    next: null,
    isSearching: false,
    failure: null,
  }))
  readonly #ask: Ask
  readonly #open: () => void

  /** `open` shows the panel of the search. */
  constructor(ask: Ask, open: () => void) {
    this.#ask = ask
    this.#open = open
  }

  write(changes: Partial<LogSearchState['written']>): void {
    this.store.setState(({ written }) => ({ written: { ...written, ...changes } }))
  }

  /** Opens the panel with this question, and asks it. */
  begin(question: LogQuestion): void {
    this.write(question)
    this.#open()
    void this.search(question.siteId)
  }

  /** Asks what is written from the newest entry on; nothing where it cannot be read. */
  async search(siteId: string): Promise<void> {
    const { about, text } = this.store.getState().written
    if (!parseFilter(text, about).ok) return
    this.store.setState({ asked: { siteId, about, text }, found: nothing, came: 0, next: null })
    await this.#page()
  }

  /** Asks for the next page; for the same page again, after one that did not come. */
  async more(): Promise<void> {
    if (!this.store.getState().isSearching) await this.#page()
  }

  async #page(): Promise<void> {
    const { asked, next: after } = this.store.getState()
    if (asked === null) return
    this.store.setState({ isSearching: true, failure: null })
    const answer = await this.#ask({ ...asked, after })
    const { asked: newest, found } = this.store.getState()
    // Another question was asked since: this answer comes too late.
    if (newest !== asked) return
    if (answer.ok) {
      const { incidents, events, next } = answer.value
      this.store.setState({
        found: {
          incidents: [...found.incidents, ...incidents],
          events: [...found.events, ...events],
        },
        came: incidents.length + events.length,
        next,
        isSearching: false,
      })
    } else {
      const { code, message } = answer
      this.store.setState({ failure: { code, message }, isSearching: false })
    }
  }
}
