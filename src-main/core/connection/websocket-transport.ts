import type { SecureContext } from 'node:tls'
import { WebSocket, type RawData } from 'ws'
import { closeReasonOf, retryClassOf } from '../../../src-shared/protocol/close-codes.ts'
import { jsonCodec, readFrame, type Codec, type Wire } from '../../../src-shared/protocol/codec.ts'
import type { ServerFrame } from '../../../src-shared/protocol/frames.ts'
import { subprotocols } from '../../../src-shared/protocol/limits.ts'
import { systemClock } from '../system-clock.ts'
import { endingOfError, endingOfStatus, proxyName } from './failure-words.ts'
import { isJson, retryAfterMsOf } from './http-exchange.ts'
import { checkReceived } from './received-frame.ts'
import { createRoute, isThisMachine, type Route } from './route.ts'
import type { Ending } from './state-machine.ts'
import type { Transport, TransportEvents, TransportLink, TransportTarget } from './transport.ts'

/** A snapshot page of a thousand large entries is about 4 MiB; more than this is no sane frame. */
const maxServerFrameBytes = 64 * 1_048_576

/**
 * After a message of this size the event loop goes around before the next is read. Left to itself, it reads on for as long as
 * bytes wait, two megabytes at a time, and nothing else of this thread has a turn: the store would stand still meanwhile.
 */
const breatheFromBytes = 65_536

/** The server compresses what is large, each message for itself; frames from here are small and stay as they are. */
const deflateRules = {
  serverNoContextTakeover: true,
  clientNoContextTakeover: true,
  threshold: Number.MAX_SAFE_INTEGER,
}

/** The stream over a WebSocket. Frames are offered in the order of `codecs`; the server picks. */
export function createWebSocketTransport(
  certificates: () => SecureContext,
  codecs: readonly Codec[] = [jsonCodec],
): Transport {
  return {
    kind: 'websocket',
    open: (target, events) => {
      try {
        return new WebSocketLink(target, events, { certificates, codecs })
      } catch (error) {
        const message = error instanceof Error ? error.message : String(error)
        return deadLink(events, { message, retry: 'never', retryAfterMs: null })
      }
    },
  }
}

interface LinkOptions {
  certificates: () => SecureContext
  codecs: readonly Codec[]
}

class WebSocketLink implements TransportLink {
  readonly #socket: WebSocket
  readonly #events: TransportEvents
  readonly #codecs: readonly Codec[]
  readonly #route: Route
  readonly #over = new AbortController()
  #codec: Codec = jsonCodec
  #isOver = false
  #isPaused = false
  #isBreathing = false
  /** What the server said before it closed, or what went wrong before anything opened. */
  #cause: Ending | null = null

