import type { ClientFrame } from '../../../src-shared/protocol/frames.ts'
import type { Cancel, ConsolePorts } from '../ports.ts'
import type { ReceivedFrame } from './received-frame.ts'
import {
  idle,
  isConnected,
  transition,
  type ConnectionEvent,
  type ConnectionState,
  type Ending,
} from './state-machine.ts'
import type { Transport, TransportLink } from './transport.ts'

/** A WebSocket counts as passing only when a frame has come back over it within this, in ms. */
const openMs = 5_000
/** The computer may ask a person before it gives a token or names a proxy: longer than anyone needs to answer, in ms. */
const prepareMs = 60_000

export interface ConnectionTarget {
  url: string
  token: string
}

export interface ConnectionOptions {
  ports: Pick<ConsolePorts, 'clock' | 'randomness' | 'proxies'>
  transport: Transport
  /** Asked anew for each attempt: the address of a bundled server is another at each start. Null: none known. */
  target: () => Promise<ConnectionTarget | null>
  /** The first frame of a new connection. */
  hello: () => Promise<ClientFrame>
  onFrame: (frame: ReceivedFrame) => void
  onState: (state: ConnectionState) => void
}

/** Carries out what the state machine says, with one socket at most at any time. */
export class Connection {
  readonly #options: ConnectionOptions
  #state: ConnectionState = idle
  #link: TransportLink | null = null
  /** Counts attempts: what an older one still has to say is not heard. */
  #attempt = 0
  #cancelDue: Cancel = () => undefined
  #cancelDead: Cancel = () => undefined
  #deadMs = openMs
  #staleMs = Infinity
  #heard: { monotonicMs: number; at: number } | null = null
  #resumedAtMs: number | null = null

  constructor(options: ConnectionOptions) {
    this.#options = options
  }

  get state(): ConnectionState {
    return this.#state
  }

  /** When anything was last heard over any connection of this run. */
  get heard(): { monotonicMs: number; at: number } | null {
    return this.#heard
  }

  /** When something was heard after a silence of `staleMs` or more (monotonic); null when this connection had none. */
  get resumedAtMs(): number | null {
    return this.#resumedAtMs
  }

  /** As the transport measures it by itself; null where acknowledgements do. */
  get roundTripMs(): number | null {
    return this.#link?.roundTripMs ?? null
  }

  /** Moves the machine: `start`, `hurry`, `woke`, `changed`, `stop`, `givenUp`. */
  tell(event: ConnectionEvent): void {
    const { clock, randomness } = this.#options.ports
    const chance = { now: clock.now(), fraction: randomness.fraction() }
    const { state, effects } = transition(this.#state, event, chance)
    const hasMoved = state !== this.#state
    this.#state = state
    for (const effect of effects) {
      if (effect.kind === 'open') this.#open()
      else if (effect.kind === 'drop') this.#drop()
      else if (effect.kind === 'disarm') this.#cancelDue()
      else this.#cancelDue = clock.setTimer(effect.afterMs, () => this.tell({ kind: 'due' }))
    }
    if (!isConnected(state)) this.#cancelDead()
    if (hasMoved) this.#options.onState(state)
  }

  send(frame: ClientFrame): void {
    this.#link?.send(frame)
  }

  setPaused(isPaused: boolean): void {
    this.#link?.setPaused(isPaused)
    // While nothing is read nothing can be heard: that is this side's doing, not the server's.
    if (isPaused) this.#cancelDead()
    else this.#awaitLife()
  }

  /** Gives the connection up, whatever the socket says, and tries again by the class of the ending. */
  giveUp(ending: Ending): void {
    this.tell({ kind: 'givenUp', ending })
  }

  #open(): void {
    const attempt = ++this.#attempt
    this.#deadMs = openMs
    this.#resumedAtMs = null
    void this.#openAttempt(attempt).catch((error: unknown) => {
      if (attempt !== this.#attempt) return
      const message = error instanceof Error ? error.message : String(error)
      this.giveUp({ message, retry: 'later', retryAfterMs: null })
    })
  }

  async #openAttempt(attempt: number): Promise<void> {
    const { ports, transport, target } = this.#options
    this.#awaitComputer('the token for this server')
    const found = await target()
    if (attempt !== this.#attempt) return
    if (!found) {
      this.giveUp({ message: 'there is no token for this server', retry: 'never', retryAfterMs: null })
      return
    }
    this.#awaitComputer('which proxy to use')
    const proxyUrl = await ports.proxies.proxyFor(found.url)
    if (attempt !== this.#attempt) return
    this.#awaitLife()
    this.#link = transport.open(
      { ...found, proxyUrl },
      {
        onOpen: () => void this.#greet(attempt),
        onFrame: (frame) => this.#frame(frame),
        onHeard: () => this.#hear(),
        onEnd: (ending) => {
          this.#link = null
          this.#attempt += 1
          this.tell({ kind: 'ended', ending })
        },
      },
    )
  }

  async #greet(attempt: number): Promise<void> {
    this.tell({ kind: 'opened' })
    try {
      const hello = await this.#options.hello()
      if (attempt === this.#attempt) this.send(hello)
    } catch (error) {
      if (attempt !== this.#attempt) return
      const message = `the local store does not answer (${error instanceof Error ? error.message : String(error)})`
      this.giveUp({ message, retry: 'later', retryAfterMs: null })
    }
  }

  #frame(frame: ReceivedFrame): void {
    if (frame.type === 'welcome') {
      this.#deadMs = frame.deadMs
      this.#staleMs = frame.staleMs
      this.#awaitLife()
      this.tell({ kind: 'welcomed' })
    } else if (frame.type === 'batch' && this.#isNewSpread(frame.spreadMs)) {
      this.tell({ kind: 'spread', spreadMs: frame.spreadMs })
    }
    this.#options.onFrame(frame)
  }

  #isNewSpread(spreadMs: number): boolean {
    return this.#state.name === 'following' && this.#state.spreadMs !== spreadMs
  }

  #hear(): void {
    const { clock } = this.#options.ports
    const monotonicMs = clock.monotonic()
    const silentMs = monotonicMs - (this.#heard?.monotonicMs ?? monotonicMs)
    if (this.#state.name === 'following' && silentMs >= this.#staleMs) this.#resumedAtMs = monotonicMs
    this.#heard = { monotonicMs, at: clock.now() }
  }

  /** A key store or a proxy setting that says nothing must not leave this "connecting" for ever. */
  #awaitComputer(what: string): void {
    this.#cancelDead()
    this.#cancelDead = this.#options.ports.clock.setTimer(prepareMs, () => {
      const message = `this computer has not said for ${prepareMs / 1000} s ${what}`
      this.giveUp({ message, retry: 'later', retryAfterMs: null })
    })
  }

  /** One timer that looks how long it has been silent, instead of a new timer for each frame. */
  #awaitLife(): void {
    this.#cancelDead()
    const { clock } = this.#options.ports
    const from = clock.monotonic()
    const look = (): void => {
      const last = Math.max(this.#heard?.monotonicMs ?? from, from)
      const leftMs = this.#deadMs - (clock.monotonic() - last)
      if (leftMs > 0) {
        this.#cancelDead = clock.setTimer(leftMs, look)
        return
      }
      const message = `nothing heard from the server for ${Math.round(this.#deadMs / 1000)} s`
      this.giveUp({ message, retry: 'now', retryAfterMs: null })
    }
    this.#cancelDead = clock.setTimer(this.#deadMs, look)
  }

  #drop(): void {
    this.#attempt += 1
    this.#link?.drop()
    this.#link = null
  }
}
