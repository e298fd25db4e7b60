/**
 * Many readers in one process of their own: `node stream-readers.ts URL COUNT [TOKEN [CHANNELS]]`. With a token they
 * speak the protocol (hello, one ack a second), without one they only listen. A line on stdin makes it say what came since
 * the last.
 */
import { randomUUID } from 'node:crypto'
import { WebSocket } from 'ws'
import { answerLines } from './child-program.ts'

export interface Received {
  messages: number
  bytes: number
  /** The position in the log that the last of the readers has reached. */
  lowest: number
}

const [url = '', countText = '1', token = '', followed = 'incidents,feed:tail'] = process.argv.slice(2)
const readers = Array.from({ length: Number(countText) }, () => ({ seq: 0 }))
const received = { messages: 0, bytes: 0 }
const channels = followed.split(',')

function connect(reader: { seq: number }): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(url, token ? { headers: { authorization: `Bearer ${token}` } } : {})
    let acks = 0
    socket.once('error', reject)
    socket.on('open', () => {
      if (!token) return resolve()
      const hello = { type: 'hello', protocol: 1, clientId: randomUUID(), client: 'bench', cursor: null }
      socket.send(JSON.stringify({ ...hello, channels }))
      setInterval(
        () => socket.send(JSON.stringify({ type: 'ack', id: (acks += 1), seq: reader.seq })),
        1000,
      ).unref()
    })
    socket.on('message', (data: Buffer) => {
      // Only what a batch costs is of interest: frames are told apart by their beginning, without parsing.
      const start = data.toString('latin1', 0, 90)
      if (token && !start.startsWith('{"type":"batch"')) {
        if (start.startsWith('{"type":"snapshot"')) resolve()
        return
      }
      received.messages += 1
      received.bytes += data.length
      reader.seq = Number(/"to":(\d+)/.exec(start)?.[1] ?? reader.seq)
    })
  })
}

// Some at a time: a thousand at once would overflow the listening socket's queue.
for (let first = 0; first < readers.length; first += 20) {
  await Promise.all(readers.slice(first, first + 20).map(connect))
}
answerLines({ connected: readers.length }, () => {
  const now: Received = { ...received, lowest: Math.min(...readers.map(({ seq }) => seq)) }
  received.messages = 0
  received.bytes = 0
  return now
})
