/**
 * Socket.IO 4 with connection-state recovery: `node socket-io-server.ts [PORT]`. It sends each posted body to everybody,
 * and the members of a posted array one by one.
 */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Server } from 'socket.io'
import { answerLines } from './child-program.ts'

const http = createServer((request, response) => {
  if (request.method !== 'POST') return
  const parts: Buffer[] = []
  request.on('data', (part: Buffer) => parts.push(part))
  request.on('end', () => {
    const body = Buffer.concat(parts).toString()
    const messages = body.startsWith('[') ? (JSON.parse(body) as unknown[]) : [body]
    for (const message of messages) io.emit('change', message)
    response.writeHead(202)
    response.end()
  })
})
const io = new Server(http, {
  connectionStateRecovery: { maxDisconnectionDuration: 120_000 },
  transports: ['websocket'],
})
http.listen(Number(process.argv[2] ?? 0), '127.0.0.1', () => {
  const url = `http://127.0.0.1:${(http.address() as AddressInfo).port}`
  answerLines({ url: `${url}/post`, streamUrl: url }, () => null)
})
