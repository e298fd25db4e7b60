import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { backoffMs } from '../../src-main/core/connection/backoff.ts'

const fraction = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true })

describe('backoff', () => {
  it('draws from nothing up to a ceiling that doubles from 500 ms to 20 s', () => {
    const most = (attempt: number) =>
      backoffMs({ attempt, fraction: 0.999_999, spreadMs: null, retryAfterMs: null })
    expect([1, 2, 3, 6, 7, 1_000].map(most)).toEqual([499, 999, 1_999, 15_999, 19_999, 19_999])
    expect(backoffMs({ attempt: 5, fraction: 0, spreadMs: null, retryAfterMs: null })).toBe(0)
  })

  it('never leaves its bounds, and what the server asks for is a lower bound', () => {
    const attempts = fc.integer({ min: 1, max: 10_000 })
    const retry = fc.option(fc.integer({ min: 0, max: 100_000 }), { nil: null })
    fc.assert(
      fc.property(attempts, fraction, retry, (attempt, drawn, retryAfterMs) => {
        const ms = backoffMs({ attempt, fraction: drawn, spreadMs: null, retryAfterMs })
        expect(ms).toBeGreaterThanOrEqual(retryAfterMs ?? 0)
        expect(ms).toBeLessThanOrEqual((retryAfterMs ?? 0) + 20_000)
      }),
    )
  })

  it('draws the first attempt after losing a server from what that server said', () => {
    expect(backoffMs({ attempt: 1, fraction: 0.5, spreadMs: 20_000, retryAfterMs: null })).toBe(10_000)
  })
})
