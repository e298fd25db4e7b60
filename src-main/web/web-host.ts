import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'
import { WebSocketServer } from 'ws'
import type { Console } from '../core/console.ts'
import { Access } from './access.ts'
import { serveBridge } from './bridge-socket.ts'
import { answerText, createStaticFiles } from './static-files.ts'

/** A call's input is a note of 8,192 characters at most. */
const maxRequestBytes = 65_536

export interface WebHostOptions {
  /** 0: any free port. */
  port: number
  /** The built renderer. */
  rendererDir: string
}

export interface WebHost {
  /** Lets one browser in. */
  entryUrl(): string
  close(): Promise<void>
}

/** Serves a console to browsers on this machine; rejects when the port is taken. */
export async function startWebHost(served: Console, { port, rendererDir }: WebHostOptions): Promise<WebHost> {
  const access = new Access()
  const serveFile = createStaticFiles(rendererDir)
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: maxRequestBytes,
    perMessageDeflate: false,
  })
  const server = createServer((request, response) => void answer(request, response, access, serveFile))
  server.on('upgrade', (request, socket, head) => {
    const refusal = refusalOf(request, access)
    if (refusal !== null) {
      refuseUpgrade(socket, refusal)
      return
    }
    sockets.handleUpgrade(request, socket, head, (accepted) => serveBridge(accepted, served.openSession()))
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', resolve)
  })
  access.listening((server.address() as AddressInfo).port)
  return {
    entryUrl: () => access.entryUrl(),
    close: async () => {
      for (const client of sockets.clients) client.terminate()
      const closed = new Promise<void>((resolve) => server.close(() => resolve()))
      server.closeAllConnections()
      await closed
    },
  }
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  access: Access,
  serveFile: ReturnType<typeof createStaticFiles>,
): Promise<void> {
  if (!access.isOwnHost(request)) return answerText(response, 403, 'This address is not served here.')
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    response.setHeader('allow', 'GET, HEAD')
    return answerText(response, 405, 'Only GET and HEAD.')
  }
  const url = new URL(request.url ?? '/', 'http://127.0.0.1')
  const token = url.pathname === '/' ? url.searchParams.get('token') : null
  if (token !== null) {
    const cookie = access.exchange(token)
    if (cookie !== null) response.setHeader('set-cookie', cookie)
    if (cookie !== null || access.hasSession(request)) {
      response
        .writeHead(303, { location: '/', 'cache-control': 'no-store', 'referrer-policy': 'no-referrer' })
        .end()
      return
    }
  }
  if (!access.hasSession(request))
    return answerText(
      response,
      401,
      'Open the address that Watchfloor printed when it started: it works once.',
    )
  await serveFile(url.pathname, response)
}

/** Why a page may not have the bridge, as a status line; null when it may. */
function refusalOf(request: IncomingMessage, access: Access): string | null {
  if (!access.isOwnHost(request) || !access.isOwnOrigin(request)) return '403 Forbidden'
  if (!access.hasSession(request)) return '401 Unauthorized'
  return new URL(request.url ?? '/', 'http://127.0.0.1').pathname === '/bridge' ? null : '404 Not Found'
}

function refuseUpgrade(socket: Duplex, status: string): void {
  socket.on('error', () => socket.destroy())
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`)
}
