import type { Channel, EntryRoute } from '../../src-shared/protocol/channels.ts'
import type { Alert } from '../../src-shared/domain/alert.ts'
import type { Incident } from '../../src-shared/domain/incident.ts'
import type { LogEntry } from '../../src-shared/domain/log-entry.ts'
import type { Service } from '../../src-shared/domain/service.ts'
import type { StoreTransaction } from './store-transaction.ts'

/** An entry as the log keeps it: what routing needs as columns, the whole entry as JSON text. */
export interface StoredEntry extends EntryRoute {
  seq: number
  at: number
  /** `kind:id` of the thing whose state it carries (see `supersessionKey`); null for events. */
  thing: string | null
  /** The LogEntry as JSON: batches are put together from these texts, without parsing them. */
  json: string
  /** See `textBytes`. */
  bytes?: number
}

/** What the entry's text takes on the wire. Counted once: it costs more than deciding whom the entry concerns. */
export function textBytes(entry: StoredEntry): number {
  entry.bytes ??= Buffer.byteLength(entry.json)
  return entry.bytes
}

export interface LogIdentity {
  /** Names the server; survives a restore. */
  serverId: string
  /** Names this log; changes when it is created or restored. */
  epoch: string
}

/** Where a page of a snapshot ends, whichever is first. */
export interface PageLimit {
  entries: number
  /** The page ends after the entry with which its texts reach this many bytes. */
  bytes: number
}

export interface Page<T> {
  items: T[]
  /** Hand back as `after` for the next page; null at the end. */
  next: string | null
}

export interface IncidentWithAlerts {
  incident: Incident
  /** The first page of `incident.alertCount`. */
  alerts: Alert[]
  /** Hand to `alerts` for the next page; null when these are all. */
  alertsNext: string | null
}

/** Filters of `GET /v1/incidents`; all are "and". */
export interface IncidentQuery {
  statuses: readonly Incident['status'][] | null
  after: string | null
  limit: number
}

export interface ServiceQuery {
  /** All of a name, without regard to case; `*` stands for any run of characters. Null: every name. */
  name: string | null
  after: string | null
  limit: number
}

export interface EventQuery {
  incidentId: string | null
  after: string | null
  limit: number
}

/**
 * The server's one durable, totally ordered log with everything derived from it.
 * SQLite stands behind it here, PostgreSQL for a cluster: therefore everything is asynchronous
 * but what a reader at the head needs for each commit.
 */
export interface LogStore {
  readonly identity: LogIdentity
  /** The newest committed position; what is above it does not exist for anybody. */
  head(): number
  /** A cursor below this cannot be continued: entries after it are no longer all kept. */
  oldestCursor(): number
  /** Committed entries with `after < seq <= upTo`, in order, at most `limit`. */
  read(after: number, upTo: number, limit: number): Promise<StoredEntry[]>
  /**
   * The newest state of each thing that these channels carry, and the history of `incident:<id>` channels,
   * in the order of a stable key. Pages may hold states newer than the first page's head.
   */
  readSnapshot(
    channels: readonly Channel[],
    after: string | null,
    limit: PageLimit,
  ): Promise<Page<StoredEntry>>

  /**
   * Runs `work` at its turn and resolves after its effects are on disk (group commit, at most 512 together,
   * no timer). A throw rolls `work` back alone and rejects; the others of its group stand.
   * Rejects with `StoreUnavailableError` when the commit itself fails: then nothing of the group happened.
   */
  write<T>(work: (transaction: StoreTransaction) => T | Promise<T>): Promise<T>

  /** Called after each commit with the new head: the doorbell. Returns how to stop listening. */
  onCommit(listener: (head: number) => void): () => void

  incidents(query: IncidentQuery): Promise<Page<Incident>>
  /** An incident with the first of its alerts. */
  incident(id: string, mostAlerts?: number): Promise<IncidentWithAlerts | null>
  /** The alerts of an incident, in the order in which they opened. */
  alerts(incidentId: string, after: string | null, limit: number): Promise<Page<Alert>>
  /** The catalogue, by name. */
  serviceList(query: ServiceQuery): Promise<Page<Service>>
  /** Those of these services that exist, in no order. */
  services(ids: readonly string[]): Promise<Service[]>
  /** Log entries of one incident (its events, its changes, its summaries), oldest first. */
  timeline(incidentId: string, after: string | null, limit: number): Promise<Page<LogEntry>>
  /** The newest of them, oldest first. */
  timelineEnd(incidentId: string, limit: number): Promise<LogEntry[]>
  events(query: EventQuery): Promise<Page<LogEntry & { kind: 'event' }>>
  /** The payload as it came, for one event; null when it is not kept. */
  rawPayload(eventId: string): Promise<string | null>

  /** Whether a timer is due at this instant: asked often, so it takes no turn. */
  hasDueTimer(at: number): Promise<boolean>

  /** Null while it can accept; else why it cannot (disk full, closed), for 503 and /readyz. */
  unavailable(): string | null
  close(): Promise<void>
}

/** The commit failed: nothing was kept, so nothing may be answered as accepted. */
export class StoreUnavailableError extends Error {
  override readonly name = 'StoreUnavailableError'
}
