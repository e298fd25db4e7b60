import fc from 'fast-check'
import { expect, it } from 'vitest'
import { socketActions } from './model-actions.ts'
import { SocketWorld } from './socket-world.ts'

/** A hundredth of what the virtual clock does in the same time, and at most this long, in ms. */
const cases = Math.ceil(Number(process.env['WATCHFLOOR_MODEL_CASES'] ?? 2_400) / 100)
const seed = Number(process.env['WATCHFLOOR_MODEL_SEED'] ?? Date.now() % 2 ** 31)
const withinMs = Math.max(50_000, cases * 2_000)

it(
  'keeps every promise whatever happens in whatever order, on real sockets',
  async () => {
    await fc.assert(
      fc.asyncProperty(socketActions, async (actions) => {
        const world = await SocketWorld.start()
        try {
          expect(await world.run(actions)).toEqual([])
        } finally {
          await world.close()
        }
      }),
      // A failure is shown as it came: on real sockets it hardly comes again with less.
      { numRuns: cases, seed, interruptAfterTimeLimit: withinMs, endOnFailure: true },
    )
  },
  withinMs + 60_000,
)
