import type { Channel } from '../../src-shared/protocol/channels.ts'
import type { ServerFrame } from '../../src-shared/protocol/frames.ts'
import type { StoredEntry } from '../log/log-store.ts'
import { selectAll } from './batch-selection.ts'
import { compressMessageNow } from './compressed-message.ts'
import type { Follower } from './follower.ts'
import type { FrameEncoding } from './frame-encoding.ts'
import { batchFrame, type ReaderContext } from './reader.ts'
import type { Subscription } from './subscription.ts'

/** Carries no seq, may be dropped, changes no stored state. */
export type EphemeralFrame = Extract<ServerFrame, { type: 'progress' }>

/** Smaller live messages are not worth compressing, even where that is asked for. */
const minCompressedBytes = 512

/** Followers with equal subscriptions and the same encoding: at the head one message serves them all. */
export class ReaderGroup {
  readonly members = new Set<Follower>()
  readonly #context: ReaderContext
  readonly #subscription: Subscription
  readonly #encoding: FrameEncoding
  readonly #compressLive: boolean

  /** `compressLive`: members whose connections agreed on compression get live batches compressed. */
  constructor(
    context: ReaderContext,
    subscription: Subscription,
    encoding: FrameEncoding,
    compressLive: boolean,
  ) {
    this.#compressLive = compressLive
    this.#context = context
    this.#subscription = subscription
    this.#encoding = encoding
  }

  /** Hands the entries `(from, to]` to each member that waits at `from`; the others read on for themselves. */
  deliver(from: number, to: number, entries: readonly StoredEntry[]): void {
    const wanted = selectAll(entries, this.#subscription)
    // Members that were passed over by earlier commits hold older cursors: a message for each of these.
    const messages = new Map<number, Buffer>()
    const compressed = new Map<number, Buffer>()
    for (const member of this.members) {
      if (!member.isWaitingAt(from)) {
        member.pump()
      } else if (wanted.length === 0) {
        member.passOver(to)
      } else {
        const { position } = member
        const message =
          messages.get(position) ?? this.#encoding.encode(batchFrame(this.#context, position, to, wanted))
        messages.set(position, message)
        if (this.#compressLive && member.outlet.takesCompressed && message.length >= minCompressedBytes) {
          const smaller = compressed.get(position) ?? compressMessageNow(message)
          compressed.set(position, smaller)
          member.deliver(smaller, to)
        } else {
          member.deliver(message, to)
        }
      }
    }
  }

  /** Sends the frame to those who follow this channel and are not behind. */
  tell(channel: Channel, frame: EphemeralFrame): void {
    if (!this.#subscription.channels.includes(channel)) return
    const message = this.#encoding.encode(frame)
    for (const member of this.members) {
      if (member.outlet.unsentBytes() === 0) member.outlet.send(message)
    }
  }
}
