import type { SecureContext } from 'node:tls'
import * as z from 'zod'
import type { Command } from '../../../src-shared/domain/command.ts'
import type { Channel } from '../../../src-shared/protocol/channels.ts'
import {
  cursorSchema,
  type ClientFrame,
  type Cursor,
  type Welcome,
} from '../../../src-shared/protocol/frames.ts'
import { streamDefaults } from '../../../src-shared/protocol/limits.ts'
import { pollAnswerSchema } from '../../../src-shared/protocol/poll.ts'
import { problemOf } from '../../../src-shared/protocol/problem.ts'
import { systemClock } from '../system-clock.ts'
import { countForOneFrame } from './command-frames.ts'
import { endingOfError, endingOfStatus, proxyName } from './failure-words.ts'
import { postJson, type HttpAnswer } from './http-exchange.ts'
import { checkReceived, type ReceivedFrame } from './received-frame.ts'
import { createRoute, type Route } from './route.ts'
import type { Ending } from './state-machine.ts'
import type { Transport, TransportEvents, TransportLink, TransportTarget } from './transport.ts'

/** The stream as HTTP requests, for networks in which WebSockets do not pass. */
export function createLongPollTransport(certificates: () => SecureContext): Transport {
  return {
    kind: 'longPoll',
    open: (target, events) => new LongPollLink(target, events, certificates),
  }
}

type Hello = Extract<ClientFrame, { type: 'hello' }>

/** Of `staleMs`: an acknowledgement is answered after two holds at most, and must be before this side says stale. */
const holdShare = 0.4

function holdMsFor({ heartbeatMs, staleMs }: Pick<Welcome, 'heartbeatMs' | 'staleMs'>): number {
  return Math.floor(Math.min(heartbeatMs, streamDefaults.pollHoldMs, staleMs * holdShare))
}

interface ReceivedAnswer {
  frames: ReceivedFrame[]
  cursor: Cursor
}

const resultSchema = z.object({ result: z.unknown() })
const resultsSchema = z.object({ results: z.array(z.unknown()) })
const outerAnswerSchema = z.object({ frames: z.array(z.unknown()), cursor: cursorSchema })

/** The answer without those of its changes that cannot be read; null when it is not for them that it cannot be. */
function withoutUnreadable(value: unknown): ReceivedAnswer | null {
  const answer = outerAnswerSchema.safeParse(value)
  if (!answer.success) return null
  const frames: ReceivedFrame[] = []
  for (const frame of answer.data.frames) {
    const received = checkReceived(frame)
    if (!received.success) return null
    frames.push(received.data)
  }
  return { frames, cursor: answer.data.cursor }
}

/** Thrown inside the link to end it. */
class Ended extends Error {
  readonly ending: Ending

  constructor(ending: Ending) {
    super(ending.message)
    this.ending = ending
  }
}

function notUnderstood(): Ended {
  const message = 'the server gave a result that cannot be understood'
  return new Ended({ message, retry: 'later', retryAfterMs: null })
}

/**
 * A connection made of polls. One is on its way at any time, and beside it at most one command. What a WebSocket
 * would know is kept here: the cursor, the channels and whether the server has them already.
 */
class LongPollLink implements TransportLink {
  readonly #target: TransportTarget
  readonly #events: TransportEvents
  readonly #over = new AbortController()
  #route: Route | null = null
  #hello: Hello | null = null
  #cursor: Cursor | null = null
  #channels: Channel[] = []
  /** The set that the cursor is valid for while another one is asked for. */
  #oldChannels: Channel[] | null = null
  #wanted: Channel[] | null = null
  #holdMs: number = streamDefaults.pollHoldMs
  #poll: AbortController | null = null
  #isPaused = false
  #resume: () => void = () => undefined
  /** Acknowledgements that came while a poll was on its way: only the answer to a later one proves anything of them. */
  #acks: number[] = []
  #acksBeforePoll: number[] = []
  #commands: Command[] = []
  /** As the welcome says it. */
  #commandsTogether = 1
  #isSending = false
  #roundTripMs: number | null = null

