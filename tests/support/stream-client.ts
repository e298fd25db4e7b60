import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import type { IncomingMessage } from 'node:http'
import { WebSocket, type ClientOptions } from 'ws'
import type { ServerFrame } from '../../src-shared/protocol/frames.ts'
import { msgpackCodec, packValue } from '../../src-shared/protocol/msgpack-codec.ts'
import { subprotocols } from '../../src-shared/protocol/limits.ts'

type FrameOf<T extends ServerFrame['type']> = Extract<ServerFrame, { type: T }>

export interface StreamClient {
  socket: WebSocket
  /** Everything that has come, in order. */
  frames: ServerFrame[]
  send(frame: object | string): void
  /** The first frame of this type (and shape), come or to come; fails after 5 s. */
  next<T extends ServerFrame['type']>(type: T, fits?: (frame: FrameOf<T>) => boolean): Promise<FrameOf<T>>
  /** Forgets what has come so far. */
  clear(): void
  /** The code with which the server closed. */
  closed: Promise<number>
  close(): void
}

export interface ClientChoices extends ClientOptions {
  protocols?: string[]
}

/** A bare client of the stream: sends what it is told to, keeps what comes. */
export async function connectStream(
  url: string,
  token: string,
  { protocols = [], ...options }: ClientChoices = {},
): Promise<StreamClient> {
  const socket = new WebSocket(url, protocols, {
    ...options,
    headers: { authorization: `Bearer ${token}`, ...options.headers },
  })
  const frames: ServerFrame[] = []
  const waiting = new Set<() => void>()
  const closed = once(socket, 'close').then(([code]) => Number(code))
  socket.on('message', (data: Buffer, isBinary: boolean) => {
    // Plain words of one encoding in the frames of the other would be an error of the server.
    if (isBinary !== (socket.protocol === subprotocols.msgpack)) throw new Error('a frame of the wrong kind')
    const frame = isBinary ? msgpackCodec.decode(data) : (JSON.parse(data.toString()) as unknown)
    frames.push(frame as ServerFrame)
    for (const look of waiting) look()
  })
  await once(socket, 'open')
  socket.on('error', () => undefined)

  const next: StreamClient['next'] = (type, fits = () => true) =>
    new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        waiting.delete(look)
        reject(new Error(`no ${type} came; there were ${JSON.stringify(frames).slice(0, 2000)}`))
      }, 5_000)
      const look = (): void => {
        for (const frame of frames) {
          if (frame.type !== type) continue
          const found = frame as Parameters<typeof fits>[0]
          if (!fits(found)) continue
          clearTimeout(timer)
          waiting.delete(look)
          return resolve(found)
        }
      }
      waiting.add(look)
      look()
    })

  return {
    socket,
    frames,
    send: (frame) => {
      if (typeof frame === 'string') socket.send(frame)
      else socket.send(socket.protocol === subprotocols.msgpack ? packValue(frame) : JSON.stringify(frame))
    },
    next,
    clear: () => void frames.splice(0),
    closed,
    close: () => socket.close(),
  }
}

/** The first frame of a client, with what a test wants otherwise. */
export function helloFrame(changes: object = {}): object {
  return {
    type: 'hello',
    protocol: 1,
    clientId: randomUUID(),
    client: 'test',
    cursor: null,
    channels: ['incidents', 'feed:all'],
    ...changes,
  }
}

/** A handshake that is refused: its status, headers and body. */
export function refusedHandshake(
  url: string,
  options: ClientChoices = {},
): Promise<{ status: number; headers: IncomingMessage['headers']; body: unknown }> {
  const { protocols = [], ...rest } = options
  const socket = new WebSocket(url, protocols, rest)
  return new Promise((resolve, reject) => {
    socket.on('open', () => reject(new Error('the handshake was accepted')))
    socket.on('error', reject)
    socket.on('unexpected-response', (_request, response) => {
      let text = ''
      response.on('data', (part: Buffer) => (text += part.toString()))
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: JSON.parse(text) }),
      )
    })
  })
}
