import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Channel } from '../../src-shared/protocol/channels.ts'
import { streamDefaults } from '../../src-shared/protocol/limits.ts'
import type { Clock } from '../clock.ts'
import { textBytes, type LogStore, type StoredEntry } from '../log/log-store.ts'
import { createFeedTail } from './feed-tail.ts'
import { Follower, type FollowerContext, type FollowerOutlet } from './follower.ts'
import type { FrameEncoding } from './frame-encoding.ts'
import { ReaderGroup, type EphemeralFrame } from './reader-group.ts'
import { maxFrameBytes, type ReaderContext, type ReaderState } from './reader.ts'
import { SharedReads } from './shared-reads.ts'
import type { Subscription } from './subscription.ts'

/** Readers that come back in one second after a crash: what a handshake costs, with room for work. */
const returningPerSecond = streamDefaults.maxHandshakesPerSecond
const leastSpreadMs = 500

export interface HubOptions {
  store: LogStore
  clock: Clock
  /** From 0 to 1: spreads the first heartbeats. */
  random(): number
  heartbeatMs: number
  /** Live batches are compressed too, for connections that agreed on compression. */
  compressLive: boolean
  /** Called when the log cannot be read for those who wait at the head. */
  onError(error: unknown): void
}

/** Wakes the readers when the log has grown, and makes each batch once for all that wait at the head. */
export class Hub {
  readonly context: FollowerContext
  readonly #options: HubOptions
  readonly #groups = new Map<string, ReaderGroup>()
  readonly #followers = new Map<Follower, ReaderGroup>()
  readonly #stopListening: () => void
  #position: number
  #polls = 0
  #isDelivering = false
  #isClosed = false

  constructor(options: HubOptions) {
    const { store, clock } = options
    this.#options = options
    const context: ReaderContext = {
      store,
      clock,
      tail: createFeedTail(store),
      spreadMs: () => this.spreadMs(),
    }
    this.context = { ...context, reads: new SharedReads(context, () => clock.monotonic()) }
    this.#position = store.head()
    this.#stopListening = store.onCommit(() => this.wake())
  }

  get readers(): number {
    return this.#followers.size
  }

  /** Polls that are being answered or held. */
  get polls(): number {
    return this.#polls
  }

  /** So many milliseconds that the readers of now, those who poll included, come back at no more than 50 a second. */
  spreadMs(): number {
    const readers = this.#followers.size + this.#polls
    return Math.max(leastSpreadMs, Math.ceil((readers / returningPerSecond) * 1000))
  }

  /** Counts a poll as a reader for as long as `answer` takes. */
  async whilePolled<T>(answer: () => Promise<T>): Promise<T> {
    this.#polls += 1
    try {
      return await answer()
    } finally {
      this.#polls -= 1
    }
  }

  /** Adds a reader and starts to feed it. */
  join(state: ReaderState, outlet: FollowerOutlet): Follower {
    const { clock, random, heartbeatMs } = this.#options
    const follower = new Follower(this.context, state, outlet, clock.monotonic() + random() * heartbeatMs)
    this.#enter(follower)
    follower.pump()
    return follower
  }

  leave(follower: Follower): void {
    follower.close()
    this.#exit(follower)
  }

  /** Puts a follower where its new subscription belongs. */
  regroup(follower: Follower): void {
    if (!this.#followers.has(follower)) return
    this.#exit(follower)
    this.#enter(follower)
  }

  /** Sends an ephemeral frame to the readers of this channel that take it at once; the others do without. */
  tell(channel: Channel, frame: EphemeralFrame): void {
    for (const group of this.#groups.values()) group.tell(channel, frame)
  }

  /** Looks for what is new; after a failed read too, so call it now and then. */
  wake(): void {
    if (this.#isDelivering || this.#isClosed || this.#position >= this.#options.store.head()) return
    this.#isDelivering = true
    this.#deliver()
      .then(() => {
        this.#isDelivering = false
        this.wake()
      })
      .catch((error: unknown) => {
        this.#isDelivering = false
        this.#options.onError(error)
      })
  }

  close(): void {
    this.#isClosed = true
    this.#stopListening()
    for (const follower of this.#followers.keys()) follower.close()
    this.#followers.clear()
    this.#groups.clear()
  }

  async #deliver(): Promise<void> {
    const { store } = this.#options
    while (this.#position < store.head() && !this.#isClosed) {
      const from = this.#position
      if (from < store.oldestCursor() || !this.#isAwaited(from)) {
        // Forgotten before it was delivered, which each reader has to find out for itself; or more than any of them takes
        // at once: then each reads on at its own pace.
        this.#position = store.head()
        for (const follower of this.#followers.keys()) follower.pump()
        continue
      }
      const upTo = Math.min(store.head(), from + streamDefaults.maxBatchEntries)
      const read = await store.read(from, upTo, upTo - from)
      const entries = upToOneFrame(read)
      const to = entries.length < read.length ? (entries.at(-1)?.seq ?? upTo) : upTo
      this.#position = to
      for (const group of this.#groups.values()) group.deliver(from, to, entries)
      // A commit can be of tens of thousands.
      if (to < store.head()) await nextTurn()
    }
  }

  #isAwaited(from: number): boolean {
    for (const follower of this.#followers.keys()) if (follower.isWaitingAt(from)) return true
    return false
  }

  #enter(follower: Follower): void {
    const { subscription } = follower
    const { encoding } = follower.outlet
    const key = groupKey(subscription, encoding)
    const group = this.#groups.get(key) ?? this.#createGroup(subscription, encoding)
    this.#groups.set(key, group)
    group.members.add(follower)
    this.#followers.set(follower, group)
  }

  #createGroup(subscription: Subscription, encoding: FrameEncoding): ReaderGroup {
    return new ReaderGroup(this.context, subscription, encoding, this.#options.compressLive)
  }

  #exit(follower: Follower): void {
    const group = this.#followers.get(follower)
    this.#followers.delete(follower)
    group?.members.delete(follower)
    if (group?.members.size !== 0) return
    for (const [key, known] of this.#groups) if (known === group) this.#groups.delete(key)
  }
}

function groupKey(subscription: Subscription, encoding: FrameEncoding): string {
  return `${encoding.subprotocol} ${subscription.key}`
}

/** A burst goes out in several messages, so that a reader that stops reading holds none of an unbounded size. */
function upToOneFrame(entries: readonly StoredEntry[]): readonly StoredEntry[] {
  let bytes = 0
  for (const [index, entry] of entries.entries()) {
    bytes += textBytes(entry)
    if (bytes >= maxFrameBytes) return entries.slice(0, index + 1)
  }
  return entries
}
