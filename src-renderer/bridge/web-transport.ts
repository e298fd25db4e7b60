import type { EventName } from '../../src-shared/console-api.ts'
import { isEventName, readFrame } from './web-frames.ts'
import type { ShellLink, ShellTransport } from './renderer-bridge.ts'

/** First and longest wait between two attempts, in milliseconds: the shell is near, so both are short. */
const backoffMs = { first: 250, ceiling: 5000 }

interface Waiting {
  /** Kept until there is a connection: a page that has just started asks before the socket is open. */
  frame: string
  sent: boolean
  resolve: (answer: unknown) => void
}

export interface WebTransportOptions {
  /** The address of the shell's bridge, `ws://…/bridge`. */
  url: string
  /** 0 to 1; spreads the attempts of many pages. */
  random?: () => number
}

/**
 * The contract over the web shell's WebSocket: `{id, method, input}` out, `{id, answer}` and
 * `{event, payload}` in. Connects again with backoff for as long as it is open; what was asked when the
 * connection broke is answered with `ok: false, code: 'shellGone'`, because nobody knows what became of it.
 */
export class WebTransport implements ShellTransport {
  readonly #url: string
  readonly #random: () => number
  readonly #listeners = new Map<EventName, Set<(payload: unknown) => void>>()
  readonly #linkListeners = new Set<(link: ShellLink) => void>()
  readonly #waiting = new Map<number, Waiting>()
  #socket: WebSocket | null = null
  #link: ShellLink = { state: 'connecting' }
  #timer: ReturnType<typeof setTimeout> | null = null
  #lastId = 0
  #closed = false

  constructor({ url, random = Math.random }: WebTransportOptions) {
    this.#url = url
    this.#random = random
    this.#connect()
  }

  call(method: string, input: unknown): Promise<unknown> {
    if (this.#link.state === 'gone') return Promise.resolve(shellGone)
    const id = ++this.#lastId
    const frame = JSON.stringify({ id, method, input })
    return new Promise((resolve) => {
      const waiting: Waiting = { frame, sent: false, resolve }
      this.#waiting.set(id, waiting)
      this.#send(waiting)
    })
  }

  on(event: EventName, listener: (payload: unknown) => void): () => void {
    const listeners = this.#listeners.get(event) ?? new Set()
    this.#listeners.set(event, listeners.add(listener))
    return () => listeners.delete(listener)
  }

  link(): ShellLink {
    return this.#link
  }

  onLink(listener: (link: ShellLink) => void): () => void {
    this.#linkListeners.add(listener)
    return () => this.#linkListeners.delete(listener)
  }

  reconnect(): void {
    if (this.#closed) return
    if (this.#timer !== null) clearTimeout(this.#timer)
    this.#drop()
    if (this.#link.state === 'up') this.#lost()
    if (this.#timer !== null) clearTimeout(this.#timer)
    this.#connect()
  }

  close(): void {
    this.#closed = true
    if (this.#timer !== null) clearTimeout(this.#timer)
    this.#drop()
    this.#failWaiting()
  }

  #connect(): void {
    const socket = new WebSocket(this.#url)
    this.#socket = socket
    socket.addEventListener('open', () => {
      if (socket !== this.#socket) return
      this.#setLink({ state: 'up' })
      for (const waiting of this.#waiting.values()) this.#send(waiting)
    })
    socket.addEventListener('message', (message) => {
      if (socket === this.#socket) this.#receive(message.data)
    })
    socket.addEventListener('close', () => {
      if (socket === this.#socket) this.#lost()
    })
  }

  /** Forgets the socket before closing it, so that its late events speak to nobody. */
  #drop(): void {
    const socket = this.#socket
    this.#socket = null
    socket?.close()
  }

  #lost(): void {
    this.#socket = null
    if (this.#closed) return
    this.#failWaiting()
    const before = this.#link
    const failedAttempts = before.state === 'gone' ? before.failedAttempts + 1 : 0
    const ceiling = Math.min(backoffMs.ceiling, backoffMs.first * 2 ** failedAttempts)
    const waitMs = Math.round(ceiling * (0.5 + this.#random() / 2))
    const since = before.state === 'gone' ? before.since : Date.now()
    this.#timer = setTimeout(() => this.#connect(), waitMs)
    this.#setLink({ state: 'gone', since, failedAttempts, nextAttemptAt: Date.now() + waitMs })
  }

  #failWaiting(): void {
    const waiting = [...this.#waiting.values()]
    this.#waiting.clear()
    for (const each of waiting) each.resolve(shellGone)
  }

  #send(waiting: Waiting): void {
    if (waiting.sent || this.#socket?.readyState !== WebSocket.OPEN) return
    waiting.sent = true
    this.#socket.send(waiting.frame)
  }

  #receive(data: unknown): void {
    const frame = readFrame(data)
    if (frame === null) {
      console.error('a frame of the shell that this page does not know', data)
    } else if ('event' in frame) {
      if (!isEventName(frame.event)) return
      for (const listener of this.#listeners.get(frame.event) ?? []) listener(frame.payload)
    } else {
      const waiting = this.#waiting.get(frame.id)
      this.#waiting.delete(frame.id)
      waiting?.resolve(frame.answer)
    }
  }

  #setLink(link: ShellLink): void {
    this.#link = link
    for (const listener of this.#linkListeners) listener(link)
  }
}

const shellGone = {
  ok: false,
  code: 'shellGone',
  message: 'The console program does not answer, so this was not done.',
}
