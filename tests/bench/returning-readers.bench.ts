/**
 * 1,000 readers in two other processes lose their server (kill -9) and come back to it: how long until all are live, how
 * many handshakes the busiest second saw, and whether any had to read everything anew. Events go on meanwhile.
 */
import { Agent } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { postJson, sampleEvent } from '../support/post-events.ts'
import { startServerProcess, type ServerProcess } from '../support/server-process.ts'
import { startChild, type ChildProgram } from './child-program.ts'
import { printFigure } from './figure.ts'
import type { ReturnReport } from './returning-readers.ts'

const readerCount = 1000
const giveUpMs = 60_000
const agent = new Agent({ keepAlive: false })

async function reportOf(groups: ChildProgram<unknown>[]): Promise<ReturnReport> {
  const reports = await Promise.all(groups.map((group) => group.ask<ReturnReport>('report')))
  return {
    live: reports.reduce((sum, { live }) => sum + live, 0),
    reloads: reports.reduce((sum, { reloads }) => sum + reloads, 0),
    acceptedAt: reports.flatMap(({ acceptedAt }) => acceptedAt).toSorted((a, b) => a - b),
    refused: reports.reduce((sum, { refused }) => sum + refused, 0),
  }
}

/** The most instants within any second. */
function busiestSecond(instants: readonly number[]): number {
  let first = 0
  let most = 0
  for (const [index, at] of instants.entries()) {
    while (at - (instants[first] ?? at) >= 1000) first += 1
    most = Math.max(most, index - first + 1)
  }
  return most
}

async function post(server: ServerProcess, source: string, from: number): Promise<void> {
  const events = Array.from({ length: 20 }, (_, index) => sampleEvent(from + index, 50))
  const answer = await postJson(agent, `${server.url}/v1/ingest/events`, source, JSON.stringify(events))
  if (answer.status !== 202) throw new Error(answer.body)
}

let server = await startServerProcess({ env: { WATCHFLOOR_LOG_LEVEL: 'warn' } })
const source = server.createToken('bench', 'source')
const viewer = server.createToken('reader', 'viewer')
await post(server, source, 0)
const args = [server.streamUrl, readerCount / 2, viewer]
const groups = await Promise.all([
  startChild('./returning-readers.ts', args),
  startChild('./returning-readers.ts', args),
])
try {
  // Each hears once of the spread that belongs to so many readers.
  await post(server, source, 20)
  let before = await reportOf(groups)
  for (let waits = 0; before.live < readerCount && waits < 100; waits += 1) {
    await sleep(200)
    before = await reportOf(groups)
  }
  if (before.live !== readerCount) throw new Error(`${before.live} of ${readerCount} were live before`)

  const lostAt = performance.now()
  await server.stop('SIGKILL')
  server = await server.restart()
  await post(server, source, 40)
  const sum: ReturnReport = { live: 0, reloads: 0, acceptedAt: [], refused: 0 }
  while (sum.live < readerCount && performance.now() - lostAt < giveUpMs) {
    await sleep(100)
    const now = await reportOf(groups)
    sum.live = now.live
    sum.reloads += now.reloads
    sum.refused += now.refused
    sum.acceptedAt.push(...now.acceptedAt)
  }
  const seconds = (performance.now() - lostAt) / 1000
  const print = (what: string, value: number, unit: string, goal: string): void =>
    printFigure({ name: `${readerCount} returning readers, ${what}`, value, unit, goal })
  print('live again', sum.live, 'readers', `${readerCount}`)
  print('all live after the kill', seconds, 's', 'under 60')
  print(
    'handshakes in the busiest second',
    busiestSecond(sum.acceptedAt.toSorted((a, b) => a - b)),
    'handshakes',
    'at most 50, give or take the readers’ clocks',
  )
  print('told to come later', sum.refused, 'times', 'for the record')
  print('full reloads', sum.reloads, 'readers', '0')
} finally {
  agent.destroy()
  await Promise.all(groups.map((group) => group.stop('SIGKILL')))
  await server.dispose()
}
