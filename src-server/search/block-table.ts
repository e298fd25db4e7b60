import type Database from 'better-sqlite3'
import {
  decodeBlock,
  encodeBlock,
  eventsOfBlock,
  type EventColumns,
  type IndexedEvent,
} from './event-block.ts'
import { DamagedIndexError } from './damaged-index.ts'

export interface BlockHead {
  firstSeq: number
  lastSeq: number
  events: number
  oldestAt: number
  newestAt: number
}

const headColumns =
  'first_seq as firstSeq, last_seq as lastSeq, events, oldest_at as oldestAt, newest_at as newestAt'

/** The indexed events, in blocks in the order of the log. */
export class BlockTable {
  readonly #eventsPerBlock: number
  readonly #heads
  readonly #last
  readonly #columns
  readonly #put
  readonly #remove
  readonly #until

  constructor(database: Database.Database, eventsPerBlock: number) {
    this.#eventsPerBlock = eventsPerBlock
    this.#heads = database.prepare<[number], BlockHead>(
      `select ${headColumns} from event_block where first_seq < ? order by first_seq desc`,
    )
    this.#last = database.prepare<[], BlockHead>(
      `select ${headColumns} from event_block order by first_seq desc limit 1`,
    )
    this.#columns = database
      .prepare<[number], Uint8Array>('select columns from event_block where first_seq = ?')
      .pluck()
    this.#put = database.prepare<[number, number, number, number, number, Uint8Array]>(
      'insert into event_block (first_seq, last_seq, events, oldest_at, newest_at, columns) values (?, ?, ?, ?, ?, ?) ' +
        'on conflict (first_seq) do update set last_seq = excluded.last_seq, events = excluded.events, ' +
        'oldest_at = excluded.oldest_at, newest_at = excluded.newest_at, columns = excluded.columns',
    )
    this.#remove = database.prepare<[number]>('delete from event_block where first_seq = ?')
    this.#until = database.prepare<[number, number, number], BlockHead>(
      `select ${headColumns} from event_block where first_seq > ? and first_seq <= ? order by first_seq limit ?`,
    )
  }

  /** Blocks with events below `before`, newest first. */
  headsBefore(before: number): BlockHead[] {
    return this.#heads.all(before)
  }

  /** Blocks that begin above `after` and up to `upTo`, oldest first. */
  headsBetween(after: number, upTo: number, limit: number): BlockHead[] {
    return this.#until.all(after, upTo, limit)
  }

  columns({ firstSeq, events }: BlockHead): EventColumns {
    const bytes = this.#columns.get(firstSeq)
    const columns = bytes === undefined ? null : decodeBlock(bytes, events)
    if (!columns) throw new DamagedIndexError(`block ${firstSeq} is not whole`)
    return columns
  }

  events({ firstSeq, events }: BlockHead): IndexedEvent[] {
    const bytes = this.#columns.get(firstSeq)
    const all = bytes === undefined ? null : eventsOfBlock(bytes, events)
    if (!all) throw new DamagedIndexError(`block ${firstSeq} is not whole`)
    return all
  }

  /** Adds events, which are in order and above all that are there: first to the last block, then to new ones. */
  append(events: readonly IndexedEvent[]): void {
    if (events.length === 0) return
    const last = this.#last.get()
    const most = this.#eventsPerBlock
    const open = last && last.events < most ? this.events(last) : []
    const all = [...open, ...events]
    for (let from = 0; from < all.length; from += most) this.#write(all.slice(from, from + most))
  }

  /** Leaves in a block what is to be kept. */
  replace(head: BlockHead, kept: readonly IndexedEvent[]): void {
    this.#remove.run(head.firstSeq)
    this.#write(kept)
  }

  #write(events: readonly IndexedEvent[]): void {
    const [first] = events
    const last = events.at(-1)
    if (!first || !last) return
    const times = events.map(({ receivedAt }) => receivedAt)
    const [oldest, newest] = [Math.min(...times), Math.max(...times)]
    this.#put.run(first.seq, last.seq, events.length, oldest, newest, encodeBlock(events))
  }
}
