import { EventEmitter } from 'node:events'
import type { Duplex } from 'node:stream'
import type { WebSocket } from 'ws'
import { webSocketPayload } from '../../src-server/stream/websocket-message.ts'
import type { ReaderEnd, ReaderLink } from './full-reader.ts'
import { noVirtualFaults, VirtualPipe, type VirtualFaults } from './virtual-link.ts'
import type { VirtualTime } from './virtual-time.ts'

/** A stalled network of this kind takes two kilobytes before a sender feels a full megabyte unsent. */
const unsentFactor = 500

/** Takes a connection that the network brought to a server; false when nobody listens. */
export type Accept = (socket: WebSocket, transport: Duplex) => boolean

/** The way of one reader to the server: at most what a network does, and all that it does wrong. */
export class VirtualNetwork {
  readonly faults: VirtualFaults = { ...noVirtualFaults }
  readonly #time: VirtualTime
  readonly #accept: Accept
  readonly #links = new Set<VirtualConnection>()

  constructor(time: VirtualTime, accept: Accept) {
    this.#time = time
    this.#accept = accept
  }

  /** Links that are open on the client's side. */
  get open(): number {
    return [...this.#links].filter((link) => link.isClientThere).length
  }

  connect(end: ReaderEnd): ReaderLink {
    const link = new VirtualConnection(this.#time, this.faults, end, this.#accept)
    this.#links.add(link)
    link.begin()
    return link
  }

  change(faults: Partial<VirtualFaults>): void {
    Object.assign(this.faults, faults)
    for (const link of this.#links) link.look()
  }

  heal(): void {
    this.change(noVirtualFaults)
  }

  /** Both ends are told at once, and what is on the way is lost. */
  reset(): void {
    for (const link of this.#links) link.reset()
    this.#links.clear()
  }
}

class VirtualConnection implements ReaderLink {
  readonly #time: VirtualTime
  readonly #faults: VirtualFaults
  readonly #accept: Accept
  readonly #up: VirtualPipe
  readonly #down: VirtualPipe
  readonly #transport: VirtualTransport
  #end: ReaderEnd | null
  #socket: VirtualSocket | null = null

  constructor(time: VirtualTime, faults: VirtualFaults, end: ReaderEnd, accept: Accept) {
    this.#time = time
    this.#faults = faults
    this.#end = end
    this.#accept = accept
    const delay = () => faults.delayMs
    this.#up = new VirtualPipe(time, () => faults.isUpStalled, delay)
    this.#down = new VirtualPipe(time, () => faults.isDownStalled, delay)
    this.#transport = new VirtualTransport(
      (text) => this.#down.carry(text.length, () => this.#end?.onText(text)),
      () => (this.#faults.isDownStalled ? this.#down.heldBytes * unsentFactor : 0),
    )
  }

  get isClientThere(): boolean {
    return this.#end !== null
  }

  begin(): void {
    if (this.#faults.isSilent) return
    this.#up.carry(0, () => {
      const socket = new VirtualSocket(() => this.#down.carry(0, () => this.#over()))
      const isTaken =
        !this.#faults.isRefusing &&
        this.#accept(socket as unknown as WebSocket, this.#transport as unknown as Duplex)
      if (isTaken) this.#socket = socket
      this.#down.carry(0, () => (isTaken ? this.#end?.onOpen() : this.#over()))
    })
  }

  send(text: string): void {
    this.#up.carry(text.length, () => this.#socket?.emit('message', Buffer.from(text), false))
  }

  drop(): void {
    this.#end = null
    this.#up.carry(0, () => this.#socket?.ended())
  }

  look(): void {
    this.#up.look()
    this.#down.look()
    if (!this.#faults.isDownStalled) this.#time.setTimer(0, () => this.#transport.emit('drain'))
  }

  reset(): void {
    this.#up.cut()
    this.#down.cut()
    this.#socket?.ended()
    this.#over()
  }

  #over(): void {
    const end = this.#end
    this.#end = null
    end?.onEnd()
    this.#up.carry(0, () => this.#socket?.ended())
  }
}

/** What a session writes to: whole messages, as they go over a wire. */
class VirtualTransport extends EventEmitter {
  readonly #send: (text: string) => void
  readonly #unsentBytes: () => number

  constructor(send: (text: string) => void, unsentBytes: () => number) {
    super()
    this.#send = send
    this.#unsentBytes = unsentBytes
  }

  get writableLength(): number {
    return this.#unsentBytes()
  }

  write(message: Buffer): void {
    this.#send(webSocketPayload(message).payload.toString())
  }
}

/** The server's end of a link, as far as a session uses a WebSocket. */
class VirtualSocket extends EventEmitter {
  readonly OPEN = 1
  readonly extensions = ''
  readyState = 1
  isPaused = false
  readonly #closed: () => void

  /** `closed` is called when the server ends the link. */
  constructor(closed: () => void) {
    super()
    this.#closed = closed
  }

  close(): void {
    if (this.readyState !== this.OPEN) return
    this.readyState = 2
    this.#closed()
  }

  terminate(): void {
    this.close()
    this.ended()
  }

  /** The link is gone. */
  ended(): void {
    if (this.readyState === 3) return
    this.readyState = 3
    this.emit('close')
  }

  pause(): void {
    this.isPaused = true
  }

  resume(): void {
    this.isPaused = false
  }
}
