import type { Cancel } from '../../src-main/core/ports.ts'
import type { VirtualTime } from './virtual-time.ts'

/** What the network of one reader does; changes act on open links too. */
export interface VirtualFaults {
  isUpStalled: boolean
  isDownStalled: boolean
  /** Each way. */
  delayMs: number
  /** Accepts and says nothing. */
  isSilent: boolean
  isRefusing: boolean
}

export const noVirtualFaults: VirtualFaults = {
  isUpStalled: false,
  isDownStalled: false,
  delayMs: 0,
  isSilent: false,
  isRefusing: false,
}

/** One direction of a link: carries in order, later, or not at all while it is stalled. */
export class VirtualPipe {
  readonly #time: VirtualTime
  readonly #isStalled: () => boolean
  readonly #delayMs: () => number
  #held: { dueAt: number; bytes: number; arrive: () => void }[] = []
  #lastDueAt = 0
  #cancel: Cancel = () => undefined
  #isCut = false

  constructor(time: VirtualTime, isStalled: () => boolean, delayMs: () => number) {
    this.#time = time
    this.#isStalled = isStalled
    this.#delayMs = delayMs
  }

  /** On the way and not there yet. */
  get heldBytes(): number {
    return this.#held.reduce((sum, { bytes }) => sum + bytes, 0)
  }

  carry(bytes: number, arrive: () => void): void {
    if (this.#isCut) return
    this.#time.stir()
    this.#lastDueAt = Math.max(this.#lastDueAt, this.#time.monotonic() + this.#delayMs())
    this.#held.push({ dueAt: this.#lastDueAt, bytes, arrive })
    this.look()
  }

  /** Looks again, after the faults changed. */
  look(): void {
    this.#cancel()
    const first = this.#held[0]
    if (!first || this.#isCut || this.#isStalled()) return
    this.#cancel = this.#time.setTimer(first.dueAt - this.#time.monotonic(), () => this.#deliver())
  }

  /** Loses what is on the way. */
  cut(): void {
    this.#isCut = true
    this.#held = []
    this.#cancel()
  }

  #deliver(): void {
    const now = this.#time.monotonic()
    for (let first = this.#held[0]; first && first.dueAt <= now; first = this.#held[0]) {
      if (this.#isStalled()) return
      this.#held.shift()
      this.#time.stir()
      first.arrive()
    }
    this.look()
  }
}
