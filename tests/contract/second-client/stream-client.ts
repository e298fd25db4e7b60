import { setTimeout as delay } from 'node:timers/promises'
import { reconnectDelayMs } from './close-class.ts'
import type { Command, CommandBody } from './commands.ts'
import { connect, type Connection, type Ended } from './connection.ts'
import type { CommandResult, Entry, ReadFrame, ServerFrame } from './frames.ts'
import { Freshness } from './freshness.ts'
import type { LocalStore } from './local-store.ts'
import { enqueueCommand, pendingCommands } from './outbox.ts'
import { Reader, sameChannels, startOf, type Outcome } from './reader.ts'

export interface StreamOptions {
  readonly url: string
  readonly token: string
  readonly store: LocalStore
  /** The set to follow; it is reached by `subscribe` when the stored cursor is of another set. */
  readonly channels: readonly string[]
  /** 1 unless told. */
  readonly protocol?: number
  /** Told of each entry once its frame is stored; `isNew` is false for what was known already. */
  readonly onEntry?: (entry: Entry, isNew: boolean) => void
  /** Told of every frame and what it meant (null for frames that move no state). */
  readonly onFrame?: (frame: ServerFrame, outcome: Outcome | null) => void
}

/** Follows a server over its WebSocket into a store, and comes back by itself until it is stopped or halted. */
export class StreamClient {
  readonly #options: StreamOptions
  readonly #reader: Reader
  readonly #freshness = new Freshness()
  readonly #waiting = new Map<string, (result: CommandResult) => void>()
  readonly #acks = new Map<number, (sentMs: number) => void>()
  readonly #stopping = new AbortController()
  #channels: readonly string[]
  #connection: Connection | null = null
  #isWelcomed = false
  #ackId = 0
  #head = 0
  #spreadMs: number | null = null
  #attempt = 1

  constructor(options: StreamOptions) {
    this.#options = options
    this.#channels = options.channels
    this.#reader = new Reader(options.store, (entry, isNew) => options.onEntry?.(entry, isNew))
  }

  /** Runs until `stop`, or until a close of class "never"; answers with how the last connection ended. */
  async run(): Promise<Ended> {
    for (;;) {
      const ended = await this.connectOnce()
      if (this.#stopping.signal.aborted) return ended
      const { closeClass, retryAfterMs } = ended
      const spreadMs = this.#spreadMs
      const delayMs = reconnectDelayMs({
        attempt: this.#attempt,
        closeClass,
        spreadMs,
        retryAfterMs,
        random: Math.random(),
      })
      if (delayMs === null) return ended
      this.#attempt += 1
      await delay(delayMs, null, { signal: this.#stopping.signal }).catch(() => null)
      if (this.#stopping.signal.aborted) return ended
    }
  }

  /** One connection, from the handshake to its end. */
  async connectOnce(): Promise<Ended> {
    const { url, token, store, protocol = 1 } = this.#options
    const greet = (): void => {
      const start = startOf(store, this.#channels)
      connection.send({
        type: 'hello',
        protocol,
        clientId: store.clientId,
        client: 'second-client 1',
        ...start,
      })
    }
    const connection = connect(url, token, greet, (frame) => this.#receive(frame))
    this.#connection = connection
    const ended = await connection.ended
    this.#connection = null
    this.#isWelcomed = false
    this.#freshness.lost()
    return ended
  }

  /** Ends for good, with code 1000. */
  stop(): void {
    this.#stopping.abort()
    this.#connection?.close()
  }

  /** Loses the connection, as a network does. */
  drop(): void {
    this.#connection?.drop()
  }

  /** True only while what is held may be called live. */
  isLive(): boolean {
    return this.#isWelcomed && this.#freshness.isLive()
  }

  /** Follows another set from now on, now or after the next welcome. */
  subscribe(channels: readonly string[]): void {
    this.#channels = channels
    if (this.#isWelcomed) this.#connection?.send({ type: 'subscribe', channels })
  }

  /** Makes a command; resolves with its result, after as many connections as it takes. */
  command(body: CommandBody): Promise<CommandResult> {
    return this.commandAgain(enqueueCommand(this.#options.store, body))
  }

  /** Sends a command that exists already. Resolves with the next result of its id. */
  commandAgain(command: Command): Promise<CommandResult> {
    const { promise, resolve } = Promise.withResolvers<CommandResult>()
    this.#waiting.set(command.id, resolve)
    if (this.#isWelcomed) this.#connection?.send({ type: 'command', command })
    return promise
  }

  /** Measures the round trip, in milliseconds. */
  async roundTripMs(): Promise<number> {
    const { promise, resolve } = Promise.withResolvers<number>()
    const sentMs = performance.now()
    this.#ack(() => resolve(performance.now() - sentMs))
    return promise
  }

  /** Sends a text as it is. */
  sendRaw(text: string): void {
    this.#connection?.send(text)
  }

  #ack(onAcked?: () => void): void {
    this.#ackId += 1
    if (onAcked !== undefined) this.#acks.set(this.#ackId, onAcked)
    this.#connection?.send({ type: 'ack', id: this.#ackId, seq: this.#options.store.cursor?.seq ?? 0 })
  }

  #receive(frame: ServerFrame): void {
    this.#freshness.heard()
    const outcome = this.#handle(frame)
    this.#options.onFrame?.(frame, outcome)
  }

  #handle(frame: ServerFrame): Outcome | null {
    switch (frame.type) {
      case 'welcome':
      case 'batch':
      case 'snapshot':
      case 'subscribed':
        return this.#read(frame)
      case 'acked':
        this.#acks.get(frame.id)?.(frame.at)
        this.#acks.delete(frame.id)
        return null
      case 'result':
        // Every status is final: what came to be is in the entries, what did not is for the operator.
        this.#options.store.outbox.delete(frame.result.commandId)
        this.#waiting.get(frame.result.commandId)?.(frame.result)
        this.#waiting.delete(frame.result.commandId)
        return null
      default:
        return null
    }
  }

  #read(frame: ReadFrame): Outcome {
    const outcome = this.#reader.accept(frame)
    if (outcome === 'gap') this.#connection?.close()
    if (outcome === 'stored') this.#ack()
    if (frame.type === 'batch') {
      this.#spreadMs = frame.spreadMs
      this.#freshness.reached(frame.to, frame.head)
    }
    const { cursor } = this.#options.store
    if (frame.type === 'welcome') this.#head = frame.head
    // No batch may come for a whole heartbeat: until then the head is the one of the welcome.
    if (frame.type !== 'batch' && cursor !== null) this.#freshness.reached(cursor.seq, this.#head)
    if (frame.type === 'welcome') {
      this.#isWelcomed = true
      this.#attempt = 1
      this.#freshness.welcomed(frame)
      this.#connection?.expectFramesWithin(frame.deadMs)
      // A set that is not the cursor's own is asked for right after the welcome.
      if (!sameChannels(startOf(this.#options.store, this.#channels).channels, this.#channels))
        this.subscribe(this.#channels)
      for (const command of pendingCommands(this.#options.store))
        this.#connection?.send({ type: 'command', command })
    }
    return outcome
  }
}
