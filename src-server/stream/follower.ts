import { setImmediate as nextTurn } from 'node:timers/promises'
import type { ResetReason } from '../../src-shared/protocol/frames.ts'
import { streamDefaults } from '../../src-shared/protocol/limits.ts'
import {
  batchFrame,
  isAtHead,
  lostPlace,
  movedTo,
  openReader,
  withChannels,
  type ReaderContext,
  type ReaderState,
} from './reader.ts'
import type { ReadWish, SharedReads } from './shared-reads.ts'
import type { StreamFrame } from './stream-frame.ts'
import type { Subscription } from './subscription.ts'

/**
 * Unsent bytes up to which a reader is fed. With the message that goes beyond it, which may take half of what a reader may
 * cost, and what is answered beside the batches, one that takes nothing costs a megabyte at most.
 */
const feedUpToBytes = streamDefaults.maxUnsentBytes / 4

/** What a follower needs of the connection that it feeds. */
export interface FollowerOutlet extends ReadWish {
  /** Writes a message that `encoding` has made, compressed or not. */
  send(message: Buffer): void
  /** Bytes handed to `send` that the network has not taken yet. */
  unsentBytes(): number
  /** Continuity was lost while connected: tell the client why a snapshot follows. */
  reset(reason: ResetReason): void
  /** The subscription in force has changed. */
  subscribed(subscription: Subscription): void
  /** The log cannot be read. */
  failed(error: unknown): void
}

export interface FollowerContext extends ReaderContext {
  reads: SharedReads
}

/**
 * A reader with a live connection: reads on from its cursor whenever there is something to read and the
 * connection takes it. It queues nothing; what it has not been sent is in the log.
 */
export class Follower {
  readonly outlet: FollowerOutlet
  readonly #context: FollowerContext
  #state: ReaderState
  #isReading = false
  #isClosed = false
  /** New channels, and the position from which on they may take effect. */
  #change: { subscription: Subscription; notBefore: number } | null = null
  #nextBeatAt: number
  #isPumpAsked = false

  /** `firstBeatAt`: when the first heartbeat is due, in monotonic milliseconds. */
  constructor(context: FollowerContext, state: ReaderState, outlet: FollowerOutlet, firstBeatAt: number) {
    this.#context = context
    this.#state = state
    this.outlet = outlet
    this.#nextBeatAt = firstBeatAt
  }

  get subscription(): Subscription {
    return this.#state.subscription
  }

  /** What the client holds once everything sent has arrived. */
  get position(): number {
    return this.#state.cursor.seq
  }

  /** True when the next commit after `seq` can be sent as it is, shared with others. */
  isWaitingAt(seq: number): boolean {
    return (
      !this.#isReading &&
      !this.#isClosed &&
      this.#change === null &&
      this.#state.cursor.page === undefined &&
      this.#state.scannedTo === seq &&
      !this.#isStuffed()
    )
  }

  /** Sends a batch that the hub has made for everybody at this position. */
  deliver(message: Buffer, to: number): void {
    this.outlet.send(message)
    this.#state = movedTo(this.#state, to)
  }

  /** Nothing up to `to` concerns this reader. */
  passOver(to: number): void {
    this.#state = { ...this.#state, scannedTo: to }
  }

  /** Asks for another set of channels; takes effect once the reader has reached the head of this moment. */
  subscribe(subscription: Subscription): void {
    this.#change = { subscription, notBefore: this.#context.store.head() }
    this.pump()
  }

  /**
   * Sends the empty batch that says "complete up to here", when it is due. A reader that is being fed, or whose
   * connection is full, hears of the server anyway.
   */
  beat(now: number, heartbeatMs: number): void {
    if (now < this.#nextBeatAt || !this.isWaitingAt(this.#state.scannedTo)) return
    this.#nextBeatAt = now + heartbeatMs
    const to = this.#state.scannedTo
    const frame = batchFrame(this.#context, this.position, to, [])
    this.deliver(this.outlet.encoding.encode(frame), to)
  }

  /** Reads on, if there is something to read and nobody is at it. Call it after commits and when a socket drained. */
  pump(): void {
    this.#isPumpAsked = this.#isReading
    if (this.#isReading || this.#isClosed) return
    this.#isReading = true
    this.#readOn()
      .catch((error: unknown) => {
        if (!this.#isClosed) this.outlet.failed(error)
      })
      .finally(() => {
        this.#isReading = false
        // A commit may have come after the last look at the head, before this turn.
        if (this.#isPumpAsked) this.pump()
      })
  }

  close(): void {
    this.#isClosed = true
  }

  async #readOn(): Promise<void> {
    while (!this.#isClosed && !this.#isStuffed()) {
      const { store } = this.#context
      const reason = lostPlace(store, this.#state)
      if (reason !== null) {
        this.#state = openReader(this.#context, null, this.subscription).state
        this.outlet.reset(reason)
      }
      if (this.#changeChannels()) continue
      if (isAtHead(store, this.#state)) return
      await this.#sendNext()
      await nextTurn()
    }
  }

  async #sendNext(): Promise<void> {
    const { message, state } = await this.#context.reads.next(this.#state, this.outlet)
    if (this.#isClosed) return
    this.#state = state
    this.outlet.send(message)
  }

  #changeChannels(): boolean {
    const change = this.#change
    const { cursor, scannedTo } = this.#state
    if (change === null || cursor.page !== undefined || scannedTo < change.notBefore) return false
    this.#change = null
    // What was passed over is said first: the client's cursor has to be at the position of the change.
    if (scannedTo > cursor.seq) this.#sendFrame(batchFrame(this.#context, cursor.seq, scannedTo, []))
    const moved = movedTo(this.#state, scannedTo)
    this.#state = withChannels(this.#context, moved, change.subscription)
    const channels = [...change.subscription.channels]
    this.#sendFrame({ type: 'subscribed', position: scannedTo, channels })
    this.outlet.subscribed(change.subscription)
    return true
  }

  #sendFrame(frame: StreamFrame): void {
    this.outlet.send(this.outlet.encoding.encode(frame))
  }

  #isStuffed(): boolean {
    return this.outlet.unsentBytes() > feedUpToBytes
  }
}
