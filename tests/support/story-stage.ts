import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'vitest'
import { storyRules } from '../../src-server/demo/story/rules.ts'
import { expectedOutcome, readStoryEnd, type StoryEnd } from './story-outcome.ts'
import { createStoryClock, tellStory, type StoryClock, type Telling } from './story-teller.ts'
import { startTestServer, type TestServer } from './test-server.ts'

/** As docs/story.md says: no sender is later than this. */
export const latestMs = 20_000

export interface StoryStage {
  server: TestServer
  clock: StoryClock
  dispose(): Promise<void>
}

/** A real server with the story's rules in its rules file, and a clock that the telling moves. */
export async function openStoryStage(): Promise<StoryStage> {
  const dataDir = await mkdtemp(join(tmpdir(), 'watchfloor-story-'))
  const rules = join(dataDir, 'rules.json')
  await writeFile(rules, JSON.stringify(storyRules))
  const clock = createStoryClock()
  const server = await startTestServer({ rules, dataDir }, { clock, timerTickMs: 2 })
  return {
    server,
    clock,
    dispose: async () => {
      await server.close()
      await rm(dataDir, { recursive: true, force: true })
    },
  }
}

/** Tells the story and compares what became of it with docs/story.md: its tables, and that no event was lost. */
export async function tellAndCompare(
  { server, clock }: StoryStage,
  telling: Telling,
): Promise<StoryEnd & { triggers: number }> {
  const triggers = await tellStory(server, clock, telling)
  const end = await readStoryEnd(server)
  expect(end.outcome).toEqual(expectedOutcome())
  expect(end.alerts.reduce((sum, { count }) => sum + count, 0)).toBe(triggers)
  return { ...end, triggers }
}
