import type { Duplex } from 'node:stream'
import type { WebSocket } from 'ws'
import { closeCodes, type CloseReason } from '../../src-shared/protocol/close-codes.ts'
import { readClientFrame } from '../../src-shared/protocol/codec.ts'
import type { ClientFrame, Hello } from '../../src-shared/protocol/frames.ts'
import { protocolVersion, streamDefaults } from '../../src-shared/protocol/limits.ts'
import type { Problem } from '../../src-shared/protocol/problem.ts'
import type { TokenIdentity } from '../access/tokens.ts'
import { StoreUnavailableError } from '../log/log-store.ts'
import { carryOut, readApart, type Member } from './command-members.ts'
import { CommandQueue } from './command-queue.ts'
import type { Follower, FollowerOutlet } from './follower.ts'
import type { FrameEncoding } from './frame-encoding.ts'
import { FrameRate } from './rate-limits.ts'
import { openReader } from './reader.ts'
import type { PlainFrame } from './stream-frame.ts'
import { welcomeFrame, type StreamService } from './stream-service.ts'
import { createSubscription } from './subscription.ts'

/** After so many unreadable frames the client is broken, not unlucky. */
const maxBadFrames = 20
/** Beside what it is fed: a quarter of what one reader may cost. */
const maxReplyBytes = streamDefaults.maxUnsentBytes / 4
/** Commands of one connection that may wait for the store before no more is read from its socket. */
const maxWaitingCommands = 32

export interface Connection {
  socket: WebSocket
  /** What the WebSocket runs over: knows when it has drained. */
  transport: Duplex
  encoding: FrameEncoding
  identity: TokenIdentity
  /** False once the token was revoked. */
  isTokenValid(): boolean
}

/** One client on a WebSocket: reads its frames, feeds it through a follower, and judges its liveness. */
export class Session {
  readonly #service: StreamService
  readonly #connection: Connection
  readonly #commands = new CommandQueue()
  readonly #frameRate = new FrameRate(streamDefaults.maxClientFramesPerSecond)
  readonly #openedAt: number
  #heardAt: number
  #tokenCheckedAt: number
  #badFrames = 0
  #follower: Follower | null = null
  #isClosing = false
  #isSlowed = false
  /** A command got no result: none after it is carried out. */
  #hasFailed = false
  /** Of frames other than batches, at most so many are unsent: who asks without reading is let go. */
  #replyBytes = 0

