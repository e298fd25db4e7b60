import type { SecureContext } from 'node:tls'
import { jsonCodec } from '../../../src-shared/protocol/codec.ts'
import { msgpackCodec } from '../../../src-shared/protocol/msgpack-codec.ts'
import type { Clock } from '../ports.ts'
import type { StoreClient } from '../store/store-client.ts'
import { AdaptiveTransport } from './adaptive-transport.ts'
import { createLongPollTransport } from './long-poll-transport.ts'
import type { Transport } from './transport.ts'
import { WayMemory } from './way-memory.ts'
import { createWebSocketTransport } from './websocket-transport.ts'

/** In the order in which they are offered. */
const codecs = [jsonCodec, msgpackCodec]

/** Makes each site its transport; what works from which network is known to all of them, and kept. */
export async function createTransports(
  clock: Clock,
  store: StoreClient,
  certificates: () => SecureContext,
): Promise<() => Transport> {
  const webSocket = createWebSocketTransport(certificates, codecs)
  const longPoll = createLongPollTransport(certificates)
  const ways = new WayMemory({
    clock,
    remembered: await store.request('longPollNetworks', null),
    keep: (network, needsLongPoll) => {
      // Not kept means found out again, no more.
      store.request('keepWay', { network, needsLongPoll }).catch(() => undefined)
    },
  })
  return () => new AdaptiveTransport({ clock, ways, webSocket, longPoll })
}
