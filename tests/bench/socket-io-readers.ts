/** Socket.IO clients in a process of their own: `node socket-io-readers.ts URL COUNT`. A line makes it say what came. */
import { io } from 'socket.io-client'
import { answerLines } from './child-program.ts'
import type { Received } from './stream-readers.ts'

const [url = '', countText = '1'] = process.argv.slice(2)
const received = { messages: 0, bytes: 0 }

function connect(): Promise<void> {
  return new Promise((resolve) => {
    // Each with a connection of its own, as many consoles have.
    const socket = io(url, { transports: ['websocket'], forceNew: true })
    socket.on('connect', () => resolve())
    socket.on('change', (body: string) => {
      received.messages += 1
      received.bytes += body.length
    })
  })
}

for (let first = 0; first < Number(countText); first += 20) {
  await Promise.all(Array.from({ length: Math.min(20, Number(countText) - first) }, connect))
}
answerLines({}, () => {
  const now: Received = { ...received, lowest: 0 }
  received.messages = 0
  received.bytes = 0
  return now
})