  constructor(service: StreamService, connection: Connection) {
    this.#service = service
    this.#connection = connection
    this.#openedAt = this.#heardAt = this.#tokenCheckedAt = service.clock.monotonic()
    const { socket, transport } = connection
    socket.on('message', (data: Buffer, isBinary: boolean) => this.#onMessage(data, isBinary))
    // Too large or malformed below the protocol: the library closes by itself.
    socket.on('error', (error) =>
      service.log.info({ error: error.message }, 'a connection broke its framing'),
    )
    socket.on('close', () => this.#forget())
    transport.on('drain', () => this.#follower?.pump())
  }

  /** Checks what is due: hello, heartbeat, silence, the token. Called several times a heartbeat. */
  tick(now: number): void {
    if (this.#isClosing) return
    const { times } = this.#service
    if (this.#follower === null && now - this.#openedAt > times.helloMs) {
      return this.close('helloMissing', 'no hello came in time')
    }
    if (now - this.#heardAt > times.deadMs) {
      this.close('notHeard', `nothing was heard for ${times.deadMs} ms`)
      return this.#connection.socket.terminate()
    }
    if (now - this.#tokenCheckedAt >= times.heartbeatMs) {
      this.#tokenCheckedAt = now
      if (!this.#connection.isTokenValid()) return this.close('tokenInvalid', 'the token was revoked')
    }
    this.#follower?.beat(now, times.heartbeatMs)
  }

  /** Says goodbye and closes. `retryAfterMs`: when to come back; null leaves it to the class of the code. */
  close(reason: CloseReason, message: string, retryAfterMs: number | null = null): void {
    if (this.#isClosing) return
    const code = closeCodes[reason]
    this.#send({ type: 'goodbye', code, message, retryAfterMs })
    this.#isClosing = true
    this.#leave()
    this.#connection.socket.close(code, reason)
  }

  /** Resolves when every command that came has got its result. */
  commandsDone(): Promise<void> {
    return this.#commands.idle()
  }

  #onMessage(data: Buffer, isBinary: boolean): void {
    if (this.#isClosing) return
    const now = this.#service.clock.monotonic()
    this.#heardAt = now
    const verdict = this.#frameRate.count(now)
    if (verdict === 'tooMany') return this.close('tooManyFrames', 'far too many frames in a second')
    if (verdict === 'slowDown') this.#slowDown(now)
    const wire = isBinary ? new Uint8Array(data) : data.toString()
    const read = readClientFrame(this.#connection.encoding.codec, wire)
    if (read.ok) return this.#onFrame(read.frame)
    if (this.#follower === null) return this.#refuseGreeting(wire, read.problem)
    const members = readApart(this.#connection.encoding.codec, wire)
    if (members) return this.#onCommands(members)
    this.#reportBadFrame(read.problem)
  }

  #onFrame(frame: ClientFrame): void {
    if (this.#follower === null) {
      if (frame.type === 'hello') return this.#greet(frame)
      const message = `the first frame must be hello, not ${frame.type}`
      return this.#refuseGreeting(null, { code: 'helloExpected', message, field: 'type' })
    }
    switch (frame.type) {
      case 'hello':
        return this.#reportBadFrame({ code: 'unexpectedHello', message: 'hello comes once', field: 'type' })
      case 'ack':
        return this.#send({ type: 'acked', id: frame.id, at: this.#service.clock.now() })
      case 'subscribe':
        return this.#follower.subscribe(createSubscription(frame.channels))
      case 'command':
        return this.#onCommands([frame.command])
      case 'commands':
        return this.#onCommands(frame.commands)
    }
  }

  #greet(hello: Hello): void {
    if (hello.protocol !== protocolVersion) return this.#refuseProtocol(hello.protocol)
    const { hub } = this.#service
    const { state, reason } = openReader(hub.context, hello.cursor, createSubscription(hello.channels))
    this.#send(welcomeFrame(this.#service, this.#connection.identity, reason))
    this.#follower = hub.join(state, this.#outlet())
    const { identity } = this.#connection
    this.#service.log.info({ client: hello.client, operator: identity.name, reason }, 'a reader joined')
  }

  #outlet(): FollowerOutlet {
    const { socket, transport, encoding, identity } = this.#connection
    return {
      encoding,
      takesCompressed: socket.extensions.includes('permessage-deflate'),
      send: (message) => this.#write(message),
      unsentBytes: () => transport.writableLength,
      reset: (reason) => this.#send(welcomeFrame(this.#service, identity, reason)),
      subscribed: () => {
        if (this.#follower) this.#service.hub.regroup(this.#follower)
      },
      failed: (error) => {
        this.#service.log.error({ error }, 'a reader could not be fed')
        this.close('storeUnavailable', 'the server cannot read its log')
      },
    }
  }

  /** Those of one frame: carried out together, after those that came before. */
  #onCommands(members: readonly Member[]): void {
    // Asked for each frame of commands, not only with the heartbeat: who was shut out must not act for another second.
    if (!this.#connection.isTokenValid()) return this.close('tokenInvalid', 'the token was revoked')
    const { socket, identity } = this.#connection
    const carriedOut = this.#commands.add(members.length, async () => {
      if (this.#hasFailed) return
      const { results, failure } = await carryOut(members, (commands) =>
        this.#service.executeAll(commands, identity),
      )
      for (const result of results) {
        await this.#roomForReply()
        this.#send({ type: 'result', result })
      }
      if (failure !== null) this.#onCommandFailure(failure)
    })
    void carriedOut.then(() => this.#readAgain())
    if (this.#commands.waiting > maxWaitingCommands) socket.pause()
  }

  /** No result: the client sends the command again when it can. Later ones must not overtake it, so the connection ends. */
  #onCommandFailure(error: Error): void {
    this.#hasFailed = true
    this.#service.log.error({ error }, 'a command could not be carried out')
    const isStore = error instanceof StoreUnavailableError
    if (isStore) return this.close('storeUnavailable', error.message.slice(0, 512), 1000)
    this.close('overloaded', 'a command failed in the server')
  }

  /** The first frame decides whether the two speak the same protocol at all. */
  #refuseGreeting(wire: string | Uint8Array | null, problem: Problem): void {
    const spoken = wire === null ? null : protocolOf(this.#connection.encoding, wire)
    if (spoken !== null && spoken !== protocolVersion) return this.#refuseProtocol(spoken)
    this.#send({ type: 'error', ...problem })
    this.close('badFrame', 'the first frame is no valid hello')
  }

  #refuseProtocol(asked: number): void {
    this.close('protocolUnsupported', `protocol ${asked} is not spoken here; ${protocolVersion} is`)
  }

  #reportBadFrame(problem: Problem): void {
    this.#badFrames += 1
    this.#send({ type: 'error', ...problem })
    if (this.#badFrames >= maxBadFrames) this.close('badFrame', `${maxBadFrames} frames were bad`)
  }

  /** Tells it, and reads nothing more from it until the second is over: its own socket holds it back. */
  #slowDown(now: number): void {
    const message = `send at most ${streamDefaults.maxClientFramesPerSecond} frames a second`
    this.#send({ type: 'error', code: 'slowDown', message, field: null })
    this.#isSlowed = true
    this.#connection.socket.pause()
    const wait = setTimeout(() => {
      this.#isSlowed = false
      this.#heardAt = this.#service.clock.monotonic()
      this.#readAgain()
    }, this.#frameRate.restOfSecondMs(now))
    wait.unref()
  }

  /** Reads on from the socket once nothing speaks against it any more. */
  #readAgain(): void {
    const { socket } = this.#connection
    const isFree = !this.#isSlowed && this.#commands.waiting <= maxWaitingCommands / 2
    if (socket.isPaused && isFree) socket.resume()
  }

  #send(frame: PlainFrame): void {
    const { socket, transport, encoding } = this.#connection
    if (this.#isClosing || socket.readyState !== socket.OPEN) return
    const message = encoding.encode(frame)
    this.#replyBytes = Math.min(this.#replyBytes, transport.writableLength) + message.length
    if (this.#replyBytes > maxReplyBytes) return socket.terminate()
    this.#write(message)
  }

  /** The results of one frame may be more than a connection's replies: they go out as fast as they are read. */
  async #roomForReply(): Promise<void> {
    const { transport } = this.#connection
    if (this.#replyBytes <= maxReplyBytes / 2 || !transport.writableNeedDrain) return
    await new Promise<void>((resolve) => {
      const over = (): void => {
        transport.off('drain', over).off('close', over)
        resolve()
      }
      transport.on('drain', over).on('close', over)
    })
  }

  /** Past the library, which is never asked to compress and so queues nothing: order is kept, and a shared message stays one. */
  #write(message: Buffer): void {
    const { socket, transport } = this.#connection
    if (socket.readyState === socket.OPEN) transport.write(message)
  }

  #forget(): void {
    this.#isClosing = true
    this.#leave()
  }

  #leave(): void {
    if (this.#follower) this.#service.hub.leave(this.#follower)
  }
}

function protocolOf(encoding: FrameEncoding, wire: string | Uint8Array): number | null {
  try {
    const value = encoding.codec.decode(wire)
    if (typeof value !== 'object' || value === null || !('protocol' in value)) return null
    return Number.isInteger(value.protocol) ? Number(value.protocol) : null
  } catch {
    return null
  }
}
