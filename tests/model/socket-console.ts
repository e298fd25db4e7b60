import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { startFaultProxy, type FaultProxy } from '../support/fault-proxy.ts'
import { startPlainHttpProxy } from '../support/plain-http-proxy.ts'
import { startTestConsole, type TestConsole } from '../support/test-console.ts'
import type { LastingServer } from '../support/lasting-server.ts'

/** What the screen was told last, and since when (`performance.now()`). */
interface Told {
  state: string
  at: number
}

/** A real console on a network of its own, over all its restarts. */
export interface SocketConsole {
  readonly proxy: FaultProxy
  readonly told: Told
  readonly seenEvents: number[]
  running(): TestConsole
  restart(): Promise<void>
  /** What is on its disk. */
  seq(): number
  waiting(): number
  commandsMade(): number
  kept(table: 'incidents' | 'alerts'): Map<string, unknown>
  close(): Promise<void>
}

/** `polls`: something on the way lets no WebSocket pass. */
export async function startSocketConsole(
  server: LastingServer,
  { polls }: { polls: boolean },
): Promise<SocketConsole> {
  const dataDir = await mkdtemp(join(tmpdir(), 'watchfloor-model-'))
  const serverPort = Number(new URL(server.url).port)
  const middlebox = polls ? await startPlainHttpProxy(serverPort) : null
  if (middlebox) middlebox.upgrades = 'strip'
  const proxy = await startFaultProxy(middlebox ? Number(new URL(middlebox.url).port) : serverPort)
  const site = { url: `http://127.0.0.1:${proxy.port}`, token: server.tokens.responder }
  const told: Told = { state: 'connecting', at: 0 }
  const seenEvents: number[] = []
  const start = async (): Promise<TestConsole> => {
    const started = await startTestConsole({ dataDir, site })
    const tell = (state: string): void => {
      if (state !== told.state) Object.assign(told, { state, at: performance.now() })
    }
    started.console.on('freshness', ([first]) => tell(first?.state ?? 'connecting'))
    started.console.on('changes', ({ feed }) => seenEvents.push(...feed.map(({ seq }) => seq)))
    return started
  }
  let running = await start()
  const disk = new Database(join(dataDir, 'console.db'), { readonly: true })
  const seq = disk.prepare<[string], number>('SELECT seq FROM cursors WHERE site = ?').pluck()
  const waiting = disk.prepare<[], number>('SELECT count(*) FROM outbox').pluck()
  const made = disk.prepare<[], string>("SELECT value FROM settings WHERE key LIKE 'lastNumber:%'").pluck()
  return {
    proxy,
    told,
    seenEvents,
    running: () => running,
    restart: async () => {
      await running.close()
      Object.assign(told, { state: 'closed', at: performance.now() })
      running = await start()
    },
    seq: () => seq.get(server.serverId) ?? 0,
    waiting: () => waiting.get() ?? 0,
    commandsMade: () => Number(made.get() ?? 0),
    kept: (table) => {
      const rows = disk.prepare<[], { id: string; json: string }>(`SELECT id, json FROM ${table}`).all()
      return new Map(rows.map(({ id, json }) => [id, JSON.parse(json) as unknown]))
    },
    close: async () => {
      await running.close()
      disk.close()
      await proxy.close()
      await middlebox?.close()
      await rm(dataDir, { recursive: true, force: true })
    },
  }
}
