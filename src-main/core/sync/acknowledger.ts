import type { Cancel, Clock } from '../ports.ts'

/** Acknowledgements are at least this far apart, in ms: a storm has more batches than a server wants frames. */
const everyMs = 250

/** Acknowledges what is stored, and measures how long the answer takes. */
export class Acknowledger {
  readonly #clock: Clock
  readonly #send: (id: number, seq: number) => void
  readonly #sentAt = new Map<number, number>()
  #lastId = 0
  #lastAt = -Infinity
  #due: number | null = null
  #cancel: Cancel = () => undefined
  #roundTripMs: number | null = null
  #provenAtMs: number | null = null

  constructor(clock: Clock, send: (id: number, seq: number) => void) {
    this.#clock = clock
    this.#send = send
  }

  /** Of the newest answer; null before the first of this connection. */
  get roundTripMs(): number | null {
    return this.#roundTripMs
  }

  /** Since when the oldest answer is owed (monotonic, ms); null when none is. */
  get unansweredSinceMs(): number | null {
    return this.#sentAt.values().next().value ?? null
  }

  /** When the newest acknowledgement that has its answer was sent (monotonic, ms): all that was sent before is here. */
  get provenAtMs(): number | null {
    return this.#provenAtMs
  }

  stored(seq: number): void {
    const isScheduled = this.#due !== null
    this.#due = seq
    if (isScheduled) return
    const waitMs = everyMs - (this.#clock.monotonic() - this.#lastAt)
    if (waitMs <= 0) this.#flush()
    else this.#cancel = this.#clock.setTimer(waitMs, () => this.#flush())
  }

  /** The answer has come: the round trip is known. */
  arrived(id: number): void {
    const sentAt = this.#sentAt.get(id)
    if (sentAt !== undefined) this.#roundTripMs = Math.max(0, this.#clock.monotonic() - sentAt)
  }

  /** All that came before the answer is stored too: now it proves something. */
  answered(id: number): void {
    const sentAt = this.#sentAt.get(id)
    if (sentAt === undefined) return
    this.#provenAtMs = sentAt
    for (const earlier of [...this.#sentAt.keys()]) if (earlier <= id) this.#sentAt.delete(earlier)
  }

  /** A new connection, or none: what was sent is not answered any more. */
  reset(): void {
    this.#cancel()
    this.#due = null
    this.#sentAt.clear()
    this.#roundTripMs = null
    this.#provenAtMs = null
    this.#lastAt = -Infinity
  }

  #flush(): void {
    const seq = this.#due
    this.#due = null
    if (seq === null) return
    this.#lastAt = this.#clock.monotonic()
    this.#sentAt.set(++this.#lastId, this.#lastAt)
    this.#send(this.#lastId, seq)
  }
}
