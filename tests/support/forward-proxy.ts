import { createServer, request, type IncomingMessage, type ServerResponse } from 'node:http'
import { connect, type AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'

export interface ForwardProxy {
  /** Without a login. */
  url: string
  /** `user:password` that it asks for; null: none. */
  login: string | null
  /** As many company proxies: no CONNECT but to 443. */
  refusesConnect: boolean
  readonly connects: number
  readonly forwards: number
  /** From servers to clients, in both ways. */
  readonly bytesDown: number
  close(): Promise<void>
}

/** A proxy as companies have them: CONNECT, and requests with whole addresses. Names in `.test` are this machine. */
export async function startForwardProxy(): Promise<ForwardProxy> {
  const sockets = new Set<Duplex>()
  const isLetIn = ({ headers }: IncomingMessage): boolean =>
    proxy.login === null ||
    headers['proxy-authorization'] === `Basic ${Buffer.from(proxy.login).toString('base64')}`

  const count = (chunk: Buffer): void => {
    proxy.bytesDown += chunk.length
  }

  const server = createServer((incoming: IncomingMessage, response: ServerResponse) => {
    if (!isLetIn(incoming)) {
      response
        .writeHead(407, { 'proxy-authenticate': 'Basic realm="company"', 'content-type': 'text/html' })
        .end()
      return
    }
    proxy.forwards += 1
    const { 'proxy-authorization': _login, 'proxy-connection': _connection, ...headers } = incoming.headers
    const address = new URL(incoming.url ?? '')
    address.hostname = placeOf(address.hostname)
    const onward = request(address, { method: incoming.method, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers)
      answer.on('data', count).pipe(response)
    })
    onward.on('error', () => response.writeHead(502).end())
    response.on('close', () => onward.destroy())
    incoming.pipe(onward)
  })
  server.on('connect', (incoming: IncomingMessage, socket: Duplex) => {
    socket.on('error', () => socket.destroy())
    const refuse = (line: string) => socket.end(`HTTP/1.1 ${line}\r\nContent-Length: 0\r\n\r\n`)
    if (!isLetIn(incoming)) {
      refuse('407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm="company"')
      return
    }
    if (proxy.refusesConnect) {
      refuse('403 Forbidden')
      return
    }
    proxy.connects += 1
    const { hostname, port } = new URL(`http://${incoming.url ?? ''}`)
    sockets.add(socket)
    const onward = connect(Number(port), placeOf(hostname), () => {
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n')
      onward.on('data', count).pipe(socket).pipe(onward)
    })
    onward.on('error', () => socket.destroy()).on('close', () => socket.destroy())
    socket.on('close', () => {
      sockets.delete(socket)
      onward.destroy()
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const proxy = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    login: null as string | null,
    refusesConnect: false,
    connects: 0,
    forwards: 0,
    bytesDown: 0,
    close: async () => {
      for (const socket of sockets) socket.destroy()
      const closed = new Promise<void>((resolve) => server.close(() => resolve()))
      server.closeAllConnections()
      await closed
    },
  }
  return proxy
}

function placeOf(hostname: string): string {
  return hostname.endsWith('.test') ? '127.0.0.1' : hostname
}
