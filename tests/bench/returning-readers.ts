/**
 * Many readers in one process that behave as the protocol asks when their server is gone: `node returning-readers.ts URL
 * COUNT TOKEN`. The first delay is drawn from `spreadMs`, later ones with full jitter from a ceiling that doubles, never
 * before `Retry-After`. The line `report` makes it say how they are.
 */
import { randomUUID } from 'node:crypto'
import { WebSocket } from 'ws'
import type { Cursor, ServerFrame } from '../../src-shared/protocol/frames.ts'
import { streamDefaults } from '../../src-shared/protocol/limits.ts'
import { answerLines } from './child-program.ts'

export interface ReturnReport {
  live: number
  /** Welcomes since the last report that began anew instead of resuming. */
  reloads: number
  /** When handshakes were accepted since the last report, by the clock of all processes (ms). */
  acceptedAt: number[]
  refused: number
}

const [url = '', countText = '1', token = ''] = process.argv.slice(2)
const channels = ['incidents', 'feed:tail', 'sources', 'shift-log']
const now = (): number => performance.timeOrigin + performance.now()
let report: ReturnReport = { live: 0, reloads: 0, acceptedAt: [], refused: 0 }
let live = 0

class Reader {
  readonly #clientId = randomUUID()
  #cursor: Cursor | null = null
  #spreadMs: number = streamDefaults.backoffFirstMs
  #attempt = 0
  #acks = 0

  connect(): void {
    const socket = new WebSocket(url, { headers: { authorization: `Bearer ${token}` } })
    let epoch = ''
    let isLive = false
    let retryAfterMs = 0
    socket.on('upgrade', () => report.acceptedAt.push(now()))
    socket.on('open', () => {
      const hello = { type: 'hello', protocol: 1, clientId: this.#clientId, client: 'bench', channels }
      socket.send(JSON.stringify({ ...hello, cursor: this.#cursor }))
    })
    socket.on('unexpected-response', (_request, response) => {
      report.refused += 1
      retryAfterMs = Number(response.headers['retry-after'] ?? 0) * 1000
      response.resume()
      socket.terminate()
    })
    socket.on('message', (data: Buffer) => {
      const frame = JSON.parse(data.toString()) as ServerFrame
      if (frame.type === 'welcome') {
        epoch = frame.epoch
        if (!frame.resumed) report.reloads += 1
        if (frame.resumed && this.#cursor?.seq === frame.head) isLive = this.#reached(isLive)
      }
      if (frame.type === 'snapshot' && frame.last) this.#cursor = { epoch, seq: frame.position }
      if (frame.type === 'batch') {
        this.#spreadMs = frame.spreadMs
        this.#cursor = { epoch, seq: frame.to }
        // Who says nothing for 35 s is given up by the server.
        socket.send(JSON.stringify({ type: 'ack', id: (this.#acks += 1), seq: frame.to }))
      }
      const isAtHead =
        frame.type === 'batch' ? frame.to === frame.head : frame.type === 'snapshot' && frame.last
      if (isAtHead) isLive = this.#reached(isLive)
    })
    socket.on('error', () => undefined)
    socket.on('close', () => {
      if (isLive) live -= 1
      const ceiling = Math.min(
        streamDefaults.backoffMaxMs,
        streamDefaults.backoffFirstMs * 2 ** Math.max(0, this.#attempt - 1),
      )
      const drawn = Math.random() * (isLive ? this.#spreadMs : ceiling)
      this.#attempt += 1
      setTimeout(
        () => this.connect(),
        Math.max(drawn, retryAfterMs + Math.random() * streamDefaults.backoffFirstMs),
      )
    })
  }

  #reached(wasLive: boolean): true {
    if (!wasLive) live += 1
    this.#attempt = 0
    return true
  }
}

const readers = Array.from({ length: Number(countText) }, () => new Reader())
for (const reader of readers) {
  reader.connect()
  // Below the handshake rate, also with another process beside this one.
  await new Promise((resolve) => setTimeout(resolve, 45))
}
answerLines({}, () => {
  const said = { ...report, live }
  report = { live: 0, reloads: 0, acceptedAt: [], refused: 0 }
  return said
})
