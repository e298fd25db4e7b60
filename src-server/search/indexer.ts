import type Database from 'better-sqlite3'
import type { Alert } from '../../src-shared/domain/alert.ts'
import type { Incident } from '../../src-shared/domain/incident.ts'
import { supersessionKey, type EntryOf, type LogEntry } from '../../src-shared/domain/log-entry.ts'
import { readEntry } from '../log/read-entry.ts'
import type { SqliteReads } from '../log/sqlite-reads.ts'
import { BlockTable } from './block-table.ts'
import { CarrierTable } from './carrier-table.ts'
import { ContentTable } from './content-table.ts'
import { keyHashOf, type IndexedEvent } from './event-block.ts'
import { IndexState, type IndexProgress } from './index-state.ts'

/** The log as the indexer reads it, over a connection of its own. */
export interface IndexedLog {
  database: Database.Database
  reads: SqliteReads
}

interface Row {
  seq: number
  json: string
}

/** Names of services that were seen; a service that is renamed later is found by its id. */
const mostNames = 10_000

/**
 * A reader of the log that makes an index of what it says, step by step, each in one transaction with the cursor. It begins
 * with the states that things have, because the log may have forgotten how they came about.
 */
export class Indexer {
  readonly blocks: BlockTable
  readonly carriers: CarrierTable
  readonly contents: ContentTable
  readonly #database: Database.Database
  readonly #log: IndexedLog
  readonly #state: IndexState
  readonly #rows
  readonly #number
  readonly #floor
  #names = new Map<string, string>()
  #progress: IndexProgress

  constructor(database: Database.Database, log: IndexedLog, eventsPerBlock: number) {
    this.#database = database
    this.#log = log
    this.blocks = new BlockTable(database, eventsPerBlock)
    this.carriers = new CarrierTable(database)
    this.contents = new ContentTable(database)
    this.#state = new IndexState(database)
    this.#rows = log.database.prepare<[number, number, number], Row>(
      "select seq, json from log where seq > ? and (kind = 'event' or " +
        "(seq > ? and kind in ('alert', 'incident', 'service', 'removed'))) order by seq limit ?",
    )
    this.#number = log.database.prepare<[string], number>('select number from incident where id = ?').pluck()
    this.#floor = log.database.prepare<[], string>("select value from meta where key = 'logFloor'").pluck()
    this.#progress = this.#state.read() ?? { cursor: 0, thingsUpTo: log.reads.head(), thingsAfter: '' }
  }

  get progress(): IndexProgress {
    return this.#progress
  }

  /** What the log no longer keeps whole lies up to here. */
  floor(): number {
    return Number(this.#floor.get() ?? 0)
  }

  /** Indexes at most so many entries or things. Returns whether there is more to do. Throws when it cannot be kept. */
  step(most: number): boolean {
    const before = this.#progress
    try {
      // States whose entries were forgotten before they were read are taken from the things themselves.
      const isOvertaken = this.floor() > Math.max(before.cursor, before.thingsUpTo)
      const from = isOvertaken ? { ...before, thingsUpTo: this.#log.reads.head(), thingsAfter: '' } : before
      const { next, isBehind } = this.#database.transaction(() => this.#advance(from, most)).immediate()
      this.#progress = next
      return isBehind
    } catch (error) {
      this.contents.forgetRemembered()
      throw error
    }
  }

  #advance(from: IndexProgress, most: number): { next: IndexProgress; isBehind: boolean } {
    const { thingsAfter } = from
    const { next, isBehind } =
      thingsAfter === null ? this.#indexEntries(from, most) : this.#indexThings(from, thingsAfter, most)
    if (next.cursor !== this.#progress.cursor || next.thingsAfter !== this.#progress.thingsAfter)
      this.#state.write(next)
    return { next, isBehind }
  }

  #indexThings(from: IndexProgress, after: string, most: number): { next: IndexProgress; isBehind: boolean } {
    const things = this.#log.reads.things(['alert', 'incident', 'service'], after, most)
    for (const { json } of things) this.#takeState(readEntry(json))
    const last = things.at(-1)?.thing ?? null
    return { next: { ...from, thingsAfter: things.length < most ? null : last }, isBehind: true }
  }

  #indexEntries(from: IndexProgress, most: number): { next: IndexProgress; isBehind: boolean } {
    const head = this.#log.reads.head()
    const rows = this.#rows.all(from.cursor, from.thingsUpTo, most)
    const events: IndexedEvent[] = []
    const states = new Map<string, LogEntry>()
    for (const { seq, json } of rows) {
      const entry = readEntry(json)
      if (entry.kind === 'event') events.push(this.#indexedEvent(seq, entry))
      else states.set(supersessionKey(entry) ?? '', entry)
    }
    for (const entry of states.values()) this.#takeState(entry)
    this.blocks.append(events)
    const isBehind = rows.length === most
    // What was committed between the two questions is among the rows, and above this head.
    const read = Math.max(from.cursor, rows.at(-1)?.seq ?? 0)
    const cursor = isBehind ? read : Math.max(head, read)
    return { next: { ...from, cursor }, isBehind }
  }

  #indexedEvent(seq: number, { event }: EntryOf<'event'>): IndexedEvent {
    const { severity, action, effect, receivedAt } = event
    const keyHash = keyHashOf(event.dedupKey)
    return { seq, contentId: this.contents.idOf(event), receivedAt, severity, action, effect, keyHash }
  }

  #takeState(entry: LogEntry): void {
    if (entry.kind === 'alert') this.#takeAlert(entry.alert)
    else if (entry.kind === 'incident') this.#takeIncident(entry.incident)
    else if (entry.kind === 'service') {
      this.carriers.putService(entry.service.id, entry.service.name)
      this.#names.delete(entry.service.id)
    } else if (entry.kind === 'removed') {
      if (entry.of === 'service') this.carriers.dropService(entry.id)
      else this.carriers.drop(entry.id)
    }
  }

  #takeAlert(alert: Alert): void {
    const number = alert.incidentId === null ? undefined : this.#number.get(alert.incidentId)
    if (number === undefined) return this.carriers.drop(alert.id)
    const content = { ...alert, service: this.#serviceName(alert.serviceId) }
    this.carriers.put(alert.id, number, this.contents.idOf(content))
  }

  #takeIncident({ id, number, title, serviceIds }: Incident): void {
    const content = { title, description: '', service: '', sourceName: '', labels: {} }
    this.carriers.put(id, number, this.contents.idOf(content))
    for (const serviceId of serviceIds) this.carriers.link(serviceId, number)
  }

  #serviceName(id: string): string {
    const known = this.#names.get(id)
    if (known !== undefined) return known
    const name = this.#log.reads.service(id)?.name ?? ''
    if (this.#names.size >= mostNames) this.#names = new Map()
    this.#names.set(id, name)
    return name
  }
}
