import { describe, expect, it } from 'vitest'
import { until } from '../support/test-console.ts'
import {
  pause,
  startFaultedStream,
  type FaultedStream,
  type FaultedStreamOptions,
} from '../support/faulted-stream.ts'

const nothingWrong = { lost: [], seenTwice: [], different: [], lies: [] }

/** Gives the test a stream that is live, and takes it away afterwards. */
async function withStream(
  options: FaultedStreamOptions,
  test: (stream: FaultedStream) => Promise<void>,
): Promise<void> {
  const stream = await startFaultedStream(options)
  try {
    await test(stream)
  } finally {
    await stream.close()
  }
}

/** Each waits most of its time, so they wait together. */
describe.concurrent('the console on a broken network', () => {
  it.each([
    ['from the server', 'down'],
    ['to the server', 'up'],
  ] as const)('notices a connection that is half open: nothing passes %s', (_where, way) =>
    withStream({}, async (stream) => {
      stream.proxy[way].isStalled = true
      await stream.untilNoticed()
      await pause(800)
      expect(stream.told.at(-1)).toBe('blind')
      stream.proxy.heal()
      await stream.untilLive()
      expect(await stream.settle()).toEqual(nothingWrong)
    }),
  )

  it('does an action that was taken on a half-open connection once', () =>
    withStream({}, async (stream) => {
      await until('a row', () => stream.console.rows.size > 0)
      const [row] = stream.console.rows.values()
      if (!row) throw new Error('there is no row yet')
      const note = (text: string) =>
        stream.console.call('act', {
          siteId: row.siteId,
          body: { kind: 'note', incidentId: row.id, text },
        })
      stream.proxy.down.isStalled = true
      await note('heard by the server, answered into the void')
      await pause(100)
      stream.proxy.up.isStalled = true
      await note('not even heard')
      await stream.untilNoticed()
      stream.proxy.heal()
      await stream.untilLive()
      await stream.settle()
      const { body } = await stream.server.call(`/v1/incidents/${row.id}`)
      expect(body).toMatchObject({ incident: { noteCount: 2 } })
      expect(stream.console.rows.get(row.id)?.pending).toEqual([])
    }))

  it('notices a reset at once and comes back', () =>
    withStream({}, async (stream) => {
      for (let round = 0; round < 3; round += 1) {
        stream.proxy.resetAll()
        await stream.untilNoticed()
        await stream.untilLive()
      }
      expect(await stream.settle()).toEqual(nothingWrong)
    }))

  it('says stale when a slow and uneven line holds back more than it may, and loses nothing', () =>
    withStream({}, async (stream) => {
      const slow = { delayMs: 100, jitterMs: 400 }
      Object.assign(stream.proxy.up, slow)
      Object.assign(stream.proxy.down, slow)
      await pause(3_000)
      stream.proxy.heal()
      await stream.untilLive()
      expect(stream.told).toContain('stale')
      expect(await stream.settle()).toEqual(nothingWrong)
    }))

  it('gives up a proxy that accepts and says nothing', () =>
    withStream({}, async (stream) => {
      stream.proxy.acceptsAndSaysNothing = true
      stream.proxy.resetAll()
      await stream.untilNoticed()
      await pause(500)
      expect(stream.told.at(-1)).toBe('blind')
      expect(stream.proxy.open).toBe(1)
      stream.proxy.heal()
      await stream.untilLive()
      expect(await stream.settle()).toEqual(nothingWrong)
    }))

  it('gets on through a line that is cut after some bytes, again and again', () =>
    withStream({}, async (stream) => {
      for (const cutAfterBytes of [1, 150, 400, 3_000, 9_000]) {
        stream.proxy.down.cutAfterBytes = cutAfterBytes
        await pause(700)
      }
      stream.proxy.heal()
      await stream.untilLive()
      expect(stream.proxy.accepted).toBeGreaterThan(4)
      expect(await stream.settle()).toEqual(nothingWrong)
    }))

  it('has one connection at most, whatever happens', () =>
    withStream({}, async (stream) => {
      const most: number[] = []
      const look = setInterval(() => most.push(stream.proxy.open), 5)
      for (let round = 0; round < 4; round += 1) {
        stream.console.power.tell('resume')
        await stream.console.call('connectNow', {})
        stream.proxy.resetAll()
        await stream.console.call('connectNow', {})
        await pause(150)
      }
      await stream.untilLive()
      clearInterval(look)
      expect(await stream.settle()).toEqual(nothingWrong)
      // The proxy sees the old one end a moment after the new one was opened.
      expect(Math.max(...most)).toBeLessThanOrEqual(2)
      expect(stream.proxy.open).toBe(1)
    }))
})

/** Alone: they keep the machine busy. */
describe('the console on a line that slices or is too narrow', () => {
  it('does not call itself live while all that comes is late', () =>
    withStream({ eventEveryMs: 15, deadMs: 10_000 }, async (stream) => {
      // Each frame passes within staleMs, and there are more of them than can pass.
      Object.assign(stream.proxy.down, { bytesPerSecond: 20_000, sliceBytes: 400 })
      await pause(3_000)
      expect(stream.told.at(-1)).toBe('stale')
      stream.proxy.heal()
      await stream.untilLive()
      expect(await stream.settle()).toEqual(nothingWrong)
    }))

  it('reads a stream that comes in single bytes', () =>
    withStream({ eventEveryMs: 200 }, async (stream) => {
      stream.proxy.up.sliceBytes = 1
      stream.proxy.down.sliceBytes = 1
      stream.proxy.resetAll()
      await stream.untilNoticed()
      const before = stream.console.changesCount()
      await until('read something in single bytes', () => stream.console.changesCount() > before, 20_000)
      // A turn of the loop for each byte is too slow for the rest of them.
      stream.proxy.heal()
      await stream.untilLive()
      expect(await stream.settle()).toEqual(nothingWrong)
    }))
})
