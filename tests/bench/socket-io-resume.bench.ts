/**
 * Resuming after 10,000 missed messages of the same size, beside Socket.IO 4 with connection-state recovery, in turns:
 * from connecting until the last of them has been handed to the reader. Ours come from the disk, theirs from memory.
 */
import { Agent } from 'node:http'
import { io } from 'socket.io-client'
import { postJson, sampleEvent } from '../support/post-events.ts'
import { startServerProcess } from '../support/server-process.ts'
import { until } from '../support/test-console.ts'
import { startChild } from './child-program.ts'
import { createCursorReader } from './cursor-reader.ts'
import { percentile, printFigure } from './figure.ts'

const missed = 10_000
const rounds = 7
const inPost = 1_000
const agent = new Agent({ keepAlive: true })

async function postMany(url: string, token: string, make: () => unknown): Promise<void> {
  for (let sent = 0; sent < missed; sent += inPost) {
    const body = JSON.stringify(Array.from({ length: inPost }, make))
    const answer = await postJson(agent, url, token, body)
    if (answer.status !== 202) throw new Error(answer.body)
  }
}

const server = await startServerProcess({ env: { WATCHFLOOR_LOG_LEVEL: 'warn' } })
const source = server.createToken('bench', 'source')
const viewer = server.createToken('reader', 'viewer')
const theirs = await startChild<{ url: string; streamUrl: string }>('./socket-io-server.ts')
const times = { ours: [] as number[], theirs: [] as number[] }
let made = 0
let seen = 0
let size = 0
let recovered = 0
try {
  const ours = createCursorReader(server.streamUrl, viewer, (entry) => {
    seen += 1
    size = JSON.stringify(entry).length
  })
  ours.come()
  await until('ours follows', async () => {
    await postJson(agent, `${server.url}/v1/ingest/events`, source, JSON.stringify(sampleEvent((made += 1))))
    return seen > 0
  })
  const socket = io(theirs.ready.streamUrl, { transports: ['websocket'], reconnection: false })
  let theirSeen = 0
  socket.on('change', () => {
    theirSeen += 1
  })
  await until('theirs follows', async () => {
    await postJson(agent, theirs.ready.url, '', 'first')
    return theirSeen > 0
  })
  for (let round = -2; round < rounds; round += 1) {
    ours.leave()
    await postMany(`${server.url}/v1/ingest/events`, source, () => sampleEvent((made += 1), 500))
    const ourStart = seen
    const ourFrom = performance.now()
    ours.come()
    await until('ours has all', () => seen - ourStart >= missed, 20_000)
    const ourMs = performance.now() - ourFrom

    socket.io.engine.close()
    await postMany(theirs.ready.url, '', () => 'x'.repeat(size))
    const theirStart = theirSeen
    const theirFrom = performance.now()
    socket.connect()
    await until('theirs has all', () => theirSeen - theirStart >= missed, 20_000)
    const theirMs = performance.now() - theirFrom
    if (round < 0) continue
    if (socket.recovered) recovered += 1
    times.ours.push(ourMs)
    times.theirs.push(theirMs)
  }
  ours.leave()
  socket.disconnect()
} finally {
  agent.destroy()
  await theirs.stop()
  await server.dispose()
}
const print = (what: string, value: number, unit: string, goal: string): void =>
  printFigure({ name: `resume after ${missed} messages, ${what}`, value, unit, goal })
print('message size', size, 'bytes', 'the same for both')
print('ours', percentile(times.ours, 0.5), 'ms', 'at most theirs')
print('Socket.IO', percentile(times.theirs, 0.5), 'ms', 'baseline')
print('Socket.IO recovered', recovered, `of ${rounds} times`, `${rounds}`)
