/** Admits at most `perSecond` in any second; `now` is monotonic milliseconds. */
export class HandshakeRate {
  readonly #perSecond: number
  #admitted: number[] = []
  #refused: number[] = []
  #refusedEver = 0

  constructor(perSecond: number) {
    this.#perSecond = perSecond
  }

  /** Answered with 503 so far, for whatever reason. */
  get refused(): number {
    return this.#refusedEver
  }

  countRefusal(): void {
    this.#refusedEver += 1
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

/** Seconds in a row in which a client may have to be slowed: then it is no accident. */
const maxSlowedSeconds = 10

/**
 * Counts the frames of one client in seconds. Above the limit it is to be told, once a second, and read no further until
 * the second is over; it is too many at twice the limit, as what has arrived already is read, or after ten such seconds.
 */
export class FrameRate {
  readonly #perSecond: number
  #secondStartedAt = 0
  #count = 0
  #slowedSeconds = 0

  constructor(perSecond: number) {
    this.#perSecond = perSecond
  }

  count(now: number): FrameVerdict {
    const sinceMs = now - this.#secondStartedAt
    if (sinceMs >= 1000) {
      if (this.#count <= this.#perSecond || sinceMs >= 2000) this.#slowedSeconds = 0
      this.#secondStartedAt = now
      this.#count = 0
    }
    this.#count += 1
    if (this.#count > this.#perSecond * 2) return 'tooMany'
    if (this.#count !== this.#perSecond + 1) return 'fine'
    this.#slowedSeconds += 1
    return this.#slowedSeconds > maxSlowedSeconds ? 'tooMany' : 'slowDown'
  }

  /** Milliseconds until the second that is counted is over. */
  restOfSecondMs(now: number): number {
    return Math.max(0, this.#secondStartedAt + 1000 - now)
  }
}
