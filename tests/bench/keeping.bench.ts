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
// It looks for what is old for the first time after four heartbeats: when the backups are made.
const untilRetentionMs = warmMs + rounds * (2 * seconds + 8) * 1000
const server = await startServerProcess({
  dataDir,
  args: ['--heartbeat-ms', String(untilRetentionMs / 4), '--log-level', 'warn'],
})
const startedAt = performance.now()
const url = `${server.url}/v1/ingest/events`
const sender = await startChild<object>('./event-sender.ts', [
  url,
  server.createToken('bench', 'source'),
  perSecond,
])
const phase = (): Promise<SentPhase> => sender.ask<SentPhase>('')
const oldest = (): Promise<number> => metric(server.url, server.adminToken, 'watchfloor_log_oldest_cursor')

async function stretch(during: () => Promise<unknown>): Promise<SentPhase> {
  await phase()
  await during()
  return phase()
}
const calmStretch = (): Promise<SentPhase> => stretch(() => pause(seconds * 1000))

try {
  await pause(warmMs)
  const calm: SentPhase[] = []
  const busy: SentPhase[] = []
  const took: number[] = []
  let megabytes = 0
  for (let round = 0; round < rounds; round += 1) {
    calm.push(await calmStretch())
    const file = join(folder, 'backup.db')
    const backupStarted = performance.now()
    const backUp = [entry, 'backup', file, '--data-dir', dataDir]
    busy.push(await stretch(() => promisify(execFile)(process.execPath, backUp)))
    took.push((performance.now() - backupStarted) / 1000)
    megabytes = (await stat(file)).size / 1e6
    await rm(file)
    await pause(1_000)
  }
  show('a backup', busy, calm)
  print('a backup took', median(took), 's', 'for the record')
  print('the last backup', megabytes, 'MB', 'for the record')
  if ((await oldest()) > 0) throw new Error('retention began too early: the machine is too slow for this')

  await pause(Math.max(0, untilRetentionMs - (performance.now() - startedAt) - seconds * 1000 - 500))
  const before = await calmStretch()
  while ((await oldest()) === 0) await pause(50)
  const forgettingStarted = performance.now()
  const cpuBefore = await cpuMs(server.pid)
  await phase()
  while ((await oldest()) < old.head) {
    if (performance.now() - forgettingStarted > 180_000) throw new Error('the old part is still there')
    await pause(200)
  }
  const forgettingSeconds = (performance.now() - forgettingStarted) / 1000
  const cpuShare = ((await cpuMs(server.pid)) - cpuBefore) / (forgettingSeconds * 1000)
  show('retention', [await phase()], [before])
  print('retention of the old part', old.head, 'entries', 'for the record')
  print('retention', old.head / forgettingSeconds, 'entries/s', 'more than come in')
  print('CPU of the server meanwhile', cpuShare, 'cores', 'for the record')
} finally {
  await sender.stop()
  await server.dispose()
  await rm(folder, { recursive: true, force: true })
}
