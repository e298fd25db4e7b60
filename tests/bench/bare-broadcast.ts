/**
 * The baseline of the fan-out benchmarks: `ws` alone, which sends each posted body to everybody connected. With the word
 * `deflate` it compresses each message for each reader, as the library does when it is told to.
 */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { WebSocketServer } from 'ws'
import { answerLines } from './child-program.ts'

const perMessageDeflate = process.argv.includes('deflate')
const sockets = new WebSocketServer({ noServer: true, perMessageDeflate })
const server = createServer((request, response) => {
  const parts: Buffer[] = []
  request.on('data', (part: Buffer) => parts.push(part))
  request.on('end', () => {
    const bytes = Buffer.concat(parts)
    for (const socket of sockets.clients) socket.send(bytes, { binary: false })
    response.writeHead(202)
    response.end()
  })
})
server.on('upgrade', (request, socket, head) => {
  sockets.handleUpgrade(request, socket, head, () => undefined)
})
server.listen(0, '127.0.0.1', () => {
  const { port } = server.address() as AddressInfo
  answerLines({ url: `http://127.0.0.1:${port}`, streamUrl: `ws://127.0.0.1:${port}` }, () => null)
})
