import type Database from 'better-sqlite3'
import type { Alert } from '../../src-shared/domain/alert.ts'
import type { Incident } from '../../src-shared/domain/incident.ts'
import type { EntryKind, EntryOf, LogEntry } from '../../src-shared/domain/log-entry.ts'
import type { Service } from '../../src-shared/domain/service.ts'
import { createWildcard } from '../../src-shared/domain/text-pattern.ts'
import type {
  EventQuery,
  IncidentQuery,
  IncidentWithAlerts,
  Page,
  ServiceQuery,
  StoredEntry,
} from './log-store.ts'
import { readEntry, readEntryOf } from './read-entry.ts'

export interface LogRow {
  seq: number
  at: number
  kind: EntryKind
  ofKind: string | null
  thing: string | null
  incidentId: string | null
  serviceIds: string
  json: string
}

interface EventRow {
  seq: number
  json: string
}

interface AlertRow {
  openedSeq: number
  json: string
}

interface ServiceNameRow {
  name: string
  id: string
}
/** Names that are compared in one reading. */
const namesAtOnce = 1_000

export const logColumns =
  'seq, at, kind, of_kind as ofKind, thing, incident_id as incidentId, service_ids as serviceIds, json'

export function storedEntry(row: LogRow): StoredEntry {
  const { ofKind, serviceIds, ...rest } = row
  return { ...rest, of: ofKind ?? undefined, serviceIds: serviceIds === '' ? [] : serviceIds.split(',') }
}

/** The reading statements over a connection of its own: what they see is committed. */
export class SqliteReads {
  readonly #database: Database.Database
  readonly #head
  readonly #range
  readonly #thing
  readonly #history
  readonly #alerts
  readonly #latest
  readonly #events
  readonly #eventsOf
  readonly #due
  readonly #serviceNames

