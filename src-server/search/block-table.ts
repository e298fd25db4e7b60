import type Database from 'better-sqlite3'
import {
  decodeKinds,
  decodePlaces,
  encodeEvents,
  readFlags,
  type EventKinds,
  type EventPlaces,
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

/** 28 KB each: of so many blocks, four million events, what they say stays in memory. */
const mostRead = 1_000

const headColumns =
  'first_seq as firstSeq, last_seq as lastSeq, events, oldest_at as oldestAt, newest_at as newestAt'

/** The indexed events, in blocks in the order of the log. */
export class BlockTable {
  readonly #eventsPerBlock: number
  readonly #heads
  readonly #last
  readonly #kinds
  readonly #places
  /** The kinds of blocks that were read, by their first seq. */
  #read = new Map<number, EventKinds>()
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
    this.#kinds = database
      .prepare<[number], Uint8Array>('select kinds from event_block where first_seq = ?')
      .pluck()
    this.#places = database
      .prepare<[number], Uint8Array>('select places from event_block where first_seq = ?')
      .pluck()
    this.#put = database.prepare<[number, number, number, number, number, Uint8Array, Uint8Array]>(
      'insert or replace into event_block (first_seq, last_seq, events, oldest_at, newest_at, kinds, places) ' +
        'values (?, ?, ?, ?, ?, ?, ?)',
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

  /** Kept in memory: searches go through all of them. */
  kinds(head: BlockHead): EventKinds {
    const known = this.#read.get(head.firstSeq)
    if (known?.flags.length === head.events) return known
    const kinds = whole(head, this.#kinds.get(head.firstSeq), decodeKinds)
    if (this.#read.size >= mostRead) this.#read = new Map()
    this.#read.set(head.firstSeq, kinds)
    return kinds
  }

  places(head: BlockHead): EventPlaces {
    return whole(head, this.#places.get(head.firstSeq), decodePlaces)
  }

  events(head: BlockHead): IndexedEvent[] {
    const { contentIds, flags, keyHashes } = this.kinds(head)
    const { seqs, receivedAts } = this.places(head)
    return Array.from(seqs, (seq, index) => {
      const read = readFlags(flags[index] ?? Number.NaN)
      if (!read) throw new DamagedIndexError(`block ${head.firstSeq} says what no event says`)
      return {
        seq,
        contentId: contentIds[index] ?? 0,
        receivedAt: receivedAts[index] ?? 0,
        keyHash: keyHashes[index] ?? 0,
        ...read,
      }
    })
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
    const { kinds, places } = encodeEvents(events)
    this.#read.delete(first.seq)
    this.#put.run(first.seq, last.seq, events.length, oldest, newest, kinds, places)
  }
}

function whole<T>(
  { firstSeq, events }: BlockHead,
  bytes: Uint8Array | undefined,
  decode: (bytes: Uint8Array, events: number) => T | null,
): T {
  const decoded = bytes === undefined ? null : decode(bytes, events)
  if (decoded === null) throw new DamagedIndexError(`block ${firstSeq} is not whole`)
  return decoded
}
