import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { v7 as uuidv7 } from 'uuid'
import { createSystemClock } from '../../src-server/clock.ts'
import { configSchema, type ServerConfig } from '../../src-server/config.ts'
import { createLog } from '../../src-server/create-log.ts'
import { createServer, type Server } from '../../src-server/server.ts'
import { commandResultSchema, type CommandResult } from '../../src-shared/domain/command.ts'
import type { LogEntry } from '../../src-shared/domain/log-entry.ts'

/** What the server holds, read from its disk. */
export interface ServerAccount {
  log: readonly LogEntry[]
  /** Results that are stored with their effects. */
  results: readonly CommandResult[]
}

/** The stream's intervals, in ms: a hundredth of the real ones and a little more, because machines are busy. */
export const shortTimes = { heartbeatMs: 150, staleMs: 300, deadMs: 600, helloMs: 1_000 } as const

export interface LastingServer {
  readonly url: string
  readonly serverId: string
  /** Of a responder and of a source; the same over restarts. */
  readonly tokens: { responder: string; source: string }
  /** What is on its disk. */
  head(): number
  account(): ServerAccount
  stop(): Promise<void>
  /** Stops it, if it runs, and starts it on the same port and data. */
  restart(): Promise<void>
  close(): Promise<void>
}

/** A real server on a real socket, whose tokens and port stay over restarts. */
export async function startLastingServer(times: Partial<ServerConfig> = shortTimes): Promise<LastingServer> {
  const dataDir = await mkdtemp(join(tmpdir(), 'watchfloor-model-'))
  const start = (port: number): Promise<Server> =>
    createServer(
      configSchema.parse({
        ...times,
        port,
        dataDir,
        drainMs: 50,
        logLevel: 'silent',
        sqliteSynchronous: 'NORMAL',
        // As often as the actions of a model come back.
        handshakesPerSecond: 1_000,
      }),
      { log: createLog('silent'), clock: createSystemClock(), random: Math.random, randomId: uuidv7 },
    )
  let running: Server | null = null
  const stop = async (): Promise<void> => {
    await running?.close()
    running = null
  }
  const first = await start(0)
  running = first
  const { url, serverId } = first
  const tokens = {
    responder: first.tokens.create('mira', 'responder'),
    source: first.tokens.create('prober', 'source'),
  }
  const disk = new Database(join(dataDir, 'watchfloor.db'), { readonly: true })
  const head = disk.prepare<[], number>('select coalesce(max(seq), 0) from log').pluck()
  const texts = (sql: string): string[] => disk.prepare<[], string>(sql).pluck().all()
  return {
    url,
    serverId,
    tokens,
    head: () => head.get() ?? 0,
    account: () => ({
      log: texts('select json from log order by seq').map((json) => JSON.parse(json) as LogEntry),
      results: texts('select result from command_result').map((json) =>
        commandResultSchema.parse(JSON.parse(json)),
      ),
    }),
    stop,
    restart: async () => {
      await stop()
      running = await start(Number(new URL(url).port))
    },
    close: async () => {
      await stop()
      disk.close()
      await rm(dataDir, { recursive: true, force: true })
    },
  }
}
