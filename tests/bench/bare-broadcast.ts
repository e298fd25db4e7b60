/** The baseline of the fan-out benchmark: `ws` alone, which sends each posted body to everybody connected. */
import { createServer } from 'node:http'
import { WebSocketServer } from 'ws'

const sockets = new WebSocketServer({ noServer: true })
const server = createServer((request, response) => {
  const parts: Buffer[] = []
  request.on('data', (part: Buffer) => parts.push(part))
  request.on('end', () => {
    const text = Buffer.concat(parts).toString()
    for (const socket of sockets.clients) socket.send(text)
    response.writeHead(202)
    response.end()
  })
})
server.on('upgrade', (request, socket, head) => {
  sockets.handleUpgrade(request, socket, head, () => undefined)
})
server.listen(0, '127.0.0.1', () => {
  const address = server.address()
  const url = `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`
  console.log(JSON.stringify({ ready: true, url, streamUrl: url.replace('http', 'ws'), pid: process.pid }))
})
process.on('SIGTERM', () => process.exit(0))
