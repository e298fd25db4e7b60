import type { Clock } from '../ports.ts'
import type { Transport } from './transport.ts'

type Kind = Transport['kind']

/**
 * How long long polling is kept before WebSockets are tried again: soon after they failed for the first time (it may
 * have been the server that was starting), then more rarely, because each trial costs seconds without a stream; in ms.
 */
const retryAfterMs = [30_000, 120_000, 600_000] as const
const longest = 2
/** Where WebSockets have passed before, it takes so many failures in a row to doubt it. */
const doubtsNeeded = 2

interface Way {
  longPollWorks: boolean
  webSocketHasPassed: boolean
  /** WebSockets did not pass: the next attempt polls. */
  isTrial: boolean
  doubts: number
  step: number
  /** Monotonic. */
  retryAt: number
}

export interface WayMemoryOptions {
  clock: Clock
  /** Networks in which long polling was what worked, from earlier runs. */
  remembered: readonly string[]
  /** Keeps for later runs whether this network needs long polling. */
  keep: (network: string, needsLongPoll: boolean) => void
}

/** Which way to a server works from which network: WebSocket first, and long polling where it does not pass. */
export class WayMemory {
  readonly #options: WayMemoryOptions
  readonly #ways = new Map<string, Way>()

  constructor(options: WayMemoryOptions) {
    this.#options = options
    for (const network of options.remembered) {
      const way = this.#wayOf(network)
      way.longPollWorks = true
      way.step = longest
      way.retryAt = options.clock.monotonic() + retryAfterMs[longest]
    }
  }

  choose(network: string): Kind {
    const way = this.#wayOf(network)
    if (way.isTrial) return 'longPoll'
    return way.longPollWorks && this.#options.clock.monotonic() < way.retryAt ? 'longPoll' : 'websocket'
  }

  /** A frame has come back. */
  passed(network: string, kind: Kind): void {
    const way = this.#wayOf(network)
    way.isTrial = false
    way.doubts = 0
    if (kind === 'longPoll') {
      if (!way.longPollWorks) this.#options.keep(network, true)
      way.longPollWorks = true
      way.retryAt = this.#options.clock.monotonic() + (retryAfterMs[way.step] ?? retryAfterMs[longest])
    } else {
      if (way.longPollWorks) this.#options.keep(network, false)
      way.longPollWorks = false
      way.webSocketHasPassed = true
      way.step = 0
    }
  }

  /** An attempt ended before a frame came; `isBlocked`: as if something in between did not let it pass. */
  failed(network: string, kind: Kind, isBlocked: boolean): void {
    const way = this.#wayOf(network)
    way.isTrial = false
    if (kind === 'longPoll') {
      way.doubts = 0
      way.retryAt = -Infinity
    } else if (way.longPollWorks) {
      way.isTrial = true
      way.step = Math.min(way.step + 1, longest)
    } else if (isBlocked) {
      way.doubts += 1
      way.isTrial = !way.webSocketHasPassed || way.doubts >= doubtsNeeded
    }
  }

  /** In how many ms WebSockets are to be tried again while polling. */
  retryInMs(network: string): number {
    return Math.max(0, this.#wayOf(network).retryAt - this.#options.clock.monotonic())
  }

  /** The network may be another now: WebSockets are tried with the next attempt. */
  reconsider(): void {
    for (const way of this.#ways.values()) {
      way.retryAt = -Infinity
      way.isTrial = false
    }
  }

  #wayOf(network: string): Way {
    const known = this.#ways.get(network)
    if (known) return known
    const way: Way = {
      longPollWorks: false,
      webSocketHasPassed: false,
      isTrial: false,
      doubts: 0,
      step: 0,
      retryAt: -Infinity,
    }
    this.#ways.set(network, way)
    return way
  }
}

/** A server's address and the proxy on the way to it, without any credentials. */
export function networkKey(url: string, proxyUrl: string | null): string {
  return `${new URL(url).origin} via ${proxyUrl === null ? 'no proxy' : new URL(proxyUrl).host}`
}
