/**
 * JSON beside MessagePack on real batches: what a storm leaves in the log, cut into frames as they travel. Decides the
 * default subprotocol (docs/decisions.md).
 */
import { readServerFrame, type Codec, jsonCodec } from '../../src-shared/protocol/codec.ts'
import { msgpackCodec, packValue } from '../../src-shared/protocol/msgpack-codec.ts'
import type { StoredEntry } from '../../src-server/log/log-store.ts'
import { frameText, frameValue, type BatchFrame } from '../../src-server/stream/stream-frame.ts'
import { sampleEvent } from '../support/post-events.ts'
import { openServerInside } from '../support/server-inside.ts'
import { percentile, printFigure } from './figure.ts'

const rounds = 15
/** Entries that each round works on, in frames of whatever size. */
const entriesInRound = 2_000

function batches(entries: readonly StoredEntry[], size: number): BatchFrame[] {
  const count = Math.floor(entriesInRound / size)
  return Array.from({ length: count }, (_, index) => {
    const part = entries.slice(index * size, (index + 1) * size)
    const [from, to] = [(part[0]?.seq ?? 1) - 1, part.at(-1)?.seq ?? 0]
    const rest = { head: to, at: 1_795_456_800_140, superseded: 0, skipped: 0, spreadMs: 500 }
    return { type: 'batch', from, to, ...rest, entries: part }
  })
}

/** Median over the rounds, in microseconds for each frame. */
function timed(frames: number, work: () => void): number {
  const samples: number[] = []
  for (let round = -3; round < rounds; round += 1) {
    const before = performance.now()
    work()
    if (round >= 0) samples.push(((performance.now() - before) * 1000) / frames)
  }
  return percentile(samples, 0.5)
}

function readAll(codec: Codec, wires: readonly (string | Uint8Array)[]): void {
  for (const wire of wires) {
    const read = readServerFrame(codec, wire)
    if (!read.ok) throw new Error(read.problem.message)
  }
}

const server = openServerInside()
for (let first = 0; first < 2_000; first += 500) {
  await server.send(Array.from({ length: 500 }, (_, index) => sampleEvent(first + index, 1000)))
}
const entries = await server.store.read(0, server.store.head(), entriesInRound)
await server.close()

for (const size of [1, 10, 100, 1000]) {
  const frames = batches(entries, size)
  const count = frames.length
  const texts = frames.map(frameText)
  const packs = frames.map((frame) => packValue(frameValue(frame)))
  const bytes = (wires: (string | Uint8Array)[]) =>
    wires.reduce((sum, wire) => sum + Buffer.byteLength(wire), 0) / count
  const print = (what: string, value: number, unit: string): void =>
    printFigure({
      name: `batch of ${size}, ${what}`,
      value,
      unit,
      goal: 'the default takes less in all',
    })
  print('JSON bytes', bytes(texts), 'bytes')
  print('MessagePack bytes', bytes(packs), 'bytes')
  print(
    'JSON encode',
    timed(count, () => frames.forEach((frame) => Buffer.from(frameText(frame)))),
    'µs',
  )
  print(
    'MessagePack encode',
    timed(count, () => frames.forEach((frame) => packValue(frameValue(frame)))),
    'µs',
  )
  // As they arrive: bytes in both cases.
  const arrived = texts.map((text) => Buffer.from(text))
  const readTexts = () =>
    readAll(
      jsonCodec,
      arrived.map((buffer) => buffer.toString()),
    )
  print('JSON decode with schema', timed(count, readTexts), 'µs')
  print(
    'MessagePack decode with schema',
    timed(count, () => readAll(msgpackCodec, packs)),
    'µs',
  )
  const parse = () => arrived.forEach((buffer) => jsonCodec.decode(buffer.toString()))
  print('JSON decode alone', timed(count, parse), 'µs')
  print(
    'MessagePack decode alone',
    timed(count, () => packs.forEach((pack) => msgpackCodec.decode(pack))),
    'µs',
  )
}
