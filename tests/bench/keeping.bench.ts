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
import { cpuMs, printFigure } from './figure.ts'
import { writeOldLog } from './old-log.ts'

const seconds = Number(process.env['WATCHFLOOR_BENCH_SECONDS'] ?? 10)
const oldEvents = Number(process.env['WATCHFLOOR_BENCH_OLD_EVENTS'] ?? 100_000)
const perSecond = 5_000
const entry = fileURLToPath(new URL('../../src-server/start.js', import.meta.url))

const print = (name: string, value: number, unit: string, goal: string): void =>
  printFigure({ name: `keeping ${name}`, value, unit, goal })

function show(name: string, phase: SentPhase, baseline?: SentPhase): void {
  print(`${name}, answered`, phase.perSecond, 'events/s', `${perSecond}`)
  print(`${name}, answer p50`, phase.p50, 'ms', 'for the record')
  print(`${name}, answer p99`, phase.p99, 'ms', baseline ? 'see the next line' : 'baseline')
  if (baseline) print(`${name}, p99 times the stretch before`, phase.p99 / baseline.p99, 'times', 'under 2')
  print(`${name}, longest answer`, phase.longest, 'ms', 'for the record')
  print(`${name}, refused`, phase.failed, 'arrays', '0')
}

/** A figure of /metrics. */
async function metric(url: string, token: string, name: string): Promise<number> {
  const answer = await fetch(`${url}/metrics`, { headers: { authorization: `Bearer ${token}` } })
  return Number(new RegExp(`^${name} (\\d+)`, 'm').exec(await answer.text())?.[1])
}

const folder = await mkdtemp(join(tmpdir(), 'watchfloor-bench-'))
const dataDir = join(folder, 'data')
const old = await writeOldLog(dataDir, oldEvents)
const warmMs = 5_000
// It looks for what is old for the first time after four heartbeats: when the other stretches are over.
const untilRetentionMs = warmMs + 4 * seconds * 1000 + 20_000
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

try {
  await pause(warmMs)
  await phase()
  await pause(seconds * 1000)
  const calm = await phase()
  show('before', calm)

  const file = join(folder, 'backup.db')
  const backupStarted = performance.now()
  await promisify(execFile)(process.execPath, [entry, 'backup', file, '--data-dir', dataDir])
  const backupSeconds = (performance.now() - backupStarted) / 1000
  show('during a backup', await phase(), calm)
  print('backup', backupSeconds, 's', 'for the record')
  print('backup', (await stat(file)).size / 1e6, 'MB', 'for the record')
  await rm(file)

  await pause(2_000)
  await phase()
  await pause(seconds * 1000)
  const calmAgain = await phase()
  show('between', calmAgain)
  if ((await oldest()) > 0) throw new Error('retention began too early: the machine is too slow for this')

  await pause(Math.max(0, untilRetentionMs - (performance.now() - startedAt) - 500))
  await phase()
  while ((await oldest()) === 0) await pause(50)
  const forgettingStarted = performance.now()
  const cpuBefore = await cpuMs(server.pid)
  while ((await oldest()) < old.head) {
    if (performance.now() - forgettingStarted > 120_000) throw new Error('the old part is still there')
    await pause(200)
  }
  const forgettingSeconds = (performance.now() - forgettingStarted) / 1000
  const cpuShare = ((await cpuMs(server.pid)) - cpuBefore) / (forgettingSeconds * 1000)
  show('during retention', await phase(), calmAgain)
  print('retention of the old part', old.head, 'entries', 'for the record')
  print('retention', old.head / forgettingSeconds, 'entries/s', 'more than come in')
  print('CPU of the server meanwhile', cpuShare, 'cores', 'for the record')
} finally {
  await sender.stop()
  await server.dispose()
  await rm(folder, { recursive: true, force: true })
}
