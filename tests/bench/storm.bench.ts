/**
 * A storm: 10,000 events a second for a minute, in arrays of 100 over 500 keys, by senders in another process, with the
 * built-in rules. What was answered is looked for in the log's file afterwards. No two keys have a title in common, so that
 * there are as many incidents as keys at the very most.
 */
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import Database from 'better-sqlite3'
import { startServerProcess } from '../support/server-process.ts'
import { startChild } from './child-program.ts'
import { cpuMs, percentile, printFigure, residentKib } from './figure.ts'
import type { StormResult } from './storm-senders.ts'

const seconds = Number(process.env['WATCHFLOOR_BENCH_SECONDS'] ?? 60)
const perSecond = 10_000
const senders = 10
const settleSeconds = Math.min(20, seconds)

const server = await startServerProcess({ env: { WATCHFLOOR_LOG_LEVEL: 'warn' } })
const source = server.createToken('storm', 'source')
const child = await startChild('./storm-senders.ts', [`${server.url}/v1/ingest/events`, source, senders])

const mib = async (): Promise<number> => (await residentKib(server.pid)) / 1024

/** The worst delay of the event loop that 99 of 100 turns stayed under, since it was last asked; in ms. */
async function loopDelay(): Promise<number> {
  const headers = { authorization: `Bearer ${server.adminToken}` }
  const answer = await fetch(`${server.url}/metrics`, { headers })
  const found = /^nodejs_eventloop_lag_p99_seconds (\S+)$/m.exec(await answer.text())
  return Number(found?.[1]) * 1000
}

function counted(sql: string): number {
  const database = new Database(join(server.dataDir, 'watchfloor.db'), { readonly: true })
  try {
    return Number(database.prepare(sql).pluck().get())
  } finally {
    database.close()
  }
}

try {
  // V8 has compiled what is hot, and every key has its alert.
  await child.ask<StormResult>(`${Math.min(3, seconds)} ${perSecond / 2}`)
  const before = counted('select count(*) from event')
  const entriesBefore = counted('select max(seq) from log')
  await loopDelay()
  const start = await mib()
  const cpuBefore = await cpuMs(server.pid)
  let peak = start
  const watch = setInterval(() => void mib().then((now) => (peak = Math.max(peak, now))), 500)
  const result = await child.ask<StormResult>(`${seconds} ${perSecond}`)
  clearInterval(watch)
  const cpu = (await cpuMs(server.pid)) - cpuBefore
  const delay = await loopDelay()
  const kept = counted('select count(*) from event') - before
  const entries = counted('select max(seq) from log') - entriesBefore
  await sleep(settleSeconds * 1000)

  const print = (name: string, value: number, unit: string, goal: string): void =>
    printFigure({ name: `storm ${name}`, value, unit, goal })
  // The time ends with the last answer, which comes after what was offered.
  const goal = `of ${perSecond} offered for ${seconds} s: at least ${0.999 * perSecond}`
  print('answered', result.answered / result.seconds, 'events/s', goal)
  const inTime = result.latencies.filter((latency) => latency <= 1000).length / result.latencies.length
  print('answered within a second of being due', inTime, 'of 1', 'at least 0.999')
  print('lost of those answered', result.accepted - kept, 'events', '0')
  print(
    'arrays refused',
    Object.values(result.refused).reduce((sum, count) => sum + count, 0),
    'arrays',
    '0',
  )
  print('answer p99', percentile(result.latencies, 0.99), 'ms', 'for the record')
  print('answer median', percentile(result.latencies, 0.5), 'ms', 'for the record')
  print('entries for each event', entries / result.answered, 'entries', 'for the record')
  print('incidents', counted('select count(*) from incident'), 'incidents', 'at most 500')
  print('CPU an event', (cpu * 1000) / result.answered, 'µs', 'for the record')
  print('memory at the start', start, 'MiB', 'for the record')
  print('memory at the most', peak, 'MiB', 'for the record')
  print(`memory after ${settleSeconds} s of rest`, await mib(), 'MiB', 'for the record')
  print('event loop delay p99', delay, 'ms', 'for the record')
} finally {
  await child.stop()
  await server.dispose()
}
