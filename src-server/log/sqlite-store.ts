import Database from 'better-sqlite3'
import { logFileOf, makeDataFolder } from './data-folder.ts'
import { EntryRing } from './entry-ring.ts'
import { lockFolder } from './folder-lock.ts'
import { LogForgetting, type ForgetStep, type TimedStep } from './log-forgetting.ts'
import { StateForgetting } from './state-forgetting.ts'
import { AuditForgetting } from './audit-forgetting.ts'
import { ClientForgetting } from './client-forgetting.ts'
import { GroupCommit } from './group-commit.ts'
import { StoreUnavailableError, type LogIdentity, type LogStore } from './log-store.ts'
import { migrate } from './migrations.ts'
import type { ForgettingStore } from './retention.ts'
import { readSnapshotPage } from './snapshot-pages.ts'
import { SqliteReads } from './sqlite-reads.ts'
import { describeFailure, isStorageFailure } from './store-failure.ts'
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
  /** How often it is tried whether the disk takes something again, in ms; 1000 when not given. */
  probeMs?: number | undefined
}

export interface SqliteStore extends LogStore, ForgettingStore {
  /** The writing connection, for what is kept beside the log (tokens). Never inside a turn. */
  readonly database: Database.Database
}

/** Entries after which a group is committed: some hundred milliseconds of work, in which nothing else is served. */
const maxGroupEntries = 4_000

/**
 * Opens the log in `dataDir/watchfloor.db`. Throws when another server uses the folder, when it was written by a newer
 * version, or when it cannot be opened.
 */
export function openSqliteStore(options: SqliteStoreOptions): SqliteStore {
  makeDataFolder(options.dataDir)
  const unlock = lockFolder(options.dataDir, options.nativeBinding)
  try {
    return openLocked(options, unlock)
  } catch (error) {
    unlock()
    throw error
  }
}

function openLocked(options: SqliteStoreOptions, unlock: () => void): SqliteStore {
  const path = logFileOf(options.dataDir)
  const binding = options.nativeBinding ? { nativeBinding: options.nativeBinding } : {}
  const database = new Database(path, { timeout: 5000, ...binding })
  database.pragma('journal_mode = WAL')
  // Set by name: this build's default for WAL is NORMAL, with which a commit is not yet on the disk.
  database.pragma(`synchronous = ${options.synchronous ?? 'FULL'}`)
  // 16 MB instead of 4: under load the file behind the write-ahead log is synced a quarter as often.
  database.pragma('wal_autocheckpoint = 4000')
  // Members of a group in which one failed write under savepoints, whose journals would otherwise be files.
  database.pragma('temp_store = MEMORY')
  migrate(database)
  const identity = readIdentity(database, options.randomId)
  const reading = new Database(path, { readonly: true, ...binding })
  const reads = new SqliteReads(reading)
  const forgetting = new LogForgetting(database)
  const states = new StateForgetting(database)
  const clients = new ClientForgetting(database)
  const audit = new AuditForgetting(database)

  const listeners = new Set<(head: number) => void>()
  let head = reads.head()
  let announced = head
  const ring = new EntryRing()
  let unavailable: string | null = null
  let isClosed = false
  let probe: NodeJS.Timeout | null = null

  const host: TransactionHost = {
    database,
    nextSeq: head + 1,
    now: options.clock.now(),
    appended: [],
    isOnDiskOnly: false,
    forget: () => undefined,
    finish: () => undefined,
  }
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
      host.isOnDiskOnly = false
      begin()
    },
    memberBegins: () => {
      host.now = options.clock.now()
    },
    savepoint: () => {
      // What the members before counted must not go with this one.
      host.finish()
      memberStart = { nextSeq: host.nextSeq, appended: host.appended.length }
      savepoint()
    },
    release,
    isFull: () => host.nextSeq - head > maxGroupEntries,
    isFatal: isStorageFailure,
    rollbackMember: () => {
      rollbackMember()
      release()
      host.nextSeq = memberStart.nextSeq
      host.appended.length = memberStart.appended
      host.forget()
    },
    commit: () => {
      host.finish()
      commit()
      if (host.nextSeq === head + 1) return
      unavailable = null
      head = host.nextSeq - 1
      if (host.isOnDiskOnly) ring.clear()
      else ring.push(host.appended)
    },
    committed: () => {
      if (head === announced) return
      announced = head
      for (const listener of listeners) call(listener)
    },
    abandon: () => {
      if (database.inTransaction) database.exec('rollback')
      host.appended = []
      host.forget()
    },
    failure: (cause) => {
      unavailable = describeFailure(cause)
      probeSoon()
      return new StoreUnavailableError(unavailable, { cause })
    },
  })

  /** A listener's bug is loud, but not the end of the writer. */
  function call(listener: (head: number) => void): void {
    try {
      listener(head)
    } catch (error) {
      queueMicrotask(() => {
        throw error
      })
    }
  }

  // A load balancer that sends nothing to a server that is not ready would never let it find out that it is.
  const writeProbe = database.prepare(
    "insert into meta (key, value) values ('probe', hex(randomblob(8192))) " +
      'on conflict (key) do update set value = excluded.value',
  )
  function probeSoon(): void {
    if (isClosed) return
    probe ??= setTimeout(() => {
      probe = null
      if (unavailable === null) return
      const written = group.add(() => void writeProbe.run())
      written.then(
        () => (unavailable = null),
        () => undefined,
      )
    }, options.probeMs ?? 1000)
    probe.unref()
  }

  const write = <T>(work: (turn: StoreTransaction) => T | Promise<T>) => group.add(() => work(transaction))

  const inTurn = (step: () => ForgetStep): Promise<TimedStep> =>
    group.add(() => {
      const startedAt = performance.now()
      const done = step()
      return { ...done, tookMs: performance.now() - startedAt }
    })

  return {
    identity,
    database,
    head: () => head,
    oldestCursor: () => forgetting.floor,
    read: async (after, upTo, limit) => {
      const last = Math.min(upTo, head)
      return ring.read(after, last, limit) ?? reads.range(after, last, limit)
    },
    readSnapshot: async (channels, after, limit) => readSnapshotPage(reads, channels, after, limit),
    write,
    forgetLog: (rule, most) => inTurn(() => forgetting.step(rule, head, most, host.now)),
    forgetStates: (changedBefore, most) =>
      inTurn(() => states.step(transaction, changedBefore, forgetting.floor, most)),
    forgetClients: (before, most) => inTurn(() => clients.step(before, most)),
    forgetAudit: (before, most) => inTurn(() => audit.step(before, most)),
    onCommit: (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    incidents: async (query) => reads.incidents(query),
    incident: async (id, mostAlerts = 100) => reads.incident(id, mostAlerts),
    alerts: async (incidentId, after, limit) => reads.alerts(incidentId, after, limit),
    serviceList: async (query) => reads.serviceList(query),
    services: async (ids) => ids.flatMap((id) => reads.service(id) ?? []),
    timeline: async (incidentId, after, limit) => reads.timeline(incidentId, after, limit),
    timelineEnd: async (incidentId, limit) => reads.timelineEnd(incidentId, limit),
    events: async (query) => reads.events(query),
    rawPayload: async (eventId) => reads.raw(eventId),
    hasDueTimer: async (at) => reads.hasDueTimer(at),
    unavailable: () => unavailable,
    close: async () => {
      isClosed = true
      if (probe) clearTimeout(probe)
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