  constructor(target: TransportTarget, events: TransportEvents, certificates: () => SecureContext) {
    this.#target = target
    this.#events = events
    const { url, proxyUrl } = target
    try {
      const secureContext = url.startsWith('https:') ? certificates() : null
      this.#route = createRoute({ url, proxyUrl, secureContext, isTunnel: false, signal: this.#over.signal })
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error)
      queueMicrotask(() => this.#end({ message, retry: 'never', retryAfterMs: null }))
      return
    }
    queueMicrotask(() => {
      if (!this.#isOver) events.onOpen()
    })
  }

  get roundTripMs(): number | null {
    return this.#roundTripMs
  }

  send(frame: ClientFrame): void {
    if (this.#isOver) return
    switch (frame.type) {
      case 'hello':
        this.#hello = frame
        this.#cursor = frame.cursor
        this.#channels = frame.channels
        void this.#run()
        return
      case 'subscribe':
        this.#wanted = frame.channels
        // Nothing is lost with the answer to it: the cursor has not moved.
        this.#poll?.abort()
        return
      case 'ack':
        this.#acks.push(frame.id)
        return
      case 'command':
        this.#commands.push(frame.command)
        void this.#sendCommands()
        return
      case 'commands':
        this.#commands.push(...frame.commands)
        void this.#sendCommands()
        return
    }
  }

  setPaused(isPaused: boolean): void {
    this.#isPaused = isPaused
    if (!isPaused) this.#resume()
  }

  drop(): void {
    this.#over.abort()
    this.#resume()
  }

  get #isOver(): boolean {
    return this.#over.signal.aborted
  }

  async #run(): Promise<void> {
    let isFirst = true
    try {
      while (!this.#isOver) {
        if (this.#isPaused) await new Promise<void>((resolve) => (this.#resume = resolve))
        if (await this.#pollOnce(isFirst)) isFirst = false
      }
    } catch (error) {
      this.#failed(error)
    }
  }

  /** False when the poll was given up for another one. */
  async #pollOnce(isFirst: boolean): Promise<boolean> {
    const hello = this.#hello
    if (!hello || this.#isOver) return false
    this.#changeChannels()
    const { protocol, clientId } = hello
    const body = {
      protocol,
      clientId,
      cursor: this.#cursor,
      channels: this.#channels,
      ...(this.#oldChannels ? { oldChannels: this.#oldChannels } : {}),
      holdMs: this.#holdMs,
      ...(isFirst ? { hello: true } : {}),
    }
    const poll = new AbortController()
    this.#poll = poll
    this.#acksBeforePoll.push(...this.#acks.splice(0))
    const sentAt = systemClock.monotonic()
    let answer: HttpAnswer
    try {
      answer = await this.#post('v1/poll', body, AbortSignal.any([poll.signal, this.#over.signal]))
    } catch (error) {
      if (poll.signal.aborted) return false
      throw error
    }
    if (this.#isOver || poll.signal.aborted) return false
    this.#poll = null
    this.#events.onHeard()
    this.#take(this.#read(answer), systemClock.monotonic() - sentAt, isFirst)
    return true
  }

  /** Another set of channels is asked for once a snapshot that is being read is finished. */
  #changeChannels(): void {
    if (!this.#wanted || this.#cursor?.page !== undefined) return
    this.#oldChannels ??= this.#channels
    this.#channels = this.#wanted
    this.#wanted = null
  }

  #read({ status, retryAfterMs, isJson, text }: HttpAnswer): ReceivedAnswer {
    if (status !== 200) throw this.#refused(status, retryAfterMs, isJson)
    let problem = 'it is not JSON'
    try {
      const value: unknown = JSON.parse(text)
      const checked = pollAnswerSchema.safeParse(value)
      if (checked.success) return checked.data
      const received = withoutUnreadable(value)
      if (received) return received
      problem = problemOf(checked.error).message
    } catch {
      // Said below, as what does not fit the schema.
    }
    const message = `the server gave an answer that cannot be understood (${problem})`
    throw new Ended({ message, retry: 'later', retryAfterMs: null })
  }

  #take({ frames, cursor }: ReceivedAnswer, tookMs: number, isFirst: boolean): void {
    this.#cursor = cursor
    const only = frames.length === 1 ? frames[0] : undefined
    const wasHeld = only?.type === 'batch' && only.entries.length === 0
    if (isFirst) this.#roundTripMs = tookMs
    else if (wasHeld && tookMs >= this.#holdMs) this.#roundTripMs = tookMs - this.#holdMs
    for (const frame of frames) {
      if (this.#isOver) return
      if (frame.type === 'welcome') {
        this.#holdMs = holdMsFor(frame)
        this.#commandsTogether = frame.commandsTogether
      }
      if (frame.type === 'subscribed') this.#oldChannels = null
      this.#events.onFrame(frame)
    }
    const at = frames.findLast((frame) => 'at' in frame)?.at
    for (const id of this.#acksBeforePoll.splice(0)) this.#events.onFrame({ type: 'acked', id, at: at ?? 0 })
  }

  /** One after the other: their order is theirs, and a poll carries none of it. */
  async #sendCommands(): Promise<void> {
    if (this.#isSending) return
    this.#isSending = true
    try {
      while (this.#commands.length > 0) {
        const count = countForOneFrame(this.#commands, this.#commandsTogether)
        await this.#sendTogether(this.#commands.splice(0, count))
      }
    } catch (error) {
      this.#failed(error)
    } finally {
      this.#isSending = false
    }
  }

  /** Where something before the server does not take so many at once, they go one by one. */
  async #sendTogether(commands: Command[]): Promise<void> {
    const [first, ...others] = commands
    if (!first) return
    if (others.length === 0) return this.#sendCommand(first)
    const answer = await this.#post('v1/commands', { commands }, this.#over.signal)
    if (this.#isOver) return
    this.#events.onHeard()
    if (answer.status === 400 || answer.status === 413) {
      for (const command of commands) if (!this.#isOver) await this.#sendCommand(command)
      return
    }
    for (const result of this.#readAnswer(answer, resultsSchema).results) this.#takeResult(result)
  }

  async #sendCommand(command: Command): Promise<void> {
    const answer = await this.#post('v1/commands', { command }, this.#over.signal)
    if (this.#isOver) return
    this.#events.onHeard()
    const { status } = answer
    if (status === 400 || status === 413) {
      // It will never fit: as the stream says it, so that it does not come again with each connection.
      const message = 'the server cannot read this action'
      const { id: commandId, number } = command
      const result = { commandId, number, seq: null, code: 'invalid', message, incident: null, madeId: null }
      this.#events.onFrame({ type: 'result', result: { ...result, status: 'rejected' } })
      return
    }
    this.#takeResult(this.#readAnswer(answer, resultSchema).result)
  }

  #takeResult(result: unknown): void {
    if (this.#isOver) return
    const received = checkReceived({ type: 'result', result })
    if (!received.success) throw notUnderstood()
    this.#events.onFrame(received.data)
  }

  #readAnswer<T extends z.ZodType>(
    { status, retryAfterMs, isJson, text }: HttpAnswer,
    schema: T,
  ): z.output<T> {
    if (status !== 200) throw this.#refused(status, retryAfterMs, isJson)
    const checked = schema.safeParse(JSON.parse(text))
    if (!checked.success) throw notUnderstood()
    return checked.data
  }

  #post(path: string, body: unknown, signal: AbortSignal): Promise<HttpAnswer> {
    const { url, token } = this.#target
    const route = this.#route
    if (!route) throw new Error('there is no way to the server')
    return postJson(new URL(path, url.endsWith('/') ? url : `${url}/`), body, { token, route, signal })
  }

  #refused(status: number, retryAfterMs: number | null, isWatchfloor: boolean): Ended {
    const { proxyUrl } = this.#target
    const isProxy = this.#route !== null && this.#route.proxyStatus() !== null
    const proxy = proxyUrl === null ? null : proxyName(proxyUrl)
    const hasLogin = proxyUrl !== null && new URL(proxyUrl).username !== ''
    return new Ended(endingOfStatus(status, retryAfterMs, { isWatchfloor, proxy, isProxy, hasLogin }))
  }

  #failed(error: unknown): void {
    if (error instanceof Ended) {
      this.#end(error.ending)
      return
    }
    const { proxyUrl } = this.#target
    const failure = error instanceof Error ? error : new Error(String(error))
    this.#end(endingOfError(failure, proxyUrl === null ? null : proxyName(proxyUrl)))
  }

  #end(ending: Ending): void {
    if (this.#isOver) return
    this.drop()
    this.#events.onEnd(ending)
  }
}
