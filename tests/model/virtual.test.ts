import fc from 'fast-check'
import { expect, it } from 'vitest'
import { virtualActions } from './model-actions.ts'
import { VirtualWorld } from './virtual-world.ts'

/** More with WATCHFLOOR_MODEL_CASES, from a place of one's own with WATCHFLOOR_MODEL_SEED; a failure prints its seed. */
const cases = Number(process.env['WATCHFLOOR_MODEL_CASES'] ?? 2_000)
const seed = Number(process.env['WATCHFLOOR_MODEL_SEED'] ?? Date.now() % 2 ** 31)
/** On an idle machine 2,000 cases take 30 s; a busy one does fewer in 44 s. */
const withinMs = cases * 22

it(
  'keeps every promise whatever happens in whatever order, on a virtual clock',
  async () => {
    const end = performance.now() + withinMs
    let done = 0
    await fc.assert(
      fc.asyncProperty(virtualActions, fc.nat(), async (actions, random) => {
        if (performance.now() > end) return
        const world = new VirtualWorld(random)
        try {
          expect(await world.run(actions)).toEqual([])
          done += 1
        } finally {
          await world.close()
        }
      }),
      { numRuns: cases, seed },
    )
    // On a machine that is ten times slower too.
    expect(done).toBeGreaterThanOrEqual(Math.ceil(cases / 20))
  },
  withinMs + 120_000,
)
