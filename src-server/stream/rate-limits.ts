/** Admits at most `perSecond` in any second; `now` is monotonic milliseconds. */
export class HandshakeRate {
  readonly #perSecond: number
  #admitted: number[] = []
  #refused: number[] = []

  constructor(perSecond: number) {
    this.#perSecond = perSecond
  }

  /** Null when admitted; else after how many seconds to come back: longer when many are waiting. */
  admit(now: number): number | null {
    this.#admitted = this.#admitted.filter((at) => now - at < 1000)
    if (this.#admitted.length < this.#perSecond) {
      this.#admitted.push(now)
      return null
    }
    this.#refused = this.#refused.filter((at) => now - at < 1000)
    this.#refused.push(now)
    return Math.min(maxRetryAfterSeconds, 1 + Math.floor(this.#refused.length / this.#perSecond))
  }
}

/** No longer than the longest backoff of a client. */
const maxRetryAfterSeconds = 20

export type FrameVerdict = 'fine' | 'slowDown' | 'tooMany'

/** Counts the frames of one client in seconds: told once a second above the limit, too many at twice of it. */
export class FrameRate {
  readonly #perSecond: number
  #secondStartedAt = 0
  #count = 0

  constructor(perSecond: number) {
    this.#perSecond = perSecond
  }

  count(now: number): FrameVerdict {
    if (now - this.#secondStartedAt >= 1000) {
      this.#secondStartedAt = now
      this.#count = 0
    }
    this.#count += 1
    if (this.#count > this.#perSecond * 2) return 'tooMany'
    return this.#count === this.#perSecond + 1 ? 'slowDown' : 'fine'
  }
}
