/**
 * Single posts at 50 connections, on disk, answered after the fsync: Watchfloor beside a bare node:http server with
 * group commit, in the same run and in turns, since the machine's speed drifts.
 */
import { spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { Agent } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { postJson, sampleEvent } from '../support/post-events.ts'
import { startServerProcess } from '../support/server-process.ts'
import { percentile, printFigure } from './figure.ts'

const connections = 50
const seconds = Number(process.env['WATCHFLOOR_BENCH_SECONDS'] ?? 4)
const rounds = 3

interface Round {
  perSecond: number
  latencies: number[]
}

let sent = 0

async function load(url: string, token: string): Promise<Round> {
  const agent = new Agent({ keepAlive: true, maxSockets: connections })
  const latencies: number[] = []
  const started = performance.now()
  const worker = async () => {
    while (performance.now() - started < seconds * 1000) {
      const before = performance.now()
      const answer = await postJson(agent, url, token, JSON.stringify(sampleEvent(sent++)))
      if (answer.status !== 202) throw new Error(`answered ${answer.status}: ${answer.body}`)
      latencies.push(performance.now() - before)
    }
  }
  await Promise.all(Array.from({ length: connections }, worker))
  const elapsed = (performance.now() - started) / 1000
  agent.destroy()
  return { perSecond: latencies.length / elapsed, latencies }
}

const folder = await mkdtemp(join(tmpdir(), 'watchfloor-bench-'))
const bareEntry = new URL('./bare-group-commit.ts', import.meta.url).pathname
const bare = spawn(process.execPath, [bareEntry, join(folder, 'bare.db')], {
  stdio: ['ignore', 'pipe', 'inherit'],
})
const bareUrl = await new Promise<string>((resolve) => {
  createInterface({ input: bare.stdout }).once('line', (line) =>
    resolve((JSON.parse(line) as { url: string }).url),
  )
})
const server = await startServerProcess({ env: { WATCHFLOOR_LOG_LEVEL: 'warn' } })
const token = server.createToken('bench', 'source')

try {
  const ours: Round[] = []
  const theirs: Round[] = []
  for (let round = 0; round < rounds; round += 1) {
    theirs.push(await load(bareUrl, 'none'))
    ours.push(await load(`${server.url}/v1/ingest/events`, token))
  }
  const median = (values: number[]) => percentile(values, 0.5)
  const share = median(ours.map((round, index) => round.perSecond / (theirs[index]?.perSecond ?? Number.NaN)))
  const rate = median(ours.map((round) => round.perSecond))
  printFigure({
    name: 'ingest answered',
    value: rate,
    unit: 'events/s',
    goal: 'at least a third of the bare server',
  })
  printFigure({
    name: 'ingest bare server',
    value: median(theirs.map((round) => round.perSecond)),
    unit: 'events/s',
    goal: 'baseline',
  })
  printFigure({ name: 'ingest share of bare server', value: share, unit: 'of 1', goal: 'at least 0.333' })
  const p99 = (runs: Round[]) =>
    percentile(
      runs.flatMap((round) => round.latencies),
      0.99,
    )
  printFigure({ name: 'ingest answer p99', value: p99(ours), unit: 'ms', goal: 'under 50 at 50 connections' })
  printFigure({ name: 'ingest bare answer p99', value: p99(theirs), unit: 'ms', goal: 'baseline' })
} finally {
  bare.kill('SIGTERM')
  await server.dispose()
  await rm(folder, { recursive: true, force: true })
}
