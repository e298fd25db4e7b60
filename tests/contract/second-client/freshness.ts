import type { Welcome } from './frames.ts'

/** Decides when what a client shows may be called live. Times are of the monotonic clock, in milliseconds. */
export class Freshness {
  #staleMs = 20_000
  #heartbeatMs = 15_000
  #heardAtMs = Number.NEGATIVE_INFINITY
  /** Since when the reader is behind the head; null: at the head. */
  #behindSinceMs: number | null = Number.NEGATIVE_INFINITY

  welcomed(welcome: Welcome): void {
    this.#staleMs = welcome.staleMs
    this.#heartbeatMs = welcome.heartbeatMs
  }

  heard(): void {
    this.#heardAtMs = performance.now()
  }

  /** A batch up to `to` came while the newest was `head`. */
  reached(to: number, head: number): void {
    if (to >= head) this.#behindSinceMs = null
    else this.#behindSinceMs ??= performance.now()
  }

  lost(): void {
    this.#heardAtMs = Number.NEGATIVE_INFINITY
    this.#behindSinceMs = Number.NEGATIVE_INFINITY
  }

  isLive(): boolean {
    const nowMs = performance.now()
    const isBehind = this.#behindSinceMs !== null && nowMs - this.#behindSinceMs > this.#heartbeatMs
    return !isBehind && nowMs - this.#heardAtMs < this.#staleMs
  }
}
