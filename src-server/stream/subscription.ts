import { createHash } from 'node:crypto'
import {
  channelSetKey,
  createChannelMatcher,
  type Channel,
  type ChannelMatch,
  type EntryRoute,
} from '../../src-shared/protocol/channels.ts'

/** A set of channels, made ready for deciding many entries. */
export interface Subscription {
  /** Sorted, without repeats. */
  channels: readonly Channel[]
  /** The same for equal sets. */
  key: string
  /** Short form of `key`, for cursors. */
  hash: string
  match(route: EntryRoute): ChannelMatch
  /** True when events that it is too late for may be skipped. */
  isTail: boolean
}

export function createSubscription(channels: readonly Channel[]): Subscription {
  const key = channelSetKey(channels)
  const sorted = key.split(',')
  return {
    channels: sorted,
    key,
    hash: createHash('sha256').update(key).digest('hex').slice(0, 12),
    match: createChannelMatcher(sorted),
    isTail: sorted.includes('feed:tail') && !sorted.includes('feed:all'),
  }
}
