import type { ClientFrame } from '../../../src-shared/protocol/frames.ts'
import type { ReceivedFrame } from './received-frame.ts'
import type { Ending } from './state-machine.ts'

/** One way of reading the log: a WebSocket, long polling, or whichever of them passes. */
export interface Transport {
  readonly kind: 'websocket' | 'longPoll'
  /** Begins to connect; everything that follows comes through `events`, until `drop` or `onEnd`. */
  open(target: TransportTarget, events: TransportEvents): TransportLink
  /** The network may be another now: a better way is tried at once, where there is one. */
  reconsider?(): void
}

export interface TransportTarget {
  /** The server's address, `http://` or `https://`. */
  url: string
  token: string
  /** `http://host:port` with its login, if it wants one; null for a direct connection. */
  proxyUrl: string | null
}

export interface TransportEvents {
  onOpen(): void
  onFrame(frame: ReceivedFrame): void
  /** Bytes came, of whatever kind: the server lives. */
  onHeard(): void
  /** Once, and nothing after it. Not called after `drop`. */
  onEnd(ending: Ending): void
}

export interface TransportLink {
  send(frame: ClientFrame): void
  /** Stops reading from the network while this side is busy; the server then waits with the rest. */
  setPaused(isPaused: boolean): void
  /** Destroys it at once, without a closing handshake; nothing of it is heard any more. */
  drop(): void
  /** Where the transport measures it by itself; else acknowledgements do. */
  readonly roundTripMs?: number | null
}
