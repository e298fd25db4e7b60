import type Database from 'better-sqlite3'
import type { StoreClient } from '../../src-main/core/store/store-client.ts'
import { createStoreHandlers } from '../../src-main/core/store/store-host.ts'
import { openDatabase } from '../../src-main/core/store/open-database.ts'
import type {
  StoreHandlers,
  StoreInput,
  StoreMethod,
  StoreOutput,
} from '../../src-main/core/store/store-api.ts'
import type { VirtualTime } from './virtual-time.ts'

/** What the console keeps on disk: survives its restarts. The real tables, in memory. */
export interface VirtualDisk {
  /** What is kept, as JSON by id. */
  kept(table: 'incidents' | 'alerts'): Map<string, unknown>
  /** Positions of an incident's history. */
  timeline(incidentId: string): number[]
  cursorSeq(siteId: string): number
  waiting(): number
  /** Commands that were ever put into the outbox. */
  commandsMade(): number
  /** The real requests with their answers on the virtual clock; `kill` ends them without a word, `idle` after the last. */
  attach(): { store: StoreClient; kill: () => void; idle: () => Promise<void> }
  /** How long each request takes from now on. */
  setLatency(ms: number): void
  close(): void
}

interface Tables {
  db: Database.Database
  handlers: StoreHandlers
  newId: () => string
}

/** Wiped and used again: making tables and reading statements takes longer than most histories. */
const spare: Tables[] = []

function openTables(time: VirtualTime, newId: () => string): Tables {
  const used = spare.pop()
  if (used) return Object.assign(used, { newId })
  const { db } = openDatabase({ file: ':memory:', nativeBinding: null }, time.now())
  const tables: Tables = { db, newId, handlers: createStoreHandlers(db, () => tables.newId()) }
  return tables
}

function wipe({ db }: Tables): void {
  const names = db.prepare<[], string>("SELECT name FROM sqlite_master WHERE type = 'table'").pluck().all()
  db.transaction(() => {
    for (const name of names) db.exec(`DELETE FROM ${name}`)
  })()
}

export function createVirtualDisk(time: VirtualTime, newId: () => string): VirtualDisk {
  const tables = openTables(time, newId)
  const { db, handlers } = tables
  const select = {
    incidents: db.prepare<[], { id: string; json: string }>('SELECT id, json FROM incidents'),
    alerts: db.prepare<[], { id: string; json: string }>('SELECT id, json FROM alerts'),
  }
  const cursor = db.prepare<[string], number>('SELECT seq FROM cursors WHERE site = ?').pluck()
  const waiting = db.prepare<[], number>('SELECT count(*) FROM outbox').pluck()
  const made = db.prepare<[], string>("SELECT value FROM settings WHERE key LIKE 'lastNumber:%'").pluck()
  const timeline = db.prepare<[string], number>('SELECT seq FROM timeline WHERE incident_id = ?').pluck()
  let latencyMs = 0
  return {
    kept: (table) => new Map(select[table].all().map(({ id, json }) => [id, JSON.parse(json) as unknown])),
    timeline: (incidentId) => timeline.all(incidentId),
    cursorSeq: (siteId) => cursor.get(siteId) ?? 0,
    waiting: () => waiting.get() ?? 0,
    commandsMade: () => Number(made.get() ?? 0),
    attach: () => {
      let isDead = false
      let last = Promise.resolve()
      const request = <M extends StoreMethod>(method: M, input: StoreInput<M>): Promise<StoreOutput<M>> => {
        const turn = last.then(() => later(time, latencyMs))
        const answer = turn.then(() => {
          if (isDead) return new Promise<never>(() => undefined)
          time.stir()
          return handlers[method](input)
        })
        last = answer.then(
          () => undefined,
          () => undefined,
        )
        // A killed process hears of nothing any more, though its transaction may be on the disk.
        return answer.then(async (output) => {
          await later(time, 0)
          return isDead ? new Promise<never>(() => undefined) : output
        })
      }
      return {
        store: { request } as unknown as StoreClient,
        kill: () => void (isDead = true),
        idle: () => last,
      }
    },
    setLatency: (ms) => {
      latencyMs = ms
    },
    close: () => {
      wipe(tables)
      spare.push(tables)
    },
  }
}

function later(time: VirtualTime, ms: number): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      time.stir()
      resolve()
    }
    if (ms === 0) setImmediate(done)
    else time.setTimer(ms, done)
  })
}
