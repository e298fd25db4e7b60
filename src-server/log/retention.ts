import type { Clock } from '../clock.ts'
import { createHeldClock } from './held-clock.ts'
import type { KeepRule, TimedStep } from './log-forgetting.ts'

/** A store that can forget, in small steps of at most about `most` rows each. */
export interface ForgettingStore {
  /** The beginning of the log. */
  forgetLog(rule: KeepRule, most: number): Promise<TimedStep>
  /** States of what is over, to which the log no longer goes back and which last changed before this instant. */
  forgetStates(changedBefore: number, most: number): Promise<TimedStep>
  /** Consoles whose newest command is from before this instant, with the results that are kept for them. */
  forgetClients(before: number, most: number): Promise<TimedStep>
  /** Records of who did what from before this instant. */
  forgetAudit(before: number, most: number): Promise<TimedStep>
}

/** How much is kept; 0: all of it. */
export interface Keeping {
  days: number
  entries: number
  megabytes: number
  resultDays: number
  auditDays: number
}

export interface RetentionOptions {
  store: ForgettingStore
  clock: Clock
  keep: Keeping
  /** How often it looks, in ms. */
  everyMs: number
  onError(error: unknown): void
}

/** Rows in one step: more while a step takes less of the writer's time than it may, fewer when it takes more. */
const leastRows = 200
const mostRows = 10_000
/** A step may take so long of the writer's time, in ms. */
const stepMs = 10
/**
 * Forgetting has this share of the writer's time at most. Forgetting an entry costs a fifth of taking one in, so that it keeps
 * up with whatever comes in.
 */
const share = 1 / 5
const minRestMs = 5
/** Looking through what is kept costs little: so many steps that find nothing to forget, and the rest the next time. */
const idleSteps = 20
const dayMs = 86_400_000
/**
 * States that are over stay so long at least, however small the log is kept: a monitor that repeats a problem which a
 * person resolved has to find its alert, or it would open another incident.
 */
const leastStateDays = 7

/** Nothing goes for its age before the clock has held for so long: one that is wrong for a while must not take the log with it. */
const believedAfterMs = 3_600_000

/** Forgets what is too old or too much now and then, in small steps with rests in between. Returns how to stop. */
export function startRetention(options: RetentionOptions): () => Promise<void> {
  const { store, clock, keep, everyMs, onError } = options
  let isStopped = false
  let running: Promise<void> = Promise.resolve()
  let timer: NodeJS.Timeout

  const heldClock = createHeldClock(clock)
  const stateDays = keep.days === 0 ? leastStateDays : Math.min(leastStateDays, keep.days)

  const work = async (step: (most: number) => Promise<TimedStep>): Promise<void> => {
    let rows = leastRows
    for (let idle = 0; !isStopped && idle < idleSteps;) {
      const { gone, hasMore, tookMs } = await step(rows)
      if (!hasMore) return
      idle = gone === 0 ? idle + 1 : 0
      await new Promise((resolve) => setTimeout(resolve, Math.max(minRestMs, tookMs / share - tookMs)))
      const next = tookMs < stepMs ? rows * 2 : rows / 2
      rows = Math.round(Math.min(mostRows, Math.max(leastRows, next)))
    }
  }
  const look = async (): Promise<void> => {
    // Once for all steps of a look: the clock may jump between two of them.
    const { now, heldMs } = heldClock()
    /** From before when things go that are kept for so long; null: none for now. */
    const before = (days: number): number | null =>
      days === 0 || heldMs < Math.min(believedAfterMs, days * dayMs) ? null : now - days * dayMs
    const workOnOld = async (days: number, forget: (before: number, most: number) => Promise<TimedStep>) => {
      const instant = before(days)
      if (instant !== null) await work((most) => forget(instant, most))
    }
    const rule = keepRule(keep, before(keep.days))
    await work((most) => store.forgetLog(rule, most))
    await workOnOld(stateDays, (instant, most) => store.forgetStates(instant, most))
    await workOnOld(keep.resultDays, (instant, most) => store.forgetClients(instant, most))
    await workOnOld(keep.auditDays, (instant, most) => store.forgetAudit(instant, most))
  }
  const lookLater = (): void => {
    timer = setTimeout(() => {
      running = look()
        .catch(onError)
        .finally(() => {
          if (!isStopped) lookLater()
        })
    }, everyMs)
  }
  lookLater()
  return async () => {
    isStopped = true
    clearTimeout(timer)
    await running
  }
}

function keepRule({ entries, megabytes }: Keeping, committedBefore: number | null): KeepRule {
  return {
    committedBefore,
    newest: entries === 0 ? null : entries,
    bytes: megabytes === 0 ? null : megabytes * 1_000_000,
  }
}
