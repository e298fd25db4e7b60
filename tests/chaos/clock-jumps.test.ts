import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { systemClock } from '../../src-main/core/system-clock.ts'
import { pause, startFaultedStream, type FaultedStream } from '../support/faulted-stream.ts'
import { until } from '../support/test-console.ts'

const nothingWrong = { lost: [], seenTwice: [], different: [], lies: [] }
const hourMs = 3_600_000
/** The clocks are compared every 5 s (see `watchForWake`). */
const comparedWithinMs = 7_000

let jumpedMs: number
let stream: FaultedStream

beforeEach(async () => {
  jumpedMs = 0
  const clock = { ...systemClock, now: () => systemClock.now() + jumpedMs }
  stream = await startFaultedStream({ clock, deadMs: 10_000 })
})

afterEach(() => stream.close())

describe('a clock that jumps', () => {
  it('forward is taken for a sleep: the connection is replaced, and nothing is lost', async () => {
    const before = stream.proxy.accepted
    jumpedMs = hourMs
    await until('another connection', () => stream.proxy.accepted > before, comparedWithinMs)
    await stream.untilLive()
    expect(stream.proxy.open).toBe(1)
    expect(await stream.settle()).toEqual(nothingWrong)
  })

  it('backward changes nothing: ages are measured with the other clock', async () => {
    const before = stream.proxy.accepted
    const toldBefore = stream.told.length
    jumpedMs = -hourMs
    await pause(1_500)
    expect(stream.told.slice(toldBefore)).toEqual([])
    expect(stream.proxy.accepted).toBe(before)
    stream.proxy.down.isStalled = true
    await stream.untilNoticed()
    expect(stream.told.at(-1)).toBe('stale')
    stream.proxy.heal()
    await stream.untilLive()
    expect(await stream.settle()).toEqual(nothingWrong)
  })
})
