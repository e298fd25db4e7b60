import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { text as textOf } from 'node:stream/consumers'
import { setTimeout as wait } from 'node:timers/promises'
import { WebSocket, WebSocketServer } from 'ws'
import { subprotocols } from '../../src-shared/protocol/limits.ts'

export interface OlderServer {
  url: string
  /** False: WebSockets do not get through. */
  takesUpgrades: boolean
  /** Streams that were opened. */
  readonly streams: number
  /** Single commands that came. */
  readonly single: number
  /** Frames and requests of many commands, which it did not understand. */
  readonly together: number
  close(): Promise<void>
}

/** The first single commands over HTTP are answered slowly. */
const slowRequests = 3

export type Json = Record<string, unknown>

/**
 * A server of another version, made of one of today: each of its frames is as `change` makes it. Unless told otherwise it is
 * one from before commands went together, which neither says nor knows anything of that.
 */
export async function startOlderServer(
  target: string,
  change: (frame: Json) => Json = asOlder,
): Promise<OlderServer> {
  const sockets = new WebSocketServer({ noServer: true, handleProtocols: () => subprotocols.json })
  const notKnown = { code: 'invalid', message: 'type: unknown frame', field: 'type' }

  const forward = async (incoming: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = JSON.parse(await textOf(incoming)) as Json
    if ('commands' in body) {
      older.together += 1
      response.writeHead(400, { 'content-type': 'application/json' }).end(JSON.stringify({ error: notKnown }))
      return
    }
    if ('command' in body) {
      older.single += 1
      // Meanwhile others come to wait, which could go together.
      if (older.single <= slowRequests) await wait(100)
    }
    const gone = new AbortController()
    response.on('close', () => gone.abort())
    const { authorization = '', 'content-type': type = '' } = incoming.headers
    const answer = await fetch(`${target}${incoming.url ?? ''}`, {
      method: 'POST',
      headers: { authorization, 'content-type': type },
      body: JSON.stringify(body),
      signal: gone.signal,
    })
    const said = change((await answer.json()) as Json)
    if (Array.isArray(said['frames'])) said['frames'] = said['frames'].map((frame: Json) => change(frame))
    response.writeHead(answer.status, { 'content-type': 'application/json' }).end(JSON.stringify(said))
  }

  const relay = (client: WebSocket, incoming: IncomingMessage): void => {
    older.streams += 1
    const { authorization = '' } = incoming.headers
    const onward = new WebSocket(`${target.replace(/^http/, 'ws')}/v1/stream`, [subprotocols.json], {
      headers: { authorization },
    })
    const waiting: string[] = []
    client.on('message', (data: Buffer) => {
      const frame = JSON.parse(data.toString()) as Json
      if (frame['type'] === 'commands') {
        older.together += 1
        client.send(JSON.stringify({ type: 'error', ...notKnown }))
        return
      }
      if (frame['type'] === 'command') older.single += 1
      if (onward.readyState === WebSocket.OPEN) onward.send(data.toString())
      else waiting.push(data.toString())
    })
    onward.on('open', () => {
      for (const frame of waiting) onward.send(frame)
    })
    onward.on('message', (data: Buffer) =>
      client.send(JSON.stringify(change(JSON.parse(data.toString()) as Json))),
    )
    onward.on('error', () => client.terminate()).on('close', () => client.terminate())
    client.on('close', () => onward.terminate())
  }

  const server = createServer((incoming, response) => {
    forward(incoming, response).catch(() => response.destroy())
  })
  server.on('upgrade', (incoming, socket: Socket, head) => {
    socket.on('error', () => socket.destroy())
    if (!older.takesUpgrades) {
      socket.end('HTTP/1.1 426 Upgrade Required\r\nContent-Length: 0\r\n\r\n')
      return
    }
    sockets.handleUpgrade(incoming, socket, head, (client) => relay(client, incoming))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const older = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    takesUpgrades: true,
    streams: 0,
    single: 0,
    together: 0,
    close: async () => {
      for (const client of sockets.clients) client.terminate()
      const closed = new Promise<void>((resolve) => server.close(() => resolve()))
      server.closeAllConnections()
      await closed
    },
  }
  return older
}

function asOlder({ commandsTogether: _notSaid, ...frame }: Json): Json {
  return frame
}
