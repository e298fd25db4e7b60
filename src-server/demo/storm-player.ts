import type { DemoStage } from './demo-stage.ts'
import { DueSayings } from './due-sayings.ts'
import { hallStorm, hallStormSayings } from './story/hall-storm.ts'
import type { StoryRun } from './story/script.ts'

const tickMs = 100

/** Plays the storm with this number from beginning to end, in real time at any speed of the story. */
export async function playStorm(stage: DemoStage, count: number): Promise<void> {
  const { clock } = stage
  const beganAt = clock.now()
  const began = clock.monotonic()
  const run: StoryRun = {
    id: stage.randomId(),
    release: '',
    random: stage.random,
    instantOf: (atMs) => beganAt + atMs,
  }
  const due = new DueSayings(hallStormSayings(run, count))
  const sender = { source: hallStorm.source, kind: 'events' } as const
  while (!due.isDone) {
    await stage.send(sender, due.takeUntil(clock.monotonic() - began))
    await stage.wait(tickMs)
  }
}
