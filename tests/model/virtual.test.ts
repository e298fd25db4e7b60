import fc from 'fast-check'
import { expect, it } from 'vitest'
import { virtualActions } from './model-actions.ts'
import { VirtualWorld } from './virtual-world.ts'

/** Cases of one run; more with WATCHFLOOR_MODEL_CASES, from a place of one's own with WATCHFLOOR_MODEL_SEED. */
const cases = Number(process.env['WATCHFLOOR_MODEL_CASES'] ?? 2_000)
const seed = Number(process.env['WATCHFLOOR_MODEL_SEED'] ?? Date.now() % 2 ** 31)

it(
  'keeps every promise whatever happens in whatever order, on a virtual clock',
  async () => {
    await fc.assert(
      fc.asyncProperty(virtualActions, fc.nat(), async (actions, random) => {
        const world = new VirtualWorld(random)
        try {
          expect(await world.run(actions)).toEqual([])
        } finally {
          await world.close()
        }
      }),
      { numRuns: cases, seed, interruptAfterTimeLimit: cases * 500 },
    )
  },
  cases * 600 + 60_000,
)
