import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { HeadLag } from '../../src-main/core/sync/head-lag.ts'

describe('how long a head has been owed', () => {
  it('is moments on a log that is always ahead, though the newest head is never reached', () => {
    const lag = new HeadLag()
    for (let second = 0; second < 600; second += 1) {
      const head = (second + 1) * 1_000
      lag.heard(head, second * 1_000 - 1, second * 1_000)
      lag.reached(head - 1)
      expect(second * 1_000 - (lag.sinceMs ?? 0)).toBeLessThanOrEqual(1_000)
    }
  })

  it('grows while nothing is reached, whatever else is heard of', () => {
    const lag = new HeadLag()
    for (let at = 0; at < 100; at += 1) lag.heard(10 + at, 0, at)
    expect(lag.sinceMs).toBe(0)
    lag.reached(10)
    expect(lag.sinceMs).toBe(1)
    lag.reached(108)
    expect(lag.sinceMs).toBe(1)
    lag.reached(109)
    expect(lag.sinceMs).toBeNull()
  })

  it('is never less than it is', () => {
    const step = fc.record({ heardOf: fc.nat(5), read: fc.nat(6), ms: fc.nat(9) })
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const lag = new HeadLag()
        const heads: { head: number; at: number }[] = []
        let [now, head, reached] = [0, 0, 0]
        for (const { heardOf, read, ms } of steps) {
          now += ms
          head += heardOf
          heads.push({ head, at: now })
          lag.heard(head, reached, now)
          reached = Math.min(head, reached + read)
          lag.reached(reached)
          const oldest = heads.find((each) => each.head > reached)
          if (!oldest) expect(lag.sinceMs).toBeNull()
          else expect(lag.sinceMs ?? Infinity).toBeLessThanOrEqual(oldest.at)
        }
      }),
    )
  })
})
