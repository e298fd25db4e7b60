import { createServer, request, type IncomingMessage, type ServerResponse } from 'node:http'
import { connect, type AddressInfo, type Socket } from 'node:net'
import type { Duplex } from 'node:stream'

export interface PlainHttpProxy {
  url: string
  /** What becomes of an upgrade: passed on, its header taken away, or taken and never answered. */
  upgrades: 'pass' | 'strip' | 'swallow'
  /** How many upgrades were asked for. */
  readonly upgradesAsked: number
  /** How many requests have come. */
  readonly requestsSeen: number
  /** WebSockets and requests that are open now. */
  readonly open: { sockets: number; requests: number }
  /** The most that were open at once since the start. */
  readonly mostStreams: number
  close(): Promise<void>
}

/** A reverse proxy that knows HTTP and treats WebSockets as it is told. */
export async function startPlainHttpProxy(targetPort: number): Promise<PlainHttpProxy> {
  const sockets = new Set<Duplex>()
  let requests = 0
  let polls = 0
  const note = (): void => {
    proxy.mostStreams = Math.max(proxy.mostStreams, sockets.size + polls)
  }

  const forward = (incoming: IncomingMessage, response: ServerResponse): void => {
    const isPoll = incoming.url === '/v1/poll'
    requests += 1
    proxy.requestsSeen += 1
    if (isPoll) polls += 1
    note()
    response.on('close', () => {
      requests -= 1
      if (isPoll) polls -= 1
    })
    const { upgrade: _upgrade, connection: _connection, ...headers } = incoming.headers
    const options = {
      port: targetPort,
      host: '127.0.0.1',
      path: incoming.url,
      method: incoming.method,
      headers,
    }
    const onward = request(options, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers)
      answer.pipe(response)
    })
    onward.on('error', () => response.writeHead(502, { 'content-type': 'text/html' }).end('bad gateway'))
    response.on('close', () => onward.destroy())
    incoming.pipe(onward)
  }

  const server = createServer(forward)
  server.on('upgrade', (incoming: IncomingMessage, socket: Socket, head: Buffer) => {
    proxy.upgradesAsked += 1
    socket.on('error', () => socket.destroy())
    if (proxy.upgrades === 'strip') {
      socket.end('HTTP/1.1 426 Upgrade Required\r\nContent-Type: text/html\r\nContent-Length: 0\r\n\r\n')
      return
    }
    sockets.add(socket)
    note()
    socket.on('close', () => sockets.delete(socket))
    if (proxy.upgrades === 'swallow') return
    const onward = connect(targetPort, '127.0.0.1', () => {
      const headers = incoming.rawHeaders.flatMap((name, index, all) =>
        index % 2 === 0 ? [`${name}: ${all[index + 1] ?? ''}`] : [],
      )
      onward.write(`GET ${incoming.url ?? '/'} HTTP/1.1\r\n${headers.join('\r\n')}\r\n\r\n`)
      onward.write(head)
      onward.pipe(socket).pipe(onward)
    })
    onward.on('error', () => socket.destroy()).on('close', () => socket.destroy())
    socket.on('close', () => onward.destroy())
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const proxy = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    upgrades: 'pass' as PlainHttpProxy['upgrades'],
    upgradesAsked: 0,
    requestsSeen: 0,
    mostStreams: 0,
    get open() {
      return { sockets: sockets.size, requests }
    },
    close: async () => {
      for (const socket of sockets) socket.destroy()
      const closed = new Promise<void>((resolve) => server.close(() => resolve()))
      server.closeAllConnections()
      await closed
    },
  }
  return proxy
}
