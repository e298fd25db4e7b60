import { WebSocket } from 'ws'
import { classOfCode, classOfStatus, type CloseClass } from './close-class.ts'
import { readServerFrame } from './frame-reading.ts'
import type { ServerFrame } from './frames.ts'
import { parseObject } from './json.ts'

/** How a connection ended: by a close code, by a status instead of a WebSocket, or neither (it was dead). */
export interface Ended {
  readonly code: number | null
  readonly status: number | null
  readonly closeClass: CloseClass
  readonly message: string
  readonly retryAfterMs: number | null
}

export interface Connection {
  /** Sends a frame, or a text as it is. */
  send(frame: object | string): void
  /** Closes as the client: code 1000. */
  close(): void
  /** Lets go of the socket without a closing handshake; nothing that still arrives is read. */
  drop(): void
  /** Nothing heard for this long means dead; measured anew from every frame. */
  expectFramesWithin(deadMs: number): void
  readonly ended: Promise<Ended>
}

/** Connects with a token and offers JSON. Frames come in order; what is not a frame of this protocol is dropped. */
export function connect(
  url: string,
  token: string,
  onOpen: () => void,
  onFrame: (frame: ServerFrame) => void,
): Connection {
  const socket = new WebSocket(url, ['watchfloor.v1.json'], { headers: { authorization: `Bearer ${token}` } })
  const { promise: ended, resolve } = Promise.withResolvers<Ended>()
  let goodbye: { message: string; retryAfterMs: number | null } | null = null
  let isDropped = false
  let unreadable: string | null = null
  let deadMs: number | null = null
  let deadTimer: NodeJS.Timeout | undefined

  const end = (
    code: number | null,
    status: number | null,
    closeClass: CloseClass,
    retryAfterMs: number | null,
  ): void => {
    clearTimeout(deadTimer)
    resolve({ code, status, closeClass, message: unreadable ?? goodbye?.message ?? '', retryAfterMs })
  }
  const drop = (): void => {
    isDropped = true
    socket.terminate()
    end(null, null, 'later', null)
  }
  const heard = (): void => {
    clearTimeout(deadTimer)
    if (deadMs === null) return
    deadTimer = setTimeout(drop, deadMs)
  }

  socket.on('open', onOpen)
  socket.on('unexpected-response', (request, response) => {
    const status = response.statusCode ?? 0
    const seconds = Number(response.headers['retry-after'] ?? Number.NaN)
    end(null, status, classOfStatus(status), Number.isFinite(seconds) ? seconds * 1000 : null)
    request.destroy()
  })
  socket.on('message', (data, isBinary) => {
    if (isDropped || isBinary) return
    heard()
    let frame: ServerFrame
    try {
      frame = readServerFrame(parseObject(data.toString()))
    } catch (error) {
      // What it said is lost: only another connection, from the cursor, brings it again.
      unreadable = String(error)
      socket.close(1000)
      return
    }
    if (frame.type === 'goodbye') goodbye = frame
    onFrame(frame)
  })
  // Every error is followed by a close, which says the rest.
  socket.on('error', () => undefined)
  socket.on('close', (code) => end(code, null, classOfCode(code), goodbye?.retryAfterMs ?? null))

  return {
    send: (frame) => {
      if (socket.readyState === WebSocket.OPEN)
        socket.send(typeof frame === 'string' ? frame : JSON.stringify(frame))
    },
    close: () => socket.close(1000),
    drop,
    expectFramesWithin: (milliseconds) => {
      deadMs = milliseconds
      heard()
    },
    ended,
  }
}
