import type { Cancel, Clock } from '../ports.ts'
import type { Ending } from './state-machine.ts'
import type { Transport, TransportEvents, TransportLink, TransportTarget } from './transport.ts'
import { networkKey, type WayMemory } from './way-memory.ts'

/** An attempt that was given up after this long without a frame counts as blocked, in ms. */
const passMs = 5_000

export interface AdaptiveOptions {
  clock: Clock
  ways: WayMemory
  webSocket: Transport
  longPoll: Transport
}

/** One site's transport: the way that passes from this network, one at a time. */
export class AdaptiveTransport implements Transport {
  readonly #options: AdaptiveOptions
  #kind: Transport['kind'] = 'websocket'
  /** Ends a long poll in favour of a WebSocket; null while there is none. */
  #leavePolling: (() => void) | null = null

  constructor(options: AdaptiveOptions) {
    this.#options = options
  }

  /** Of the newest attempt. */
  get kind(): Transport['kind'] {
    return this.#kind
  }

  open(target: TransportTarget, events: TransportEvents): TransportLink {
    const { clock, ways, webSocket, longPoll } = this.#options
    const network = networkKey(target.url, target.proxyUrl)
    const kind = ways.choose(network)
    this.#kind = kind
    const openedAt = clock.monotonic()
    let hasPassed = false
    let isOver = false
    let cancelRetry: Cancel = () => undefined
    const end = (): void => {
      isOver = true
      cancelRetry()
      this.#leavePolling = null
    }
    const leave = (): void => {
      if (isOver) return
      end()
      link.drop()
      events.onEnd(tryingAgain)
    }
    const pass = (): void => {
      hasPassed = true
      ways.passed(network, kind)
      if (kind === 'websocket') return
      this.#leavePolling = leave
      cancelRetry = clock.setTimer(ways.retryInMs(network), leave)
    }
    const link = (kind === 'websocket' ? webSocket : longPoll).open(target, {
      onOpen: () => events.onOpen(),
      onHeard: () => events.onHeard(),
      onFrame: (frame) => {
        if (isOver) return
        if (!hasPassed) pass()
        events.onFrame(frame)
      },
      onEnd: (ending) => {
        if (isOver) return
        end()
        if (!hasPassed) ways.failed(network, kind, ending.isBlocked === true)
        events.onEnd(ending)
      },
    })
    return {
      send: (frame) => link.send(frame),
      setPaused: (isPaused) => link.setPaused(isPaused),
      drop: () => {
        const isSilent = !hasPassed && clock.monotonic() - openedAt >= passMs
        if (!isOver && isSilent) ways.failed(network, kind, true)
        end()
        link.drop()
      },
      get roundTripMs() {
        return link.roundTripMs ?? null
      },
    }
  }

  reconsider(): void {
    this.#options.ways.reconsider()
    this.#leavePolling?.()
  }
}

const tryingAgain: Ending = { message: 'trying a WebSocket again', retry: 'now', retryAfterMs: null }
