import * as z from 'zod'
import type { Channel } from '../../src-shared/protocol/channels.ts'
import type { Subscription } from './subscription.ts'

/** Where in a snapshot a reader is. The whole of it travels in the cursor's `page`: the server keeps nothing. */
export interface SnapshotPlace {
  /** The same for all pages of one snapshot. */
  id: string
  reset: boolean
  /** The page to make next, from 0. */
  page: number
  /** The store's key of the last entry of the page before; null at the beginning. */
  after: string | null
  /** The channels that it brings: all of the reader's, or those that it added. */
  channels: readonly Channel[]
}

const placeSchema = z.tuple([
  z.string().max(40),
  z.literal([0, 1]),
  z.int().min(0),
  z.string().nullable(),
  /** Which of the subscription's sorted channels it brings, one bit each, in hexadecimal. */
  z.string().regex(/^[0-9a-f]{1,16}$/),
  /** Hash of the subscription: a place is valid for one set of channels. */
  z.string().length(12),
])

export function writePlace(place: SnapshotPlace, subscription: Subscription): string {
  const bits = subscription.channels.reduce(
    (mask, channel, index) => (place.channels.includes(channel) ? mask | (1n << BigInt(index)) : mask),
    0n,
  )
  const parts: z.infer<typeof placeSchema> = [
    place.id,
    place.reset ? 1 : 0,
    place.page,
    place.after,
    bits.toString(16),
    subscription.hash,
  ]
  return Buffer.from(JSON.stringify(parts)).toString('base64url')
}

/** Null when the text was not made by `writePlace` for this subscription. */
export function readPlace(text: string, subscription: Subscription): SnapshotPlace | null {
  let value: unknown
  try {
    value = JSON.parse(Buffer.from(text, 'base64url').toString())
  } catch {
    return null
  }
  const parsed = placeSchema.safeParse(value)
  if (!parsed.success) return null
  const [id, reset, page, after, bits, hash] = parsed.data
  if (hash !== subscription.hash) return null
  const mask = BigInt(`0x${bits}`)
  const channels = subscription.channels.filter((_, index) => (mask >> BigInt(index)) & 1n)
  return channels.length === 0 ? null : { id, reset: reset === 1, page, after, channels }
}