  constructor(target: TransportTarget, events: TransportEvents, { certificates, codecs }: LinkOptions) {
    const { url, token, proxyUrl } = target
    this.#events = events
    this.#codecs = codecs
    const address = new URL('v1/stream', url.endsWith('/') ? url : `${url}/`)
    const secureContext = address.protocol === 'https:' ? certificates() : null
    this.#route = createRoute({ url, proxyUrl, secureContext, isTunnel: true, signal: this.#over.signal })
    address.protocol = address.protocol === 'https:' ? 'wss:' : 'ws:'
    const offered = codecs.map((codec) => subprotocols[codec.encoding])
    this.#socket = new WebSocket(address, offered, {
      headers: { authorization: `Bearer ${token}` },
      maxPayload: maxServerFrameBytes,
      perMessageDeflate: isThisMachine(url) ? false : deflateRules,
      followRedirects: false,
      agent: this.#route.agent,
      ...this.#route.secure,
    })
    const proxy = proxyUrl === null ? null : proxyName(proxyUrl)
    this.#socket.on('open', () => this.#opened())
    this.#socket.on('message', (data, isBinary) => this.#message(data, isBinary))
    this.#socket.on('ping', () => this.#heard())
    this.#socket.on('unexpected-response', (_request, response) => {
      const { statusCode = 0, headers } = response
      response.destroy()
      const hasLogin = proxyUrl !== null && new URL(proxyUrl).username !== ''
      const isProxy = this.#route.proxyStatus() !== null
      const by = { isWatchfloor: isJson(headers['content-type']), proxy, isProxy, hasLogin }
      this.#end(endingOfStatus(statusCode, retryAfterMsOf(headers['retry-after']), by))
    })
    this.#socket.on('error', (error) => {
      this.#cause ??= endingOfError(error, proxy)
    })
    this.#socket.on('close', (code, reason) => this.#end(this.#cause ?? endingOfClose(code, String(reason))))
  }

  send(frame: Parameters<TransportLink['send']>[0]): void {
    if (this.#socket.readyState === WebSocket.OPEN) this.#socket.send(this.#codec.encode(frame))
  }

  setPaused(isPaused: boolean): void {
    this.#isPaused = isPaused
    this.#readOn()
  }

  drop(): void {
    this.#isOver = true
    this.#socket.terminate()
    this.#over.abort()
  }

  #opened(): void {
    if (this.#isOver) return
    this.#codec =
      this.#codecs.find((codec) => subprotocols[codec.encoding] === this.#socket.protocol) ?? jsonCodec
    this.#events.onOpen()
  }

  #readOn(): void {
    if (this.#isPaused || this.#isBreathing) this.#socket.pause()
    else this.#socket.resume()
  }

  #breathe(): void {
    if (this.#isBreathing) return
    this.#isBreathing = true
    this.#readOn()
    systemClock.setTimer(0, () => {
      this.#isBreathing = false
      if (!this.#isOver) this.#readOn()
    })
  }

  #heard(): void {
    if (!this.#isOver) this.#events.onHeard()
  }

  #message(data: RawData, isBinary: boolean): void {
    if (this.#isOver) return
    this.#events.onHeard()
    const wire = wireOf(data, isBinary)
    if (wire.length >= breatheFromBytes) this.#breathe()
    const read = readFrame(this.#codec, wire, checkReceived)
    if (!read.ok) {
      this.drop()
      this.#events.onEnd({
        message: `the server sent a frame that cannot be understood (${read.problem.message})`,
        retry: 'later',
        retryAfterMs: null,
      })
      return
    }
    if (read.frame.type === 'goodbye') this.#cause = endingOfGoodbye(read.frame)
    this.#events.onFrame(read.frame)
  }

  #end(ending: Ending): void {
    if (this.#isOver) return
    this.drop()
    this.#events.onEnd(ending)
  }
}

function wireOf(data: RawData, isBinary: boolean): Wire {
  const bytes = Array.isArray(data) ? Buffer.concat(data) : Buffer.isBuffer(data) ? data : Buffer.from(data)
  return isBinary ? bytes : bytes.toString('utf8')
}

function endingOfGoodbye({ code, message, retryAfterMs }: Extract<ServerFrame, { type: 'goodbye' }>): Ending {
  return { message, retry: retryClassOf(code), retryAfterMs }
}

function endingOfClose(code: number, reason: string): Ending {
  const name = closeReasonOf(code)
  const why = reason === '' ? (name ?? `code ${code}`) : reason
  const message = code === 1006 ? 'the connection broke off' : `the server closed the connection (${why})`
  const ending: Ending = { message, retry: retryClassOf(code), retryAfterMs: null }
  return code === 1006 ? { ...ending, isBlocked: true } : ending
}

/** An attempt that cannot even begin; it ends after its opener has it. */
function deadLink(events: TransportEvents, ending: Ending): TransportLink {
  let isOver = false
  queueMicrotask(() => {
    if (!isOver) events.onEnd(ending)
  })
  return {
    send: () => undefined,
    setPaused: () => undefined,
    drop: () => {
      isOver = true
    },
  }
}
