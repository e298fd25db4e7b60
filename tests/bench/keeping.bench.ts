/**
 * A backup, and the forgetting of a large old part of the log, while 5,000 events a second come in: how long answers take
 * meanwhile, beside stretches of the same run in which nothing else happens. The server, the sender and the backup are
 * processes of their own.
 */
import { execFile } from 'node:child_process'
import { mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { setTimeout as pause } from 'node:timers/promises'
import { promisify } from 'node:util'
import { startServerProcess } from '../support/server-process.ts'
import { startChild } from './child-program.ts'
import type { SentPhase } from './event-sender.ts'
import { cpuMs, percentile, printFigure } from './figure.ts'
import { writeOldLog } from './old-log.ts'

const seconds = Number(process.env['WATCHFLOOR_BENCH_SECONDS'] ?? 5)
const oldEvents = Number(process.env['WATCHFLOOR_BENCH_OLD_EVENTS'] ?? 50_000)
const rounds = 3
const perSecond = 5_000
const entry = fileURLToPath(new URL('../../src-server/start.js', import.meta.url))

const print = (name: string, value: number, unit: string, goal: string): void =>
  printFigure({ name: `keeping ${name}`, value, unit, goal })
const median = (values: number[]): number => percentile(values, 0.5)

/** Medians of stretches with work in the background, and of those just before them in which nothing else happened. */
function show(name: string, busy: readonly SentPhase[], calm: readonly SentPhase[]): void {
  const of = (phases: readonly SentPhase[], key: keyof SentPhase) => median(phases.map((phase) => phase[key]))
  const ratios = busy.map(({ p99 }, index) => p99 / (calm[index]?.p99 ?? Number.NaN))
  print(`without ${name}, answered`, of(calm, 'perSecond'), 'events/s', `${perSecond}`)
  print(`${name}, answered`, of(busy, 'perSecond'), 'events/s', `${perSecond}`)
  print(`without ${name}, answer p50`, of(calm, 'p50'), 'ms', 'baseline')
  print(`${name}, answer p50`, of(busy, 'p50'), 'ms', 'for the record')
  print(`without ${name}, answer p99`, of(calm, 'p99'), 'ms', 'baseline')
  print(`${name}, answer p99`, of(busy, 'p99'), 'ms', 'for the record')
  print(`${name}, answer p99`, median(ratios), 'times without', 'under 2')
  const refused = [...busy, ...calm].reduce((sum, { failed }) => sum + failed, 0)
  print(`${name}, refused`, refused, 'arrays', '0')
}

/** A figure of /metrics. */
async function metric(url: string, token: string, name: string): Promise<number> {
  const answer = await fetch(`${url}/metrics`, { headers: { authorization: `Bearer ${token}` } })
  return Number(new RegExp(`^${name} (\\d+)`, 'm').exec(await answer.text())?.[1])
}

const folder = await mkdtemp(join(tmpdir(), 'watchfloor-bench-'))
const dataDir = join(folder, 'data')
const old = await writeOldLog(dataDir, oldEvents)
const warmMs = 4_000
const beatsPerLook = 4

/** A server on the old log with a sender at it; it looks for what is old this long after its start, if it keeps `days`. */
async function open(days: number, lookAfterMs: number) {
  const heartbeat = ['--heartbeat-ms', String(Math.round(lookAfterMs / beatsPerLook))]
  const args = [...heartbeat, '--log-keep-days', String(days), '--log-level', 'warn']
  const server = await startServerProcess({ dataDir, args })
  const token = server.createToken(`bench-${days}`, 'source')
  const sender = await startChild<object>('./event-sender.ts', [
    `${server.url}/v1/ingest/events`,
    token,
    perSecond,
  ])
  await pause(warmMs)
  return {
    server,
    phase: () => sender.ask<SentPhase>(''),
    oldest: () => metric(server.url, server.adminToken, 'watchfloor_log_oldest_cursor'),
    close: async () => {
      await sender.stop()
      await server.stop()
    },
  }
}
type Opened = Awaited<ReturnType<typeof open>>

async function stretch({ phase }: Opened, during: () => Promise<unknown>): Promise<SentPhase> {
  await phase()
  await during()
  return phase()
}
const calmStretch = (on: Opened): Promise<SentPhase> => stretch(on, () => pause(seconds * 1000))

async function measureBackups(on: Opened): Promise<void> {
  const calm: SentPhase[] = []
  const busy: SentPhase[] = []
  const took: number[] = []
  const file = join(folder, 'backup.db')
  let megabytes = 0
  for (let round = 0; round < rounds; round += 1) {
    calm.push(await calmStretch(on))
    const backUp = [entry, 'backup', file, '--data-dir', dataDir]
    const startedAt = performance.now()
    busy.push(await stretch(on, () => promisify(execFile)(process.execPath, backUp)))
    took.push((performance.now() - startedAt) / 1000)
    megabytes = (await stat(file)).size / 1e6
    await rm(file)
    await pause(1_000)
  }
  show('a backup', busy, calm)
  print('a backup took', median(took), 's', 'for the record')
  print('the last backup', megabytes, 'MB', 'for the record')
}

async function measureRetention(on: Opened): Promise<void> {
  const { server, oldest } = on
  const calm = await calmStretch(on)
  while ((await oldest()) === 0) await pause(50)
  const startedAt = performance.now()
  const cpuBefore = await cpuMs(server.pid)
  const busy = await stretch(on, async () => {
    while ((await oldest()) < old.head) {
      if (performance.now() - startedAt > 120_000) throw new Error('the old part is still there')
      await pause(200)
    }
  })
  const tookSeconds = (performance.now() - startedAt) / 1000
  show('retention', [busy], [calm])
  print('retention of the old part', old.head, 'entries', 'for the record')
  print('retention', old.head / tookSeconds, 'entries/s', 'more than come in')
  print(
    'CPU of the server meanwhile',
    ((await cpuMs(server.pid)) - cpuBefore) / (tookSeconds * 1000),
    'cores',
    'for the record',
  )
}

let on: Opened | null = null
try {
  on = await open(0, 60_000)
  await measureBackups(on)
  await on.close()
  // So few days that the clock is believed at the first look.
  on = await open(0.0001, warmMs + (seconds + 1) * 1000)
  await measureRetention(on)
} finally {
  await on?.close()
  await rm(folder, { recursive: true, force: true })
}
