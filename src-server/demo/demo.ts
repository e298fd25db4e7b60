import { failure, success, type Result } from '../../src-shared/domain/result.ts'
import type { DemoStatus, DemoStorm } from '../../src-shared/protocol/demo.ts'
import { playCalm } from './calm-estate.ts'
import { createDemoStage, type DemoDeps, type DemoStage } from './demo-stage.ts'
import type { TokenMaker } from './demo-tokens.ts'
import { playStorm } from './storm-player.ts'
import { loopMs, playStories, playWatchdog, type StoryPosition } from './story-player.ts'
import { hallStormEvents, hallStormMs } from './story/hall-storm.ts'
import { storyEndMs } from './story/script.ts'

/** What those who give a demo can ask for. */
export interface DemoControl {
  status(): DemoStatus
  /** Begins a storm; a failure while one goes on. */
  requestStorm(): Result<DemoStorm, 'busy'>
}

export interface Demo extends DemoControl {
  /** Plays to the server at this address until it is stopped. */
  start(url: string): void
  /** Resolves when nothing of it is under way any more. */
  stop(): Promise<void>
}

/** A demo of this server: a calm estate, the story in loops, and a storm on request. */
export function createDemo(tokens: TokenMaker, deps: DemoDeps, speed: number): Demo {
  const stopped = new AbortController()
  let stage: DemoStage | null = null
  let position: StoryPosition = { release: '', atMs: 0 }
  let storms = 0
  let isStorming = false
  const plays = new Set<Promise<void>>()

  const play = (playing: Promise<void>): Promise<void> => {
    const ended = playing
      .catch((error: unknown) => {
        if (!stopped.signal.aborted) deps.log.warn({ error: String(error) }, 'the demo ended early')
      })
      .finally(() => plays.delete(ended))
    plays.add(ended)
    return ended
  }

  return {
    start: (url) => {
      stage = createDemoStage(url, tokens, deps, stopped.signal)
      void play(playCalm(stage))
      void play(playWatchdog(stage))
      void play(
        playStories(stage, speed, (now) => {
          position = now
        }),
      )
    },
    stop: async () => {
      stopped.abort()
      await Promise.all(plays)
    },
    status: () => ({ speed, story: { ...position, endMs: storyEndMs, loopMs }, isStorming }),
    requestStorm: () => {
      if (isStorming || stage === null) return failure('busy', 'a storm is going on: one at a time')
      isStorming = true
      void play(playStorm(stage, storms)).finally(() => {
        isStorming = false
      })
      storms += 1
      return success({ events: hallStormEvents, forMs: hallStormMs })
    },
  }
}
