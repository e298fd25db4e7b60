import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { startServerProcess } from '../server-process.ts'
import { until } from '../test-console.ts'
import { auditStores, type Findings } from './audit.ts'
import { startConsoleHost } from './console-host-process.ts'
import { startEventLoad } from './event-load.ts'
import { Ledger } from './ledger.ts'
import { createSeededRandom } from './seeded-random.ts'

export interface PartResult extends Findings {
  seed: number
  kills: { server: number; console: number }
  accepted: number
  resent: number
  /** Actions whose result the console heard in one of its lives. */
  settled: number
  /** How often the console said that it is live: it did not sleep through the part. */
  liveTold: number
  /** 1 when the console was not at the head of the log, with nothing left to do, within the time for it. */
  unsettled: number
  seconds: number
}

/** From a program's start to its end by kill -9, in ms: its whole start is in range, and some work after it. */
const shortestLifeMs = 60
const longestLifeMs = 1_400
const actEveryMs = 120
const connections = 5

/**
 * One part of the campaign, on fresh folders: server and console under load are killed at random instants, each
 * by itself and so at times together, until `kills` are reached; then both settle, end, and are laid open.
 */
export async function runCampaignPart(options: { kills: number; seed: number }): Promise<PartResult> {
  const started = performance.now()
  const random = createSeededRandom(options.seed)
  const consoleDir = await mkdtemp(join(tmpdir(), 'watchfloor-chaos-console-'))
  const kills = { server: 0, console: 0 }
  const ledger = new Ledger()

  let server = await startServerProcess({ env: serverEnvironment })
  const operator = server.createToken('mira', 'responder')
  const startConsole = () =>
    startConsoleHost(
      {
        dataDir: consoleDir,
        url: server.url,
        token: operator,
        seed: Math.floor(random() * 0x7fff_ffff),
        actEveryMs,
      },
      (line) => ledger.hear(line),
    )
  const load = startEventLoad({ url: server.url, token: server.createToken('prober', 'source'), connections })
  let console = await startConsole()

  let left = options.kills
  const aLife = () => new Promise((resolve) => setTimeout(resolve, lifeMs(random())))
  const killServers = async () => {
    for (; left > 0; kills.server += 1) {
      await aLife()
      if (left <= 0) return
      left -= 1
      await server.stop('SIGKILL')
      server = await server.restart()
    }
  }
  const killConsoles = async () => {
    for (; left > 0; kills.console += 1) {
      await aLife()
      if (left <= 0) return
      left -= 1
      await console.stop('SIGKILL')
      console = await startConsole()
    }
  }
  try {
    // A part in which nothing was at work proves nothing, however busy the machine is.
    await until('the console is at work', () => ledger.liveTold > 0 && ledger.accepted.size > 0, 20_000)
    await Promise.all([killServers(), killConsoles()])
    await load.finish()
    console.tell('quiet')
    const unsettled = (await areSettled(server.dataDir, consoleDir)) ? 0 : 1
    console.tell('close')
    await console.ended
    await server.stop('SIGTERM')
    const { accepted } = load
    const found = await auditStores({ serverDir: server.dataDir, consoleDir, accepted, ledger })
    return {
      seed: options.seed,
      kills,
      accepted: accepted.size,
      resent: load.resent,
      settled: ledger.settled,
      liveTold: ledger.liveTold,
      unsettled,
      ...found,
      seconds: Math.round((performance.now() - started) / 100) / 10,
    }
  } finally {
    load.abandon()
    await console.stop('SIGKILL')
    await server.dispose()
    await rm(consoleDir, { recursive: true, force: true })
  }
}

const serverEnvironment = {
  WATCHFLOOR_LOG_LEVEL: 'silent',
  WATCHFLOOR_HEARTBEAT_MS: '150',
  WATCHFLOOR_STALE_MS: '1000',
  WATCHFLOOR_DEAD_MS: '2000',
  // Incidents end and come again within a part.
  WATCHFLOOR_SETTLE_MS: '400',
  WATCHFLOOR_REOPEN_MS: '2000',
  WATCHFLOOR_SUMMARY_QUIET_MS: '1000',
}

/** Most lives are short, some are long enough for a backlog to build up on the other side. */
function lifeMs(fraction: number): number {
  return shortestLifeMs + (longestLifeMs - shortestLifeMs) * fraction ** 1.5
}

/** Waits until timers and outbox have run out and the console is at the head of the log; false if that never comes. */
async function areSettled(serverDir: string, consoleDir: string): Promise<boolean> {
  const server = new Database(join(serverDir, 'watchfloor.db'), { readonly: true })
  const cache = new Database(join(consoleDir, 'console.db'), { readonly: true })
  const dueSoon = server.prepare<[number], number>('select count(*) from timer where due_at < ?').pluck()
  const look = () => ({
    head: server.prepare<[], number>('select max(seq) from log').pluck().get() ?? 0,
    // A summary that a kill interrupted is asked for again a minute later: not waited for.
    timers: dueSoon.get(Date.now() + dueSoonMs) ?? 0,
    seq: cache.prepare<[], number>('SELECT max(seq) FROM cursors').pluck().get() ?? 0,
    waiting: cache.prepare<[], number>('SELECT count(*) FROM outbox').pluck().get() ?? 0,
    unshown: cache
      .prepare<[], number>('SELECT count(*) FROM decisions WHERE notified = 1 AND shown_at IS NULL')
      .pluck()
      .get(),
  })
  try {
    const end = performance.now() + settleWithinMs
    for (;;) {
      const now = look()
      const { head, timers, seq, waiting, unshown } = now
      if (timers === 0 && seq === head && waiting === 0 && unshown === 0) return true
      if (performance.now() > end) {
        process.stderr.write(`not settled: ${JSON.stringify(now)}\n`)
        return false
      }
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
  } finally {
    server.close()
    cache.close()
  }
}

const settleWithinMs = 20_000
const dueSoonMs = 5_000
