import { join } from 'node:path'
import Database from 'better-sqlite3'
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
  #isIndexed: boolean
  readonly #limits: SearchLimits
  readonly #notice: (message: string) => void
  #parts: Parts
  #step = firstStep
  #madeAnewAt = Number.NEGATIVE_INFINITY

  /** `clock` in milliseconds, from any beginning. Throws when the log cannot be opened. */
  constructor(
    setup: SearchSetup,
    clock: () => number,
    notice: (message: string) => void,
    limits: SearchLimits = defaultLimits,
  ) {
    const { dataDir, epoch, nativeBinding, isIndexed } = setup
    const binding = nativeBinding === undefined ? {} : { nativeBinding }
    const database = new Database(join(dataDir, 'watchfloor.db'), { readonly: true, ...binding })
    this.#log = { database, reads: new SqliteReads(database) }
    this.#options = { file: join(dataDir, 'search.db'), epoch, nativeBinding }
    this.#clock = clock
    this.#limits = limits
    this.#notice = notice
    this.#isIndexed = isIndexed
    this.#parts = isIndexed ? this.#open() : this.#around(openEmptyIndex(this.#options))
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
    try {
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
    } catch (error) {
      this.#isIndexed = false
      this.#notice(`there is no search index, so searches are slow: ${String(error)}`)
      return this.#around(openEmptyIndex(this.#options))
    }
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
    if (this.#clock() - this.#madeAnewAt < minAnewMs) throw error
    this.#madeAnewAt = this.#clock()
    this.#notice(`the search index is made anew: ${String(error)}`)
    this.#parts.database.close()
    this.#parts = this.#around(makeAnew(this.#options))
  }
}
