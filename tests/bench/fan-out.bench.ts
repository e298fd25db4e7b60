/**
 * Fan-out to readers in other processes: server CPU for each delivered message, beside a bare `ws` broadcast of the same
 * bytes in the same run. Of both, the same posts to a twin without readers are taken off, round by round; of ours also what
 * the readers' acks cost while it lasts (one a second each), which is a figure of its own.
 */
import { sampleEvent } from '../support/post-events.ts'
import { startServerProcess } from '../support/server-process.ts'
import { startChild } from './child-program.ts'
import { percentile, printFigure } from './figure.ts'
import { aloneRound, fanOutRound, idleCost, stopPosting, type PostTarget } from './reader-rounds.ts'

/** Deliveries in a round: some hundred milliseconds of CPU time. */
const deliveries = 30_000
const rounds = 5
/** The first deliveries run before V8 has compiled what is hot. */
const warmUpRounds = 2
const idleSeconds = 3

let made = 0
// Few keys: most events feed alerts that are open, as in a storm.
const events = (count: number): string[] =>
  Array.from({ length: count }, () =>
    JSON.stringify({ ...sampleEvent(made, 50), id: `fan-out-${(made += 1)}` }),
  )

async function startOurs() {
  const server = await startServerProcess({
    env: { WATCHFLOOR_LOG_LEVEL: 'warn' },
    args: ['--handshakes-per-second', '10000'],
  })
  const token = server.createToken('bench', 'source')
  return { server, target: { pid: server.pid, url: `${server.url}/v1/ingest/events`, token } }
}

async function startBare() {
  const child = await startChild<{ url: string; streamUrl: string }>('./bare-broadcast.ts')
  const target: PostTarget = { pid: child.pid, url: child.ready.url, token: '' }
  return { child, target }
}

async function measure(readerCount: number): Promise<void> {
  const count = Math.ceil(deliveries / readerCount)
  const [ours, oursAlone, bare, bareAlone] = [
    await startOurs(),
    await startOurs(),
    await startBare(),
    await startBare(),
  ]
  const viewer = ours.server.createToken('reader', 'viewer')
  const readers = await startChild('./stream-readers.ts', [ours.server.streamUrl, readerCount, viewer])
  const bareReaders = await startChild('./stream-readers.ts', [bare.child.ready.streamUrl, readerCount])
  const cost = { ours: [] as number[], bare: [] as number[] }
  let size = 0
  let idle = 0
  try {
    for (let round = -warmUpRounds; round < rounds; round += 1) {
      const bodies = events(count)
      if (round === 0) idle = await idleCost(ours.server.pid, idleSeconds)
      const alone = await aloneRound(oursAlone.target, bodies)
      const got = await fanOutRound(ours.target, bodies, readers)
      size = Math.round(got.bytes / got.messages)
      const payloads = bodies.map(() => 'x'.repeat(size))
      const bareCpuAlone = await aloneRound(bareAlone.target, payloads)
      const gotBare = await fanOutRound(bare.target, payloads, bareReaders)
      if (round < 0) continue
      cost.ours.push(((got.cpu - alone - idle * got.seconds) * 1000) / got.messages)
      cost.bare.push(((gotBare.cpu - bareCpuAlone) * 1000) / gotBare.messages)
    }
  } finally {
    await Promise.all([readers.stop(), bareReaders.stop(), bare.child.stop(), bareAlone.child.stop()])
    await Promise.all([ours.server.dispose(), oursAlone.server.dispose()])
  }
  const shares = cost.ours.map((mine, index) => mine / (cost.bare[index] ?? Number.NaN))
  const name = `fan-out to ${readerCount}`
  const print = (what: string, value: number, unit: string, goal: string): void =>
    printFigure({ name: `${name}, ${what}`, value, unit, goal })
  print('message size', size, 'bytes', 'the same for both')
  print('server CPU a message', percentile(cost.ours, 0.5), 'µs', 'at most 1.25 times bare ws')
  print('bare ws CPU a message', percentile(cost.bare, 0.5), 'µs', 'baseline')
  print('an ack and its answer', (idle * 1000) / readerCount, 'µs CPU', 'for the record')
  print('share of bare ws', percentile(shares, 0.5), 'of 1', 'at most 1.25')
}

await measure(100)
await measure(1000)
stopPosting()
