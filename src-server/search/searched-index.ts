import type Database from 'better-sqlite3'
import type { EntryOf } from '../../src-shared/domain/log-entry.ts'
import { readEntryOf } from '../log/read-entry.ts'
import type { SqliteReads } from '../log/sqlite-reads.ts'
import type { BlockTable } from './block-table.ts'
import type { CarrierTable } from './carrier-table.ts'
import type { IndexedLog, Indexer } from './indexer.ts'
import type { IndexProgress } from './index-state.ts'
import { TrigramCounts } from './trigram-counts.ts'
import type { SearchLimits } from './search-limits.ts'
import type { IndexReach } from './search-messages.ts'

/** An index together with its log, as a search looks at them: both stay as they are for the time of one page. */
export class SearchedIndex {
  readonly database: Database.Database
  readonly limits: SearchLimits
  readonly counts: TrigramCounts
  readonly blocks: BlockTable
  readonly carriers: CarrierTable
  readonly log: Database.Database
  readonly reads: SqliteReads
  readonly #indexer: Indexer
  readonly #event

  constructor(database: Database.Database, log: IndexedLog, indexer: Indexer, limits: SearchLimits) {
    this.limits = limits
    this.counts = new TrigramCounts(database)
    this.database = database
    this.blocks = indexer.blocks
    this.carriers = indexer.carriers
    this.log = log.database
    this.reads = log.reads
    this.#indexer = indexer
    this.#event = log.database
      .prepare<[number], string>("select json from log where seq = ? and kind = 'event'")
      .pluck()
  }

  get progress(): IndexProgress {
    return this.#indexer.progress
  }

  /** Null when the log has forgotten it. */
  event(seq: number): EntryOf<'event'> | null {
    const json = this.#event.get(seq)
    return json === undefined ? null : readEntryOf(json, 'event')
  }

  reach(): IndexReach {
    const { cursor } = this.progress
    const head = this.reads.head()
    return { indexedTo: Math.min(cursor, head), head, isBuilding: this.#isFarBehind(head) }
  }

  /** True when what is said about incidents is not to be relied on: they have to be looked at one by one. */
  isBuilding(): boolean {
    return this.#isFarBehind(this.reads.head())
  }

  #isFarBehind(head: number): boolean {
    const { cursor, thingsAfter, thingsUpTo } = this.progress
    const upTo = Math.max(cursor, thingsUpTo)
    // What was forgotten before it was read left no trace in the log: the things are read again first.
    return thingsAfter !== null || head - cursor > this.limits.mostNotIndexed || this.#indexer.floor() > upTo
  }
}
