import type { Clock } from '../clock.ts'
import type { KeepRule } from './log-forgetting.ts'

/** A store that can forget the beginning of its log. */
export interface ForgettingStore {
  /** One small step; resolves with how many entries it went over, fewer than `most` when there is no more to do. */
  forget(rule: KeepRule, most: number): Promise<number>
}

export interface RetentionOptions {
  store: ForgettingStore
  clock: Clock
  /** 0: for ever. */
  keepDays: number
  /** 0: any number. */
  keepEntries: number
  /** How often it looks, in ms. */
  everyMs: number
  onError(error: unknown): void
}

/** Entries in one step: some milliseconds of the writer's time. */
const stepEntries = 200
/** After each step the writer is left alone for so many times as long as the step took. */
const restTimes = 4
const minRestMs = 5
const dayMs = 86_400_000

/** Forgets what is too old now and then, in small steps with rests in between. Returns how to stop. */
export function startRetention(options: RetentionOptions): () => Promise<void> {
  const { store, clock, keepDays, keepEntries, everyMs, onError } = options
  if (keepDays === 0 && keepEntries === 0) return async () => undefined
  let isStopped = false
  let running: Promise<void> = Promise.resolve()
  let timer: NodeJS.Timeout

  const look = async (): Promise<void> => {
    while (!isStopped) {
      const startedAt = clock.monotonic()
      const rule: KeepRule = {
        committedBefore: keepDays === 0 ? null : clock.now() - keepDays * dayMs,
        newest: keepEntries === 0 ? null : keepEntries,
      }
      if ((await store.forget(rule, stepEntries)) < stepEntries) return
      const restMs = Math.max(minRestMs, restTimes * (clock.monotonic() - startedAt))
      await new Promise((resolve) => setTimeout(resolve, restMs))
    }
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
