import type { Socket } from 'node:net'

/** What the network does to the bytes of one direction; everything is off by default. */
export interface Faults {
  /** Bytes are taken and kept back: a half-open connection, as after a pulled cable. */
  isStalled: boolean
  /** At most so many bytes in a write. */
  sliceBytes: number | null
  delayMs: number
  /** Added to the delay at random, order kept. */
  jitterMs: number
  bytesPerSecond: number | null
  /** Both sides are reset after this many bytes in this direction. */
  cutAfterBytes: number | null
}

export const noFaults: Faults = {
  isStalled: false,
  sliceBytes: null,
  delayMs: 0,
  jitterMs: 0,
  bytesPerSecond: null,
  cutAfterBytes: null,
}

/** What a network keeps on the way before the sender feels it, in bytes. */
const holdsAtMost = 64 * 1_024

interface Part {
  bytes: Buffer
  dueAt: number
}

/** One direction of a connection under its faults. */
export class FaultPump {
  readonly #from: Socket
  readonly #to: Socket
  readonly #faults: () => Faults
  readonly #random: () => number
  readonly #cut: () => void
  #held: Part[] = []
  #heldBytes = 0
  #carriedBytes = 0
  #isEnded = false
  #isBusy = false

  /** `cut` is called when `cutAfterBytes` are through. */
  constructor(from: Socket, to: Socket, faults: () => Faults, random: () => number, cut: () => void) {
    this.#from = from
    this.#to = to
    this.#faults = faults
    this.#random = random
    this.#cut = cut
    from.on('data', (bytes: Buffer) => this.#take(bytes))
    from.on('end', () => {
      this.#isEnded = true
      this.look()
    })
  }

  /** Looks again, after the faults changed. */
  look(): void {
    void this.#carry()
  }

  #take(bytes: Buffer): void {
    const { delayMs, jitterMs } = this.#faults()
    const dueAt = performance.now() + delayMs + this.#random() * jitterMs
    this.#held.push({ bytes, dueAt })
    this.#heldBytes += bytes.length
    if (this.#heldBytes > holdsAtMost) this.#from.pause()
    this.look()
  }

  async #carry(): Promise<void> {
    if (this.#isBusy) return
    this.#isBusy = true
    for (let first = this.#held[0]; first && !this.#faults().isStalled; first = this.#held[0]) {
      const { sliceBytes, bytesPerSecond } = this.#faults()
      const part = sliceBytes === null ? first.bytes : first.bytes.subarray(0, sliceBytes)
      const onTheLineMs = bytesPerSecond === null ? 0 : (part.length * 1_000) / bytesPerSecond
      const waitMs = Math.max(0, first.dueAt - performance.now()) + onTheLineMs
      if (waitMs > 0) await new Promise((resolve) => setTimeout(resolve, waitMs))
      // Else the kernel would put slices together again.
      else if (sliceBytes !== null) await new Promise((resolve) => setImmediate(resolve))
      if (this.#to.destroyed) break
      if (this.#faults().isStalled) break
      this.#put(first, part)
      const { cutAfterBytes } = this.#faults()
      if (cutAfterBytes !== null && this.#carriedBytes >= cutAfterBytes) return this.#cut()
    }
    this.#isBusy = false
    if (this.#isEnded && this.#held.length === 0 && !this.#faults().isStalled) this.#to.end()
  }

  #put(first: Part, part: Buffer): void {
    if (part.length === first.bytes.length) this.#held.shift()
    else first.bytes = first.bytes.subarray(part.length)
    this.#heldBytes -= part.length
    this.#carriedBytes += part.length
    if (this.#heldBytes <= holdsAtMost) this.#from.resume()
    this.#to.write(part)
  }
}
