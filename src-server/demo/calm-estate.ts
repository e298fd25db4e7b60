import { demoBeginning, demoStep } from './calm-plan.ts'
import type { DemoStage } from './demo-stage.ts'

const sender = { source: 'demo-estate', kind: 'events' } as const
/** Something happens in the estate about this often: alive, but no flood. */
const stepMs = 6_000

/** Some small trouble from the first second on and between the stories. Rejects when the demo is stopped. */
export async function playCalm(stage: DemoStage): Promise<void> {
  let { state, events } = demoBeginning()
  for (;;) {
    const sayings = events.map((body) => ({ atMs: 0, body }))
    await stage.send(sender, sayings)
    // Between half and one and a half steps: nothing real ticks evenly.
    await stage.wait(stepMs * (0.5 + stage.random()))
    ;({ state, events } = demoStep(state, stage.random))
  }
}
