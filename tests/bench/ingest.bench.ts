/**
 * Single posts at 50 connections, on disk, answered after the fsync: Watchfloor beside a bare node:http server with
 * group commit, in the same run and in turns, since the machine's speed drifts. The share is the median of the rounds'
 * own shares.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { Agent } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { postJson, sampleEvent } from '../support/post-events.ts'
import { startServerProcess } from '../support/server-process.ts'
import { startChild } from './child-program.ts'
import { cpuMs, percentile, printFigure } from './figure.ts'

const connections = 50
const roundMs = Number(process.env['WATCHFLOOR_BENCH_SECONDS'] ?? 1.5) * 1000
const rounds = 9

interface Round {
  perSecond: number
  /** CPU time of the server for each event, in milliseconds. */
  cpu: number
  latencies: number[]
}

let sent = 0

async function load(target: { pid: number; url: string; token: string }): Promise<Round> {
  const agent = new Agent({ keepAlive: true, maxSockets: connections })
  const latencies: number[] = []
  const cpuBefore = await cpuMs(target.pid)
  const started = performance.now()
  const worker = async () => {
    while (performance.now() - started < roundMs) {
      const before = performance.now()
      const answer = await postJson(agent, target.url, target.token, JSON.stringify(sampleEvent(sent++)))
      if (answer.status !== 202) throw new Error(`answered ${answer.status}: ${answer.body}`)
      latencies.push(performance.now() - before)
    }
  }
  await Promise.all(Array.from({ length: connections }, worker))
  const elapsed = (performance.now() - started) / 1000
  const cpu = ((await cpuMs(target.pid)) - cpuBefore) / latencies.length
  agent.destroy()
  return { perSecond: latencies.length / elapsed, cpu, latencies }
}

const folder = await mkdtemp(join(tmpdir(), 'watchfloor-bench-'))
const bare = await startChild<{ url: string }>('./bare-group-commit.ts', [join(folder, 'bare.db')])
const server = await startServerProcess({ env: { WATCHFLOOR_LOG_LEVEL: 'warn' } })
const oursTarget = {
  pid: server.pid,
  url: `${server.url}/v1/ingest/events`,
  token: server.createToken('bench', 'source'),
}
const bareTarget = { pid: bare.pid, url: bare.ready.url, token: 'none' }

try {
  const ours: Round[] = []
  const theirs: Round[] = []
  // The first of each warms up.
  await load(bareTarget)
  await load(oursTarget)
  for (let round = 0; round < rounds; round += 1) {
    theirs.push(await load(bareTarget))
    ours.push(await load(oursTarget))
  }
  const median = (values: number[]) => percentile(values, 0.5)
  const shares = (of: 'perSecond' | 'cpu') =>
    ours.map((round, index) => round[of] / (theirs[index]?.[of] ?? Number.NaN))
  const p99 = (runs: Round[]) =>
    percentile(
      runs.flatMap((round) => round.latencies),
      0.99,
    )
  const print = (name: string, value: number, unit: string, goal: string): void =>
    printFigure({ name: `ingest ${name}`, value, unit, goal })
  const rates = (runs: Round[]) => median(runs.map((round) => round.perSecond))
  print('answered', rates(ours), 'events/s', 'at least a third of the bare server')
  print('bare server', rates(theirs), 'events/s', 'baseline')
  print('share of bare server', median(shares('perSecond')), 'of 1', 'at least 0.333')
  print('CPU an event', median(ours.map(({ cpu }) => cpu * 1000)), 'µs', 'for the record')
  print('bare CPU an event', median(theirs.map(({ cpu }) => cpu * 1000)), 'µs', 'baseline')
  print('CPU, times the bare server', median(shares('cpu')), 'times', 'for the record')
  print('answer p99', p99(ours), 'ms', 'under 50 at 50 connections')
  print('bare answer p99', p99(theirs), 'ms', 'baseline')
} finally {
  await bare.stop()
  await server.dispose()
  await rm(folder, { recursive: true, force: true })
}
