import type { Cancel, Clock } from '../../src-main/core/ports.ts'
import { jsonCodec, readServerFrame } from '../../src-shared/protocol/codec.ts'
import type { Batch, Cursor, ServerFrame, Snapshot } from '../../src-shared/protocol/frames.ts'

const everything = 'feed:all'
const clientId = '0192f7a0-4444-7000-8000-000000000001'
const againMs = 200

/** What the reader hears of its connection; nothing after `onEnd`, and nothing after it let go. */
export interface ReaderEnd {
  onOpen(): void
  onText(text: string): void
  onEnd(): void
}

export interface ReaderLink {
  send(text: string): void
  drop(): void
}

/**
 * A second client, as small as the protocol allows: reads every event, remembers each, and what the server said
 * that it cannot have any more.
 */
export class FullReader {
  /** How often each event came, by the server's id. */
  readonly seen = new Map<string, number>()
  /** `(from, to]` of what was lost by the server's own word. */
  readonly lost: { from: number; to: number }[] = []
  readonly problems: string[] = []
  readonly #clock: Pick<Clock, 'setTimer' | 'monotonic'>
  readonly #connect: (end: ReaderEnd) => ReaderLink
  #link: ReaderLink | null = null
  #cursor: Cursor | null = null
  #wanted: string[] = [everything]
  /** What the cursor is valid for; a change of it counts once what it adds has been read. */
  #inForce: string[] = [everything]
  #coming: string[] | null = null
  #isGreeted = false
  #deadMs = 5_000
  #heardAt = 0
  #cancel: Cancel = () => undefined
  #acks = 0
  #isClosed = false

  constructor(clock: Pick<Clock, 'setTimer' | 'monotonic'>, connect: (end: ReaderEnd) => ReaderLink) {
    this.#clock = clock
    this.#connect = connect
  }

  get seq(): number {
    return this.#cursor?.seq ?? 0
  }

  /** Follows these channels beside the feed from now on. */
  readAlso(channels: readonly string[]): void {
    this.#wanted = [everything, ...channels]
    if (this.#isGreeted) this.#send({ type: 'subscribe', channels: this.#wanted })
  }

  open(): void {
    this.#isGreeted = false
    this.#coming = null
    if (this.#isClosed) return
    this.#cancel()
    this.#heardAt = this.#clock.monotonic()
    let isOver = false
    const over = (): void => {
      if (isOver) return
      isOver = true
      this.#cancel()
      this.#link = null
      this.#cancel = this.#clock.setTimer(againMs, () => this.open())
    }
    const link = this.#connect({
      onOpen: () => {
        if (!isOver)
          this.#send({
            type: 'hello',
            protocol: 1,
            clientId,
            client: 'full',
            cursor: this.#cursor,
            channels: this.#inForce,
          })
      },
      onText: (text) => {
        if (isOver || this.#take(text)) return
        link.drop()
        over()
      },
      onEnd: over,
    })
    this.#link = link
    const look = (): void => {
      const leftMs = this.#deadMs - (this.#clock.monotonic() - this.#heardAt)
      if (leftMs > 0) {
        this.#cancel = this.#clock.setTimer(leftMs, look)
        return
      }
      link.drop()
      over()
    }
    look()
  }

  close(): void {
    this.#isClosed = true
    this.#cancel()
    this.#link?.drop()
  }

  /** False: the connection is of no use any more. */
  #take(text: string): boolean {
    this.#heardAt = this.#clock.monotonic()
    const read = readServerFrame(jsonCodec, text)
    if (!read.ok) {
      this.problems.push(`unreadable: ${read.problem.message}`)
      return false
    }
    return this.#frame(read.frame)
  }

  #frame(frame: ServerFrame): boolean {
    switch (frame.type) {
      case 'welcome':
        this.#deadMs = frame.deadMs
        if (frame.resetReason === 'first' && this.#cursor) this.problems.push('asked to begin anew')
        this.#isGreeted = true
        if (this.#wanted.join() !== this.#inForce.join())
          this.#send({ type: 'subscribe', channels: this.#wanted })
        return true
      case 'subscribed':
        if (this.#cursor && frame.position !== this.#cursor.seq)
          this.problems.push(`subscribed at ${frame.position} and not at ${this.#cursor.seq}`)
        this.#coming = frame.channels
        if (frame.channels.every((channel) => this.#inForce.includes(channel))) this.#changed()
        return true
      case 'snapshot':
        this.#snapshot(frame)
        return true
      case 'batch':
        return this.#batch(frame)
      case 'error':
        this.problems.push(`refused: ${frame.message}`)
        return true
      default:
        return true
    }
  }

  #snapshot({ epoch, position, reset, last }: Snapshot): void {
    if (!last) return
    if (!reset) return this.#changed()
    this.lost.push({ from: this.#cursor?.seq ?? 0, to: position })
    this.#cursor = { epoch, seq: position }
  }

  #changed(): void {
    if (this.#coming) this.#inForce = this.#coming
    this.#coming = null
  }

  #batch(batch: Batch): boolean {
    const cursor = this.#cursor
    if (!cursor) return true
    if (batch.from !== cursor.seq) {
      if (batch.to > cursor.seq) this.problems.push(`a gap: ${batch.from} after ${cursor.seq}`)
      return batch.to <= cursor.seq
    }
    if (batch.skipped > 0) this.problems.push(`${batch.skipped} events of feed:all were skipped`)
    for (const entry of batch.entries) {
      if (entry.kind === 'event') this.seen.set(entry.event.id, (this.seen.get(entry.event.id) ?? 0) + 1)
    }
    this.#cursor = { epoch: cursor.epoch, seq: batch.to }
    this.#send({ type: 'ack', id: ++this.#acks, seq: batch.to })
    return true
  }

  #send(frame: Parameters<typeof jsonCodec.encode>[0]): void {
    this.#link?.send(jsonCodec.encode(frame) as string)
  }
}
