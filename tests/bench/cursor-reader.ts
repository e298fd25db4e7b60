import { randomUUID } from 'node:crypto'
import { WebSocket } from 'ws'
import type { Cursor, ServerFrame } from '../../src-shared/protocol/frames.ts'
import type { LogEntry } from '../../src-shared/domain/log-entry.ts'

/** Between attempts; short, so that a benchmark measures the resuming and not the waiting. */
const retryMs = 50

export interface CursorReader {
  /** Ends the connection and stays away. */
  leave(): void
  /** Connects, and comes back after each loss, with the cursor that it has. */
  come(): void
}

/** A reader of every event that resumes from its cursor, in this process. `onEntry` is called once for each entry. */
export function createCursorReader(
  streamUrl: string,
  token: string,
  onEntry: (entry: LogEntry) => void,
): CursorReader {
  const clientId = randomUUID()
  let cursor: Cursor | null = null
  let socket: WebSocket | null = null
  let isAway = true

  function connect(): void {
    const opened = new WebSocket(streamUrl, { headers: { authorization: `Bearer ${token}` } })
    let epoch = ''
    socket = opened
    const hello = { type: 'hello', protocol: 1, clientId, client: 'bench', channels: ['feed:all'] }
    opened.on('open', () => opened.send(JSON.stringify({ ...hello, cursor })))
    opened.on('error', () => undefined)
    opened.on('close', () => {
      if (!isAway) setTimeout(connect, retryMs)
    })
    opened.on('message', (data: Buffer) => {
      const frame = JSON.parse(data.toString()) as ServerFrame
      if (frame.type === 'welcome') epoch = frame.epoch
      if (frame.type === 'snapshot' && frame.last) cursor = { epoch, seq: frame.position }
      if (frame.type !== 'batch' || frame.from !== cursor?.seq) return
      for (const entry of frame.entries) onEntry(entry)
      cursor = { epoch, seq: frame.to }
    })
  }

  return {
    come: () => {
      isAway = false
      connect()
    },
    leave: () => {
      isAway = true
      socket?.terminate()
    },
  }
}
