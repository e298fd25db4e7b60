/**
 * A reader that reads nothing: `node slow-reader-program.ts URL TOKEN`. It follows every event, and after the welcome takes
 * no byte off its socket, while its acks say that it lives. A number on a line makes it read on; it answers
 * when it has seen so many events (or after 20 s) with how long that took, and how many it saw.
 */
import { randomUUID } from 'node:crypto'
import { WebSocket } from 'ws'
import type { ServerFrame } from '../../src-shared/protocol/frames.ts'
import { answerLines } from './child-program.ts'

const [url = '', token = ''] = process.argv.slice(2)
const socket = new WebSocket(url, { headers: { authorization: `Bearer ${token}` } })
const channels = ['feed:all']
let seq = 0
let events = 0
let acks = 0
let expected = Infinity
let seenAll = (): void => undefined
socket.on('open', () => {
  const hello = { type: 'hello', protocol: 1, clientId: randomUUID(), client: 'slow', cursor: null, channels }
  socket.send(JSON.stringify(hello))
  setInterval(() => socket.send(JSON.stringify({ type: 'ack', id: (acks += 1), seq })), 1000).unref()
})
await new Promise<void>((resolve) => {
  socket.on('message', (data: Buffer) => {
    const frame = JSON.parse(data.toString()) as ServerFrame
    if (frame.type === 'snapshot' && frame.last) resolve()
    if (frame.type !== 'batch') return
    seq = frame.to
    events += frame.entries.length
    if (events >= expected) seenAll()
  })
})
socket.pause()
answerLines({}, async (line) => {
  const from = performance.now()
  expected = Number(line)
  socket.resume()
  await new Promise<void>((resolve) => {
    seenAll = resolve
    setTimeout(resolve, 20_000)
  })
  return { ms: performance.now() - from, events }
})
