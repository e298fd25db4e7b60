import type { Cancel, Clock } from '../../src-main/core/ports.ts'

/** Turns of the loop without any activity after which nothing is under way: a group commit needs two. */
const quietTurns = 3
/** 2026-11-23 14:00:00 UTC. */
const start = Date.UTC(2026, 10, 23, 14, 0, 0)

interface Timer {
  dueAt: number
  order: number
  run: () => void
}

/**
 * A clock that only moves when a test says so. Work that was begun ends at the instant at which it began: between two
 * timers the loop turns until nothing happens any more, so that a run depends on its actions alone.
 */
export class VirtualTime implements Clock {
  readonly #timers = new Set<Timer>()
  #elapsedMs = 0
  #wallOffsetMs = 0
  #order = 0
  #activity = 0

  now(): number {
    return start + this.#elapsedMs + this.#wallOffsetMs
  }

  monotonic(): number {
    return this.#elapsedMs
  }

  setTimer(afterMs: number, run: () => void): Cancel {
    const timer = { dueAt: this.#elapsedMs + Math.max(0, afterMs), order: ++this.#order, run }
    this.#timers.add(timer)
    return () => void this.#timers.delete(timer)
  }

  /** The wall clock jumps, as after a sleep or by a clumsy hand. */
  jump(ms: number): void {
    this.#wallOffsetMs += ms
  }

  /** Says that something happened in this turn of the loop: the next timer waits. */
  stir(): void {
    this.#activity += 1
  }

  /** Lets so many milliseconds pass; calls `look` after each instant at which something was due. */
  async pass(ms: number, look: () => void = () => undefined): Promise<void> {
    const end = this.#elapsedMs + ms
    await this.#settle()
    for (let next = this.#next(end); next !== null; next = this.#next(end)) {
      this.#elapsedMs = Math.max(this.#elapsedMs, next.dueAt)
      this.#timers.delete(next)
      next.run()
      await this.#settle()
      look()
    }
    this.#elapsedMs = end
  }

  #next(end: number): Timer | null {
    let next: Timer | null = null
    for (const timer of this.#timers) {
      if (timer.dueAt > end) continue
      if (!next || timer.dueAt < next.dueAt || (timer.dueAt === next.dueAt && timer.order < next.order))
        next = timer
    }
    return next
  }

  async #settle(): Promise<void> {
    for (let quiet = 0, seen = this.#activity; quiet < quietTurns;) {
      await new Promise((resolve) => setImmediate(resolve))
      quiet = seen === this.#activity ? quiet + 1 : 0
      seen = this.#activity
    }
  }
}
