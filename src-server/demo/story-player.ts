import type { DemoStage } from './demo-stage.ts'
import { DueSayings } from './due-sayings.ts'
import { watchdogAt, watchdogEveryMs } from './story/alertmanager.ts'
import { maintenance, maintenancePlan } from './story/maintenance.ts'
import { at, type StoryRun } from './story/script.ts'
import { storySenders } from './story/senders.ts'

/** From one telling to the next: the estate is calm for long enough that each is a story of its own. */
export const loopMs = at('20:00')
const tickMs = 250
/** What is sent at once lies less far apart than the story leaves room for, however long the machine was busy or asleep. */
const longestStepMs = 15_000

/** Where a telling is. */
export interface StoryPosition {
  release: string
  atMs: number
}

/**
 * Tells the story again and again, so many times faster than it is written; `onPosition` hears where it is. When the server does not keep up, the
 * story waits for it. Rejects when the demo is stopped.
 */
export async function playStories(
  stage: DemoStage,
  speed: number,
  onPosition: (position: StoryPosition) => void,
): Promise<void> {
  // A demo that was killed could not end its window.
  for (const windowId of await stage.ownWindows()) await stage.act({ kind: 'endMaintenance', windowId })
  for (let telling = 1; ; telling += 1) await tellOnce(stage, speed, `2026.48.${telling}`, onPosition)
}

async function tellOnce(
  stage: DemoStage,
  speed: number,
  release: string,
  onPosition: (position: StoryPosition) => void,
): Promise<void> {
  const { clock } = stage
  let atMs = 0
  let looked = clock.monotonic()
  let beganAt = clock.now()
  const run: StoryRun = {
    id: stage.randomId(),
    release,
    random: stage.random,
    instantOf: (moment) => beganAt + moment / speed,
  }
  const parts = storySenders.map((sender) => ({ sender, due: new DueSayings(sender.say(run)) }))
  const operator = createOperator(stage, speed)
  try {
    while (atMs < loopMs) {
      onPosition({ release, atMs })
      await stage.wait(tickMs)
      const now = clock.monotonic()
      atMs += Math.min((now - looked) * speed, longestStepMs)
      looked = now
      beganAt = clock.now() - atMs / speed
      await Promise.all([
        operator.actUntil(atMs),
        ...parts.map(({ sender, due }) => stage.send(sender, due.takeUntil(atMs))),
      ])
    }
  } finally {
    // The next telling plans a window of its own; one that is left would hide its end.
    await operator.leave()
  }
}

/** The operator of the story: plans the window, and ends it when the work is done. */
function createOperator(stage: DemoStage, speed: number) {
  let windowId: string | null = null
  let isPlanned = false
  const leave = async (): Promise<void> => {
    if (windowId === null) return
    const id = windowId
    windowId = null
    await stage.act({ kind: 'endMaintenance', windowId: id })
  }
  return {
    /** Does what the script has for this moment. */
    actUntil: async (atMs: number): Promise<void> => {
      if (!isPlanned && atMs >= maintenance.planMs) {
        isPlanned = true
        const plan = maintenancePlan(stage.clock.now(), speed)
        const result = await stage.act({ kind: 'planMaintenance', windowId: null, seen: null, plan })
        windowId = result?.madeId ?? null
      }
      if (atMs >= maintenance.endMs) await leave()
    },
    /** Ends the window, if one is on. */
    leave,
  }
}

/** Alertmanager's sign of life. In real time at any speed: how often to expect it is learnt once, and kept. */
export async function playWatchdog(stage: DemoStage): Promise<void> {
  const since = stage.clock.now()
  for (;;) {
    const body = watchdogAt(since)
    await stage.send({ source: 'demo-alertmanager', kind: 'alertmanager' }, [{ atMs: 0, body }])
    await stage.wait(watchdogEveryMs)
  }
}
