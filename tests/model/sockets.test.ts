import fc from 'fast-check'
import { expect, it } from 'vitest'
import { socketActions, type ModelAction } from './model-actions.ts'
import { SocketWorld } from './socket-world.ts'

/** Of the cases on the virtual clock (WATCHFLOOR_MODEL_CASES) a hundredth, within the time; the seed is printed with a failure. */
const cases = Math.ceil(Number(process.env['WATCHFLOOR_MODEL_CASES'] ?? 2_400) / 100)
const seed = Number(process.env['WATCHFLOOR_MODEL_SEED'] ?? Date.now() % 2 ** 31)
const withinMs = Math.max(45_000, cases * 2_000)

/** A network that takes everything and gives nothing, for long enough to be a lie: whatever else chance brings. */
const silence: ModelAction[] = [
  { kind: 'ingest', events: [{ key: 0, action: 'trigger', severity: 0 }] },
  { kind: 'pass', ms: 300 },
  { kind: 'stall', who: 0, direction: 'both' },
  { kind: 'ingest', events: [{ key: 1, action: 'trigger', severity: 1 }] },
  { kind: 'pass', ms: 1_800 },
]

it(
  'keeps every promise whatever happens in whatever order, on real sockets',
  async () => {
    const end = performance.now() + withinMs
    let done = 0
    await fc.assert(
      fc.asyncProperty(socketActions, async (actions) => {
        // A slow machine does fewer: each waits for real intervals.
        if (performance.now() > end) return
        const world = await SocketWorld.start()
        try {
          expect(await world.run(actions)).toEqual([])
          done += 1
        } finally {
          await world.close()
        }
      }),
      // A failure is shown as it came: on real sockets it hardly comes again with less.
      { numRuns: cases, seed, endOnFailure: true, examples: [[silence]] },
    )
    expect(done).toBeGreaterThanOrEqual(Math.ceil(cases / 10))
  },
  withinMs + 60_000,
)
