import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { FrameRate, HandshakeRate } from '../../src-server/stream/rate-limits.ts'

describe('handshakes', () => {
  it('are never more than allowed in any second', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 200 }), { maxLength: 200 }), (gaps) => {
        const rate = new HandshakeRate(5)
        const admitted: number[] = []
        let now = 0
        for (const gap of gaps) {
          now += gap
          if (rate.admit(now) === null) admitted.push(now)
        }
        for (const at of admitted) {
          const second = admitted.filter((other) => other >= at && other - at < 1000)
          expect(second.length).toBeLessThanOrEqual(5)
        }
      }),
    )
  })

  it('above that are told to come back later the more of them wait', () => {
    const rate = new HandshakeRate(2)
    const answers = Array.from({ length: 8 }, () => rate.admit(0))
    expect(answers.slice(0, 3)).toEqual([null, null, 1])
    expect(answers.at(-1)).toBeGreaterThan(2)
    expect(rate.admit(1000)).toBeNull()
  })
})

describe('the frames of one client', () => {
  it('are told once a second that they are too many, and end at twice the limit', () => {
    const rate = new FrameRate(10)
    const verdicts = Array.from({ length: 21 }, () => rate.count(0))
    expect(verdicts.filter((verdict) => verdict === 'slowDown')).toHaveLength(1)
    expect(verdicts.indexOf('slowDown')).toBe(10)
    expect(verdicts.at(-1)).toBe('tooMany')
    expect(rate.count(1000)).toBe('fine')
  })

  it('are too many after ten slowed seconds in a row, and forgiven after one that was not', () => {
    const rate = new FrameRate(10)
    const second = (n: number) => Array.from({ length: 11 }, () => rate.count(n * 1000)).at(-1)
    for (let n = 1; n <= 10; n += 1) expect(second(n)).toBe('slowDown')
    rate.count(11_000)
    for (let n = 12; n <= 21; n += 1) expect(second(n)).toBe('slowDown')
    expect(second(22)).toBe('tooMany')
    expect(rate.restOfSecondMs(22_400)).toBe(600)
  })
})
