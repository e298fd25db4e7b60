import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { configSchema } from '../../src-server/config.ts'
import { demoBeginning, demoStep } from '../../src-server/demo/calm-plan.ts'
import { withDemoTimes } from '../../src-server/demo/demo-config.ts'

describe('the demo estate', () => {
  it('begins with some trouble on the screen', () => {
    const { state, events } = demoBeginning()
    expect(state.size).toBeGreaterThanOrEqual(3)
    expect(new Set(events.map(({ severity }) => severity)).size).toBeGreaterThanOrEqual(3)
  })

  it('goes on with one thing at a time, and never is quiet or all broken for good', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1 }), (seed) => {
        const random = fc.sample(fc.double({ min: 0, max: 0.999, noNaN: true }), { numRuns: 400, seed })
        let index = 0
        const next = () => random[index++ % random.length] ?? 0
        let { state } = demoBeginning()
        const actions = new Set<unknown>()
        for (let step = 0; step < 150; step += 1) {
          const before = state
          const { state: after, events } = demoStep(before, next)
          expect(events.length).toBeLessThanOrEqual(1)
          for (const { action, dedupKey } of events) {
            actions.add(action)
            if (action === 'resolve') expect(before.has(String(dedupKey))).toBe(true)
          }
          state = after
        }
        expect(actions).toEqual(new Set(['trigger', 'resolve']))
      }),
      { numRuns: 20 },
    )
  })
})

describe("a demo's times", () => {
  it('shrink with the speed of its story', () => {
    const config = withDemoTimes(configSchema.parse({ demo: true, demoSpeed: 60 }))
    expect(config).toMatchObject({
      settleMs: 500,
      flapSettleMs: 5_000,
      reopenMs: 5_000,
      ackTimeoutMs: 1_800_000,
    })
  })

  it('and its log are as given where the server is no demo', () => {
    const config = configSchema.parse({ demoSpeed: 60 })
    expect(withDemoTimes(config)).toEqual(config)
  })

  it('do not let the disk fill in days of telling, unless somebody chose how much is kept', () => {
    expect(withDemoTimes(configSchema.parse({ demo: true })).logKeepEntries).toBeGreaterThan(0)
    expect(withDemoTimes(configSchema.parse({ demo: true, logKeepEntries: 7 })).logKeepEntries).toBe(7)
  })
})
