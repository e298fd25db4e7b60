/**
 * Fan-out beside Socket.IO 4 with connection-state recovery, in the same run and in turns: server CPU for each message of
 * the same size to 100 readers, after taking off the same posts to a twin without readers, and of ours the readers' acks.
 */
import { sampleEvent } from '../support/post-events.ts'
import { startServerProcess } from '../support/server-process.ts'
import { startChild } from './child-program.ts'
import { percentile, printFigure } from './figure.ts'
import { aloneRound, fanOutRound, idleCost, stopPosting } from './reader-rounds.ts'

const readerCount = 100
const posts = 150
const rounds = 4
const warmUpRounds = 1
const idleSeconds = 3

async function startOurs() {
  const server = await startServerProcess({
    env: { WATCHFLOOR_LOG_LEVEL: 'warn' },
    args: ['--handshakes-per-second', '10000'],
  })
  const token = server.createToken('bench', 'source')
  return { server, target: { pid: server.pid, url: `${server.url}/v1/ingest/events`, token } }
}

async function startTheirs() {
  const child = await startChild<{ url: string; streamUrl: string }>('./socket-io-server.ts')
  return { child, target: { pid: child.pid, url: child.ready.url, token: '' } }
}

let made = 0
const event = (): string => JSON.stringify({ ...sampleEvent(made, 50), id: `fan-out-${(made += 1)}` })

const [ours, oursAlone] = [await startOurs(), await startOurs()]
const [theirs, theirsAlone] = [await startTheirs(), await startTheirs()]
const viewer = ours.server.createToken('reader', 'viewer')
const readers = await startChild('./stream-readers.ts', [ours.server.streamUrl, readerCount, viewer])
const theirReaders = await startChild('./socket-io-readers.ts', [theirs.child.ready.streamUrl, readerCount])
const cost = { ours: [] as number[], theirs: [] as number[] }
let idle = 0
try {
  for (let round = -warmUpRounds; round < rounds; round += 1) {
    const bodies = Array.from({ length: posts }, event)
    if (round === 0) idle = await idleCost(ours.server.pid, idleSeconds)
    const alone = await aloneRound(oursAlone.target, bodies)
    const got = await fanOutRound(ours.target, bodies, readers)
    const payloads = bodies.map(() => 'x'.repeat(Math.round(got.bytes / got.messages)))
    const theirAlone = await aloneRound(theirsAlone.target, payloads)
    const theyGot = await fanOutRound(theirs.target, payloads, theirReaders)
    if (round < 0) continue
    cost.ours.push(((got.cpu - alone - idle * got.seconds) * 1000) / got.messages)
    cost.theirs.push(((theyGot.cpu - theirAlone) * 1000) / theyGot.messages)
  }
} finally {
  stopPosting()
  await Promise.all([readers.stop(), theirReaders.stop(), theirs.child.stop(), theirsAlone.child.stop()])
  await Promise.all([ours.server.dispose(), oursAlone.server.dispose()])
}
const shares = cost.ours.map((mine, index) => mine / (cost.theirs[index] ?? Number.NaN))
const print = (what: string, value: number, unit: string, goal: string): void =>
  printFigure({ name: `fan-out to ${readerCount} beside Socket.IO, ${what}`, value, unit, goal })
print('ours, CPU a message', percentile(cost.ours, 0.5), 'µs', 'at most theirs')
print('theirs, CPU a message', percentile(cost.theirs, 0.5), 'µs', 'baseline')
print('share of theirs', percentile(shares, 0.5), 'of 1', 'at most 1')
