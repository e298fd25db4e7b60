/**
 * One reader among 100 and among 1,000 that reads nothing while a storm leaves it tens of megabytes behind: what it costs
 * the others (CPU for each message that they are sent, beside a twin server without it), what the server keeps for it, and
 * that it misses nothing when it reads on.
 */
import { Agent } from 'node:http'
import { postJson, sampleEvent } from '../support/post-events.ts'
import { startServerProcess } from '../support/server-process.ts'
import { startChild } from './child-program.ts'
import { percentile, printFigure, residentKib } from './figure.ts'
import { fanOutRound, stopPosting } from './reader-rounds.ts'

/** Forty megabytes in all: what must not pile up in the server. */
const stormPosts = 80
const eventsInPost = 30
/** They resolve what was never open: the log grows by large events, and the others hear nothing of it. */
const largeEvent = {
  action: 'resolve',
  dedupKey: 'never-opened',
  service: 'storm',
  description: 'x'.repeat(16_000),
}
const deliveries = 15_000
const rounds = 3
const agent = new Agent({ keepAlive: true })

async function startWithReaders(count: number) {
  const server = await startServerProcess({
    env: { WATCHFLOOR_LOG_LEVEL: 'warn' },
    args: ['--handshakes-per-second', '10000'],
  })
  const source = server.createToken('bench', 'source')
  const viewer = server.createToken('reader', 'viewer')
  const args = [server.streamUrl, count, viewer, 'incidents']
  const readers = await startChild('./stream-readers.ts', args)
  const target = { pid: server.pid, url: `${server.url}/v1/ingest/events`, token: source }
  return { server, viewer, readers, target }
}

let made = 0
const event = () => ({ ...sampleEvent(made, 50), id: `slow-${(made += 1)}` })

async function measure(readerCount: number): Promise<void> {
  const [alone, disturbed] = [await startWithReaders(readerCount), await startWithReaders(readerCount)]
  const slow = await startChild('./slow-reader-program.ts', [disturbed.server.streamUrl, disturbed.viewer])
  const cost = { alone: [] as number[], disturbed: [] as number[] }
  let sentEvents = 0
  let owed = 0
  try {
    for (let post = 0; post < stormPosts; post += 1) {
      const body = JSON.stringify(Array.from({ length: eventsInPost }, () => largeEvent))
      for (const { target } of [alone, disturbed]) {
        const answer = await postJson(agent, target.url, target.token, body)
        if (answer.status !== 202) throw new Error(answer.body)
      }
      sentEvents += eventsInPost
      owed += body.length
    }
    for (let round = -1; round < rounds; round += 1) {
      const bodies = Array.from({ length: Math.ceil(deliveries / readerCount) }, () =>
        JSON.stringify(event()),
      )
      sentEvents += bodies.length
      const without = await fanOutRound(alone.target, bodies, alone.readers)
      const withSlow = await fanOutRound(disturbed.target, bodies, disturbed.readers)
      if (round < 0) continue
      cost.alone.push((without.cpu * 1000) / without.messages)
      cost.disturbed.push((withSlow.cpu * 1000) / withSlow.messages)
    }
    const kept = (await residentKib(disturbed.server.pid)) - (await residentKib(alone.server.pid))
    const back = await slow.ask<{ ms: number; events: number }>(String(sentEvents))
    const shares = cost.disturbed.map((mine, index) => mine / (cost.alone[index] ?? Number.NaN))
    const print = (what: string, value: number, unit: string, goal: string): void =>
      printFigure({ name: `one slow reader of ${readerCount}, ${what}`, value, unit, goal })
    print('CPU a message, all posts included', percentile(cost.disturbed, 0.5), 'µs', 'as without it')
    print('the same without it', percentile(cost.alone, 0.5), 'µs', 'baseline')
    print('cost to the others', percentile(shares, 0.5), 'times', 'at most 1.1')
    print('owed to it', owed / 1_048_576, 'MiB', 'many times what may be kept for it')
    print(
      'server memory beside the twin',
      kept / 1024,
      'MiB',
      'at most 1 and the heap’s own noise (10 to 15)',
    )
    print('events that it has missed at the end', sentEvents - back.events, 'events', '0')
    print('reading on to the head', back.ms, 'ms', 'for the record')
  } finally {
    await Promise.all([slow.stop('SIGKILL'), alone.readers.stop(), disturbed.readers.stop()])
    await Promise.all([alone.server.dispose(), disturbed.server.dispose()])
  }
}

await measure(100)
await measure(1000)
agent.destroy()
stopPosting()
