import { join } from 'node:path'
import Database from 'better-sqlite3'
import { logFileOf } from '../log/data-folder.ts'
import { SqliteReads } from '../log/sqlite-reads.ts'
import { Budget } from './budget.ts'
import { findEvents } from './find-events.ts'
import { findIncidents } from './find-incidents.ts'
import { isDamage, makeAnew, openEmptyIndex, openIndexFile, type IndexFileOptions } from './index-file.ts'
import { IndexForgetting } from './index-forgetting.ts'
import { Indexer, type IndexedLog } from './indexer.ts'
import { defaultLimits, type SearchLimits } from './search-limits.ts'
import type { EventPage, IncidentPage, SearchQuestion, SearchSetup } from './search-messages.ts'
import { SearchedIndex } from './searched-index.ts'

/** Entries or things in one step; between two of them questions are answered. */
const firstStep = 200
const mostStep = 5_000
/** A step is made to take about so long. */
const stepMs = 40
/** An index that was damaged or could not be opened is made or opened anew no sooner. */
const minAnewMs = 60_000

interface Parts {
  database: Database.Database
  indexer: Indexer
  forgetting: IndexForgetting
  searched: SearchedIndex
}

/** The index of a log and those who fill it and search it, all in one thread. */
export class SearchHost {
  readonly #options: IndexFileOptions
  readonly #log: IndexedLog
  readonly #clock: () => number
  readonly #isIndexed: boolean
  readonly #anewAfterMs: number
  readonly #limits: SearchLimits
  readonly #notice: (message: string) => void
  #parts: Parts
  #step = firstStep
  #madeAnewAt = Number.NEGATIVE_INFINITY
  /** When the index could not be opened; null while it is open. */
  #failedAt: number | null = null

  /** `clock` in milliseconds, from any beginning. Throws when the log cannot be opened. */
  constructor(
    setup: SearchSetup,
    clock: () => number,
    notice: (message: string) => void,
    limits: SearchLimits = defaultLimits,
  ) {
    const { dataDir, epoch, nativeBinding, isIndexed, anewAfterMs = minAnewMs } = setup
    const binding = nativeBinding === undefined ? {} : { nativeBinding }
    const database = new Database(logFileOf(dataDir), { readonly: true, ...binding })
    this.#log = { database, reads: new SqliteReads(database) }
    this.#options = { file: join(dataDir, 'search.db'), epoch, nativeBinding }
    this.#clock = clock
    this.#limits = limits
    this.#notice = notice
    this.#isIndexed = isIndexed
    this.#anewAfterMs = anewAfterMs
    this.#parts = (isIndexed ? this.#tryTo(() => this.#open()) : null) ?? this.#without()
  }

  /** After how long an index that could not be opened is to be tried again by `work`, in ms; null when none has to be. */
  get retryInMs(): number | null {
    return this.#failedAt === null ? null : this.#failedAt + this.#anewAfterMs - this.#clock()
  }

  /** One page, as JSON. Searches on in the log itself when the index turns out to be damaged. */
  answer(question: SearchQuestion): string {
    try {
      return JSON.stringify(this.#find(question))
    } catch (error) {
      if (!isDamage(error)) throw error
      this.#startAnew(error)
      return JSON.stringify(this.#find(question))
    }
  }

  /** Indexes the next entries, or drops what the log has forgotten. Returns whether there is more to do now. */
  work(): boolean {
    if (!this.#isIndexed) return false
    if (this.#failedAt !== null && !this.#openAgain()) return false
    try {
      const startedAt = this.#clock()
      const isBehind = this.#parts.indexer.step(this.#step)
      const tookMs = Math.max(1, this.#clock() - startedAt)
      const wanted = Math.round((this.#step * stepMs) / tookMs)
      if (isBehind) this.#step = Math.min(mostStep, Math.max(firstStep, wanted), this.#step * 2)
      return isBehind || this.#parts.forgetting.step()
    } catch (error) {
      if (!isDamage(error)) throw error
      this.#startAnew(error)
      return true
    }
  }

  close(): void {
    this.#parts.database.close()
    this.#log.database.close()
  }

  /** Index and log as they are at one instant. */
  #find(question: SearchQuestion): EventPage | IncidentPage {
    const budget = new Budget(this.#limits.pageMs, this.#clock)
    const { searched } = this.#parts
    const find = (): EventPage | IncidentPage =>
      question.about === 'events'
        ? findEvents(searched, question, budget)
        : findIncidents(searched, question, budget)
    // Both stay as they are meanwhile; and of thousands of look-ups none has to ask again what is committed.
    const inIndex = searched.database.transaction(find)
    return this.#log.database.transaction(() => inIndex())()
  }

  #open(): Parts {
    const { database, madeAnew } = openIndexFile(this.#options)
    if (madeAnew !== null) this.#notice(`the search index is made anew: ${madeAnew}`)
    try {
      return this.#around(database)
    } catch (error) {
      database.close()
      if (!isDamage(error)) throw error
      this.#notice(`the search index is made anew: ${String(error)}`)
      return this.#around(makeAnew(this.#options))
    }
  }

  #without(): Parts {
    return this.#around(openEmptyIndex(this.#options))
  }

  /** Null when there is no index now: what is in the way, a full disk for example, may go by itself. */
  #tryTo(open: () => Parts): Parts | null {
    try {
      const parts = open()
      this.#failedAt = null
      return parts
    } catch (error) {
      if (this.#failedAt === null)
        this.#notice(`there is no search index, so searches are slow: ${String(error)}`)
      this.#failedAt = this.#clock()
      return null
    }
  }

  /** Opens the index that could not be opened, once it is time for that. Returns whether it is open. */
  #openAgain(): boolean {
    if ((this.retryInMs ?? 0) > 0) return false
    const parts = this.#tryTo(() => this.#open())
    if (!parts) return false
    this.#notice('there is a search index again')
    this.#parts.database.close()
    this.#parts = parts
    return true
  }

  #around(database: Database.Database): Parts {
    const indexer = new Indexer(database, this.#log, this.#limits.eventsPerBlock)
    const forgetting = new IndexForgetting(database, indexer, this.#log)
    return {
      database,
      indexer,
      forgetting,
      searched: new SearchedIndex(database, this.#log, indexer, this.#limits),
    }
  }

  /** Not over and over: what is damaged may be the log, of which an index cannot be made. */
  #startAnew(error: unknown): void {
    const hasIndex = this.#isIndexed && this.#failedAt === null
    if (!hasIndex || this.#clock() - this.#madeAnewAt < this.#anewAfterMs) throw error
    this.#madeAnewAt = this.#clock()
    this.#notice(`the search index is made anew: ${String(error)}`)
    this.#parts.database.close()
    this.#parts = this.#tryTo(() => this.#around(makeAnew(this.#options))) ?? this.#without()
  }
}
