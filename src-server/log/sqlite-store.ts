import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { lockFolder } from './folder-lock.ts'
import { GroupCommit } from './group-commit.ts'
import { StoreUnavailableError, type LogIdentity, type LogStore, type StoredEntry } from './log-store.ts'
import { migrate } from './migrations.ts'
import { readSnapshotPage } from './snapshot-pages.ts'
import { SqliteReads } from './sqlite-reads.ts'
import type { StoreTransaction } from './store-transaction.ts'
import { createSqliteTransaction, type TransactionHost } from './sqlite-transaction.ts'

export interface SqliteStoreOptions {
  /** Made when it is missing. One server at a time may use it. */
  dataDir: string
  clock: { now(): number }
  /** UUIDv7. */
  randomId: () => string
  /** A better-sqlite3 binding to load instead of the packaged one. */
  nativeBinding?: string | undefined
  /** NORMAL can lose answered changes at power loss: for tests that must notice that. */
  synchronous?: 'FULL' | 'NORMAL' | undefined
}

export interface SqliteStore extends LogStore {
  /** The writing connection, for what is kept beside the log (tokens). Never inside a turn. */
  readonly database: Database.Database
}

/** Entries kept in memory for readers at the head: a few seconds of a storm. */
const ringSize = 20_000

/**
 * Opens the log in `dataDir/watchfloor.db`. Throws when another server uses the folder, when it was written by a newer
 * version, or when it cannot be opened.
 */
export function openSqliteStore(options: SqliteStoreOptions): SqliteStore {
  mkdirSync(options.dataDir, { recursive: true })
  const unlock = lockFolder(options.dataDir, options.nativeBinding)
  try {
    return openLocked(options, unlock)
  } catch (error) {
    unlock()
    throw error
  }
}

function openLocked(options: SqliteStoreOptions, unlock: () => void): SqliteStore {
  const path = join(options.dataDir, 'watchfloor.db')
  const binding = options.nativeBinding ? { nativeBinding: options.nativeBinding } : {}
  const database = new Database(path, { timeout: 5000, ...binding })
  database.pragma('journal_mode = WAL')
  // Set by name: this build's default for WAL is NORMAL, with which a commit is not yet on the disk.
  database.pragma(`synchronous = ${options.synchronous ?? 'FULL'}`)
  migrate(database)
  const identity = readIdentity(database, options.randomId)
  const reading = new Database(path, { readonly: true, ...binding })
  const reads = new SqliteReads(reading)

  const listeners = new Set<(head: number) => void>()
  let head = reads.head()
  let ring: StoredEntry[] = []
  let unavailable: string | null = null

  const host: TransactionHost = { database, nextSeq: head + 1, now: options.clock.now(), appended: [] }
  const transaction = createSqliteTransaction(host)
  const run = (sql: string) => {
    const statement = database.prepare(sql)
    return () => void statement.run()
  }
  const begin = run('begin immediate')
  const savepoint = run('savepoint member')
  const release = run('release member')
  const rollbackMember = run('rollback to member')
  const commit = run('commit')
  let memberStart = { nextSeq: host.nextSeq, appended: 0 }

  const group = new GroupCommit({
    begin: () => {
      host.nextSeq = head + 1
      host.appended = []
      begin()
    },
    savepoint: () => {
      host.now = options.clock.now()
      memberStart = { nextSeq: host.nextSeq, appended: host.appended.length }
      savepoint()
    },
    release,
    rollbackMember: () => {
      rollbackMember()
      release()
      host.nextSeq = memberStart.nextSeq
      host.appended.length = memberStart.appended
    },
    commit: () => {
      commit()
      unavailable = null
      if (host.appended.length === 0) return
      head = host.nextSeq - 1
      ring = ring.length + host.appended.length > 2 * ringSize ? ring.slice(-ringSize) : ring
      ring.push(...host.appended)
    },
    committed: () => {
      if (host.appended.length === 0) return
      for (const listener of listeners) listener(head)
    },
    abandon: () => {
      if (database.inTransaction) database.exec('rollback')
      host.appended = []
    },
    failure: (cause) => {
      unavailable = describe(cause)
      return new StoreUnavailableError(unavailable, { cause })
    },
  })

  const write = <T>(work: (turn: StoreTransaction) => T | Promise<T>) => group.add(() => work(transaction))

  return {
    identity,
    database,
    head: () => head,
    oldestCursor: () => reads.oldest() - 1,
    read: async (after, upTo, limit) => {
      const first = ring[0]
      if (first && first.seq <= after + 1) {
        const start = after + 1 - first.seq
        return ring.slice(start, start + Math.min(limit, Math.max(0, Math.min(upTo, head) - after)))
      }
      return reads.range(after, Math.min(upTo, head), limit)
    },
    readSnapshot: async (channels, after, limit) => readSnapshotPage(reads, channels, after, limit),
    write,
    onCommit: (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    incidents: async (query) => reads.incidents(query),
    incident: async (id) => reads.incident(id),
    services: async (ids) => ids.flatMap((id) => reads.service(id) ?? []),
    timeline: async (incidentId, after, limit) => reads.timeline(incidentId, after, limit),
    events: async (query) => reads.events(query),
    rawPayload: async (eventId) => reads.raw(eventId),
    hasDueTimer: async (at) => reads.hasDueTimer(at),
    unavailable: () => unavailable,
    close: async () => {
      await group.idle()
      reading.close()
      database.close()
      unlock()
    },
  }
}

/** Who this server is and which log this is; made with the log. */
function readIdentity(database: Database.Database, randomId: () => string): LogIdentity {
  const select = database.prepare<[string], string>('select value from meta where key = ?').pluck()
  const insert = database.prepare<[string, string]>('insert into meta (key, value) values (?, ?)')
  const kept = (key: string): string => {
    const found = select.get(key)
    if (found !== undefined) return found
    const made = randomId()
    insert.run(key, made)
    return made
  }
  return { serverId: kept('serverId'), epoch: kept('epoch') }
}

function describe(cause: unknown): string {
  const code = cause instanceof Database.SqliteError ? cause.code : ''
  if (code === 'SQLITE_FULL') return 'the disk is full: nothing can be kept until there is room again'
  if (code.startsWith('SQLITE_READONLY')) return 'the data folder is read-only: nothing can be kept'
  if (code.startsWith('SQLITE_IOERR')) return `the disk does not work (${code}): nothing can be kept`
  return `the log cannot be written: ${cause instanceof Error ? cause.message : String(cause)}`
}
