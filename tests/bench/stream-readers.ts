/**
 * Many readers in one process of their own: `node stream-readers.ts URL COUNT [TOKEN]`. With a token they speak the
 * protocol (hello, one ack a second), without one they only listen. A line on stdin makes it print what it received.
 */
import { randomUUID } from 'node:crypto'
import { createInterface } from 'node:readline'
import { WebSocket } from 'ws'

const [url = '', countText = '1', token] = process.argv.slice(2)
const count = Number(countText)
const received = { messages: 0, bytes: 0, sample: '' }

function connect(): Promise<WebSocket> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(url, token ? { headers: { authorization: `Bearer ${token}` } } : {})
    let seq = 0
    let acks = 0
    socket.once('error', reject)
    socket.on('open', () => {
      if (!token) return resolve(socket)
      const channels = ['incidents', 'feed:tail']
      const hello = {
        type: 'hello',
        protocol: 1,
        clientId: randomUUID(),
        client: 'bench',
        cursor: null,
        channels,
      }
      socket.send(JSON.stringify(hello))
      setInterval(() => socket.send(JSON.stringify({ type: 'ack', id: (acks += 1), seq })), 1000).unref()
    })
    socket.on('message', (data: Buffer) => {
      // Only what a batch costs is of interest: frames are told apart by their beginning, without parsing.
      const start = data.toString('latin1', 0, 90)
      if (token && !start.startsWith('{"type":"batch"')) {
        if (start.startsWith('{"type":"snapshot"')) resolve(socket)
        return
      }
      received.messages += 1
      received.bytes += data.length
      seq = Number(/"to":(\d+)/.exec(start)?.[1] ?? seq)
      if (data.length > received.sample.length) received.sample = data.toString()
    })
  })
}

const open: WebSocket[] = []
for (let first = 0; first < count; first += 20) {
  const group = await Promise.all(Array.from({ length: Math.min(20, count - first) }, connect))
  open.push(...group)
  // The server admits 50 handshakes in any second: two groups fit into one, three would not.
  if (token) await new Promise((resolve) => setTimeout(resolve, 550))
}
console.log(JSON.stringify({ connected: open.length }))

createInterface({ input: process.stdin })
  .on('line', () => {
    console.log(JSON.stringify(received))
    received.messages = 0
    received.bytes = 0
  })
  .on('close', () => process.exit(0))
