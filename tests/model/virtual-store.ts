import type { StoreClient } from '../../src-main/core/store/store-client.ts'
import { createStoreHandlers } from '../../src-main/core/store/store-host.ts'
import { openDatabase } from '../../src-main/core/store/open-database.ts'
import type { StoreInput, StoreMethod, StoreOutput } from '../../src-main/core/store/store-api.ts'
import type { VirtualTime } from './virtual-time.ts'

/** What the console keeps on disk: survives its restarts. The real tables, in memory. */
export interface VirtualDisk {
  /** What is kept, as JSON by id. */
  kept(table: 'incidents' | 'alerts'): Map<string, unknown>
  cursorSeq(siteId: string): number
  waiting(): number
  /** Commands that were ever put into the outbox. */
  commandsMade(): number
  /** The real requests with their answers on the virtual clock, and how to end them without a word. */
  attach(): { store: StoreClient; kill: () => void }
  /** How long each request takes from now on. */
  setLatency(ms: number): void
  close(): void
}

export function createVirtualDisk(time: VirtualTime, newId: () => string): VirtualDisk {
  const { db } = openDatabase({ file: ':memory:', nativeBinding: null }, time.now())
  const handlers = createStoreHandlers(db, newId)
  const select = {
    incidents: db.prepare<[], { id: string; json: string }>('SELECT id, json FROM incidents'),
    alerts: db.prepare<[], { id: string; json: string }>('SELECT id, json FROM alerts'),
  }
  const cursor = db.prepare<[string], number>('SELECT seq FROM cursors WHERE site = ?').pluck()
  const waiting = db.prepare<[], number>('SELECT count(*) FROM outbox').pluck()
  const made = db
    .prepare<[], string>("SELECT value FROM settings WHERE key LIKE 'lastNumber:%'")
    .pluck()
  let latencyMs = 0
  return {
    kept: (table) => new Map(select[table].all().map(({ id, json }) => [id, JSON.parse(json) as unknown])),
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
      return { store: { request } as unknown as StoreClient, kill: () => void (isDead = true) }
    },
    setLatency: (ms) => {
      latencyMs = ms
    },
    close: () => db.close(),
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
