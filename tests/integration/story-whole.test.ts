import { afterEach, describe, expect, it } from 'vitest'
import { latestMs, openStoryStage, tellAndCompare, type StoryStage } from '../support/story-stage.ts'
import { streamNames } from '../support/story-teller.ts'

let stage: StoryStage
afterEach(() => stage.dispose())

const stalling = Object.fromEntries(streamNames.map((name) => [name, { lagMs: 0, stallMs: latestMs }]))

describe('the story, told whole', () => {
  it.each([
    { how: 'by punctual senders', seed: 1, lateness: {} },
    { how: 'by senders whose queues stand still for up to 20 s', seed: 2, lateness: stalling },
  ])(
    '$how ends in the three incidents of docs/story.md',
    async ({ seed, lateness }) => {
      stage = await openStoryStage()
      const { triggers } = await tellAndCompare(stage, { seed, lateness, thinnedToMs: 0 })
      // 40,000 events in five minutes, without the ends of the line, with the canary before.
      expect(triggers).toBe(40_000 - 18 + 1)
    },
    180_000,
  )
})