  constructor(database: Database.Database) {
    this.#database = database
    this.#head = database.prepare<[], number | null>('select max(seq) from log').pluck()
    this.#range = database.prepare<[number, number, number], LogRow>(
      `select ${logColumns} from log where seq > ? and seq <= ? order by seq limit ?`,
    )
    this.#thing = database.prepare<[string], string>('select json from thing where key = ?').pluck()
    this.#history = database.prepare<[string, number, number], LogRow>(
      `select ${logColumns} from log where incident_id = ? and seq > ? order by seq limit ?`,
    )
    this.#events = database.prepare<[number, number], EventRow>(
      `select event.seq, log.json from event join log on log.seq = event.seq
       where event.seq < ? order by event.seq desc limit ?`,
    )
    this.#eventsOf = database.prepare<[string, number, number], EventRow>(
      `select seq, json from log
       where incident_id = ? and seq < ? and kind = 'event' order by seq desc limit ?`,
    )
    this.#due = database.prepare<[number], number>('select 1 from timer where due_at <= ? limit 1').pluck()
    this.#serviceNames = database.prepare<[string], ServiceNameRow>(
      `select name, id from service_name where name > ? order by name limit ${namesAtOnce}`,
    )
    // The page first, then what is on it: an incident can have tens of thousands.
    this.#alerts = database.prepare<[string, number, number], AlertRow>(
      `select openedSeq, thing.json from (
         select id, opened_seq as openedSeq from alert where incident_id = ? and opened_seq > ? order by opened_seq limit ?
       ) as paged join thing on thing.key = 'alert:' || paged.id order by openedSeq`,
    )
    this.#latest = database.prepare<[string, number], LogRow>(
      `select ${logColumns} from log where incident_id = ? order by seq desc limit ?`,
    )
  }

  head(): number {
    return this.#head.get() ?? 0
  }

  range(after: number, upTo: number, limit: number): StoredEntry[] {
    return this.#range.all(after, upTo, limit).map(storedEntry)
  }

  /** Newest states of these kinds whose key is above `after`, in the order of their keys. */
  things(kinds: readonly string[], after: string, limit: number): StoredEntry[] {
    const marks = kinds.map(() => '?').join(', ')
    const statement = this.#database.prepare<unknown[], Omit<LogRow, 'ofKind'>>(
      `select seq, at, kind, key as thing, incident_id as incidentId, service_ids as serviceIds, json
       from thing where kind in (${marks}) and key > ? order by key limit ?`,
    )
    return statement.all(...kinds, after, limit).map((row) => storedEntry({ ...row, ofKind: null }))
  }

  history(incidentId: string, after: number, limit: number): StoredEntry[] {
    return this.#history.all(incidentId, after, limit).map(storedEntry)
  }

  #entry<K extends EntryKind>(kind: K, id: string): EntryOf<K> | null {
    const json = this.#thing.get(`${kind}:${id}`)
    return json === undefined ? null : readEntryOf(json, kind)
  }

  incident(id: string, mostAlerts: number): IncidentWithAlerts | null {
    const entry = this.#entry('incident', id)
    if (!entry) return null
    const { items: alerts, next: alertsNext } = this.alerts(id, null, mostAlerts)
    return { incident: entry.incident, alerts, alertsNext }
  }

  alerts(incidentId: string, after: string | null, limit: number): Page<Alert> {
    const rows = this.#alerts.all(incidentId, after === null ? -1 : Number(after), limit + 1)
    return page(
      rows,
      limit,
      (row) => readEntryOf(row.json, 'alert').alert,
      (row) => row.openedSeq,
    )
  }

  service(id: string): Service | null {
    return this.#entry('service', id)?.service ?? null
  }

  serviceList({ name, after, limit }: ServiceQuery): Page<Service> {
    const fits = name === null ? () => true : createWildcard(name)
    const found: ServiceNameRow[] = []
    let place = after ?? ''
    for (let isEnd = false; !isEnd && found.length <= limit;) {
      const rows = this.#serviceNames.all(place)
      found.push(...rows.filter((row) => fits(row.name)))
      isEnd = rows.length < namesAtOnce
      place = rows.at(-1)?.name ?? place
    }
    const shown = page(
      found.slice(0, limit + 1),
      limit,
      (row) => this.service(row.id),
      (row) => row.name,
    )
    return { ...shown, items: shown.items.filter((service) => service !== null) }
  }

  incidents({ statuses, after, limit }: IncidentQuery): Page<Incident> {
    const wanted = statuses ? `and incident.status in (${statuses.map(() => '?').join(', ')})` : ''
    const rows = this.#database
      .prepare<unknown[], { number: number; json: string }>(
        `select incident.number, thing.json from incident join thing on thing.key = 'incident:' || incident.id
         where incident.number < ? ${wanted} order by incident.number desc limit ?`,
      )
      .all(pageStart(after), ...(statuses ?? []), limit + 1)
    return page(
      rows,
      limit,
      (row) => readEntryOf(row.json, 'incident').incident,
      (row) => row.number,
    )
  }

  events({ incidentId, after, limit }: EventQuery): Page<EntryOf<'event'>> {
    const rows =
      incidentId === null
        ? this.#events.all(pageStart(after), limit + 1)
        : this.#eventsOf.all(incidentId, pageStart(after), limit + 1)
    return page(
      rows,
      limit,
      (row) => readEntryOf(row.json, 'event'),
      (row) => row.seq,
    )
  }

  timeline(incidentId: string, after: string | null, limit: number): Page<LogEntry> {
    const rows = this.history(incidentId, after === null ? 0 : Number(after), limit + 1)
    return page(
      rows,
      limit,
      (row) => readEntry(row.json),
      (row) => row.seq,
    )
  }

  timelineEnd(incidentId: string, limit: number): LogEntry[] {
    const newestFirst = this.#latest.all(incidentId, limit)
    return newestFirst.reverse().map((row) => readEntry(row.json))
  }

  hasDueTimer(at: number): boolean {
    return this.#due.get(at) !== undefined
  }

  raw(eventId: string): string | null {
    return (
      this.#database
        .prepare<[string], string | null>('select raw from event where id = ?')
        .pluck()
        .get(eventId) ?? null
    )
  }
}

function pageStart(after: string | null): number {
  return after === null ? Number.MAX_SAFE_INTEGER : Number(after)
}

function page<R, T>(
  rows: readonly R[],
  limit: number,
  item: (row: R) => T,
  key: (row: R) => number | string,
): Page<T> {
  const shown = rows.slice(0, limit)
  const last = shown.at(-1)
  return {
    items: shown.map(item),
    next: rows.length > limit && last !== undefined ? String(key(last)) : null,
  }
}
