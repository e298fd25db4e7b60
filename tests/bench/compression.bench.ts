/**
 * What compression costs and saves. Live frames: `permessage-deflate` on and off in a bare `ws` server that broadcasts real
 * batches, with its memory for each connection. Snapshots and catch-up: a page made once, compressed once, and shared.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { brotliCompress, constants, deflateRaw } from 'node:zlib'
import { frameText } from '../../src-server/stream/stream-frame.ts'
import { sampleEvent } from '../support/post-events.ts'
import { openServerInside } from '../support/server-inside.ts'
import { startChild } from './child-program.ts'
import { percentile, printFigure, residentKib } from './figure.ts'
import { fanOutRound, stopPosting } from './reader-rounds.ts'

const readerCount = 100
const messagesInRound = 200
const rounds = 3
/** A connection's deflate state is made when it is first used, and belongs to it from then on. */
const settleMs = 2_000

const server = openServerInside()
for (let first = 0; first < 2_000; first += 500) {
  await server.send(Array.from({ length: 500 }, (_, index) => sampleEvent(first + index, 1000)))
}
const entries = await server.store.read(1_000, server.store.head(), 4_000)
await server.close()

const frameOf = (from: number, size: number): string => {
  const part = entries.slice(from, from + size)
  const [before, to] = [(part[0]?.seq ?? 1) - 1, part.at(-1)?.seq ?? 0]
  const rest = { head: to, at: 1_795_456_800_140, superseded: 0, skipped: 0, spreadMs: 500 }
  return frameText({ type: 'batch', from: before, to, ...rest, entries: part })
}

const print = (name: string, value: number, unit: string, goal = 'behind the decision'): void =>
  printFigure({ name: `compression, ${name}`, value, unit, goal })

async function live(mode: 'off' | 'deflate') {
  const bare = await startChild<{ url: string; streamUrl: string }>('./bare-broadcast.ts', [mode])
  const readers = await startChild('./stream-readers.ts', [bare.ready.streamUrl, readerCount])
  const target = { pid: bare.pid, url: bare.ready.url, token: '' }
  // Two entries each, as an event and what it did make them.
  const bodies = Array.from({ length: messagesInRound }, (_, index) => frameOf((index * 2) % 1_000, 2))
  const cpu: number[] = []
  const perSecond: number[] = []
  await sleep(settleMs)
  const idleKib = await residentKib(bare.pid)
  for (let round = -1; round < rounds; round += 1) {
    const from = performance.now()
    const got = await fanOutRound(target, bodies, readers)
    if (round < 0) continue
    cpu.push((got.cpu * 1000) / got.messages)
    perSecond.push((got.messages * 1000) / got.cpu)
    if (performance.now() - from > 15_000) break
  }
  await sleep(settleMs)
  const usedKib = ((await residentKib(bare.pid)) - idleKib) / readerCount
  await readers.stop()
  await bare.stop()
  return { cpu: percentile(cpu, 0.5), perSecond: percentile(perSecond, 0.5), usedKib }
}

const off = await live('off')
const deflate = await live('deflate')
stopPosting()
print('live frames uncompressed, CPU a message', off.cpu, 'µs')
print('live frames with permessage-deflate, CPU a message', deflate.cpu, 'µs')
print('live frames uncompressed, messages', off.perSecond, 'a CPU second')
print('live frames with permessage-deflate, messages', deflate.perSecond, 'a CPU second')
print('permessage-deflate is slower', deflate.cpu / off.cpu, 'times')
print('memory that live frames take uncompressed', off.usedKib, 'KiB a connection')
print('memory that they take with permessage-deflate', deflate.usedKib, 'KiB a connection')

const page = Buffer.from(frameOf(0, 1_000))
print('a page of 1,000 entries', page.length, 'bytes')
const methods = {
  'deflate level 1': () => promisify(deflateRaw)(page, { level: 1 }),
  'deflate level 6': () => promisify(deflateRaw)(page, { level: 6 }),
  'brotli quality 4': () =>
    promisify(brotliCompress)(page, { params: { [constants.BROTLI_PARAM_QUALITY]: 4 } }),
}
for (const [name, compress] of Object.entries(methods)) {
  const times: number[] = []
  let size = 0
  for (let round = 0; round < 15; round += 1) {
    const from = performance.now()
    size = (await compress()).length
    times.push(performance.now() - from)
  }
  const ms = percentile(times, 0.5)
  print(`a page by ${name}`, size, 'bytes')
  print(`a page by ${name}, once`, ms, 'ms')
  print(`a page by ${name}, shared by 1,000 readers`, (ms * 1000) / 1000, 'µs a reader')
}
