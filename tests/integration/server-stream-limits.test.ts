import { once } from 'node:events'
import { connect } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { v7 as uuidv7 } from 'uuid'
import { afterEach, describe, expect, it } from 'vitest'
import type { PollAnswer } from '../../src-shared/protocol/poll.ts'
import { connectStream, helloFrame, refusedHandshake, type StreamClient } from '../support/stream-client.ts'
import { startTestServer, type TestServer } from '../support/test-server.ts'

const servers: TestServer[] = []
const clients: StreamClient[] = []
afterEach(async () => {
  for (const client of clients.splice(0)) client.socket.terminate()
  for (const server of servers.splice(0)) await server.close()
})

async function start(changes: Parameters<typeof startTestServer>[0] = {}): Promise<TestServer> {
  const server = await startTestServer({ heartbeatMs: 500, deadMs: 30_000, ...changes })
  servers.push(server)
  return server
}

async function follow(server: TestServer, changes: object = {}): Promise<StreamClient> {
  const client = await connectStream(server.streamUrl, server.tokens.viewer)
  clients.push(client)
  client.send(helloFrame(changes))
  await client.next('snapshot', (frame) => frame.last)
  return client
}

function bigEvents(count: number, from: number): object[] {
  const description = 'x'.repeat(400)
  return Array.from({ length: count }, (_, index) => ({
    service: 'big',
    title: 'big',
    dedupKey: `big-${(from + index) % 50}`,
    id: `big-${from + index}`,
    description,
  }))
}

describe('a reader that does not read', () => {
  it('costs the server little, disturbs nobody, and misses no event when it goes on', async () => {
    const server = await start()
    const slow = await follow(server, { channels: ['feed:all', 'incidents'] })
    const quick = await follow(server, { channels: ['feed:all', 'incidents'] })
    slow.socket.pause()
    const rounds = 150
    for (let round = 0; round < rounds; round += 1) await server.ingest(...bigEvents(100, round * 100))
    const eventsOf = (client: StreamClient) =>
      client.frames.flatMap((frame) =>
        frame.type === 'batch'
          ? frame.entries.flatMap((entry) => (entry.kind === 'event' ? [entry.event.eventId] : []))
          : [],
      )
    const all = bigEvents(rounds * 100, 0).map((event) => ('id' in event ? event.id : null))
    await expect.poll(() => eventsOf(quick).length, { timeout: 10_000 }).toBe(all.length)
    const behind = eventsOf(slow).length
    expect(behind).toBeLessThan(all.length)
    slow.socket.resume()
    await expect.poll(() => eventsOf(slow).length, { timeout: 10_000 }).toBe(all.length)
    expect(eventsOf(slow)).toEqual(all)
    const leftOut = slow.frames.reduce(
      (sum, frame) => sum + (frame.type === 'batch' ? frame.superseded : 0),
      0,
    )
    expect(leftOut).toBeGreaterThan(0)
  }, 60_000)
})

describe('handshakes', () => {
  it('above the rate are told when to come back', async () => {
    const server = await start({ handshakesPerSecond: 3 })
    for (let n = 0; n < 3; n += 1) clients.push(await connectStream(server.streamUrl, server.tokens.viewer))
    const options = { headers: { authorization: `Bearer ${server.tokens.viewer}` } }
    const refused = await refusedHandshake(server.streamUrl, options)
    expect(refused).toMatchObject({ status: 503, body: { error: { code: 'tryLater' } } })
    expect(Number(refused.headers['retry-after'])).toBeGreaterThanOrEqual(1)
    await new Promise((resolve) => setTimeout(resolve, 1_050))
    clients.push(await connectStream(server.streamUrl, server.tokens.viewer))
  })

  it('are counted where polling begins too, and not where it goes on', async () => {
    const server = await start({ handshakesPerSecond: 3 })
    const poll = (more: object) =>
      server.call('/v1/poll', {
        token: server.tokens.viewer,
        body: { clientId: uuidv7(), protocol: 1, channels: ['incidents'], holdMs: 0, ...more },
      })
    const [first] = await Promise.all([poll({}), poll({}), poll({})])
    const { cursor } = first.body as PollAnswer
    for (const more of [{}, { cursor, hello: true }]) {
      expect(await poll(more)).toMatchObject({ status: 503, body: { error: { code: 'tryLater' } } })
    }
    expect(await poll({ cursor })).toMatchObject({ status: 200 })
    expect((await server.call('/metrics')).body).toContain('watchfloor_stream_handshakes_refused 2')
  })
})

describe('a connection', () => {
  it('whose request does not come to its end in time is given up', async () => {
    const server = await start({ helloMs: 400 })
    const socket = connect(Number(new URL(server.url).port), '127.0.0.1')
    let answer = ''
    socket.on('data', (part: Buffer) => (answer += part.toString()))
    const startedAt = performance.now()
    const trickle = setInterval(() => socket.write('X-More: 1\r\n'), 50)
    socket.write('GET /v1/stream HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\n')
    socket.on('error', () => undefined)
    await new Promise((resolve) => socket.on('close', resolve))
    clearInterval(trickle)
    expect(performance.now() - startedAt).toBeLessThan(10_000)
    expect(answer).not.toContain('101')
  })
})

describe('the intervals', () => {
  it('can be as short as 150 ms: heartbeats, death of a silent client, holds of polls', async () => {
    const server = await start({ heartbeatMs: 150, staleMs: 200, deadMs: 350, helloMs: 300, pollHoldMs: 150 })
    const reader = await follow(server)
    expect(await reader.next('welcome')).toMatchObject({ heartbeatMs: 150, staleMs: 200, deadMs: 350 })
    const answering = setInterval(() => reader.send({ type: 'ack', id: 1, seq: 0 }), 100)
    reader.clear()
    const startedAt = performance.now()
    await expect
      .poll(() => reader.frames.filter(({ type }) => type === 'batch').length)
      .toBeGreaterThanOrEqual(6)
    const each = (performance.now() - startedAt) / 6
    expect(each).toBeLessThan(900)
    clearInterval(answering)
    expect(await reader.closed).toBe(4000)

    const clientId = '0192f7a0-5b1c-7e6a-9d50-6f2c3a7b1e01'
    const poll = async (cursor: unknown) => {
      const body = { protocol: 1, clientId, channels: ['shift-log'], cursor }
      return (await server.call('/v1/poll', { body })).body as PollAnswer
    }
    let { cursor } = await poll(null)
    while (cursor.page !== undefined) ({ cursor } = await poll(cursor))
    const heldAt = performance.now()
    expect((await poll(cursor)).frames).toMatchObject([{ type: 'batch', entries: [] }])
    const heldMs = performance.now() - heldAt
    expect(heldMs).toBeGreaterThan(120)
    expect(heldMs).toBeLessThan(10_000)
  })
})

describe('connections', () => {
  it('beyond what the server takes are told when to come back, and let in when there is room', async () => {
    const server = await start({ maxConnections: 2 })
    const [first] = [await follow(server), await follow(server)]
    const options = { headers: { authorization: `Bearer ${server.tokens.viewer}` } }
    const refused = await refusedHandshake(server.streamUrl, options)
    expect(refused).toMatchObject({ status: 503, headers: { 'retry-after': '20' } })
    first?.close()
    await first?.closed
    await expect
      .poll(async () => (await server.call('/metrics')).body)
      .toContain('watchfloor_stream_connections 1')
    clients.push(await connectStream(server.streamUrl, server.tokens.viewer))
  })
})

describe('a server that stops', () => {
  it('says goodbye to each reader with its own time to come back, and leaves nothing open', async () => {
    const server = await start({ drainMs: 200 })
    const readers = await Promise.all(Array.from({ length: 30 }, () => follow(server)))
    const startedAt = performance.now()
    await server.server.close()
    expect(performance.now() - startedAt).toBeLessThan(10_000)
    const codes = await Promise.all(readers.map((reader) => reader.closed))
    expect(new Set(codes)).toEqual(new Set([4100]))
    const times = readers.flatMap(({ frames }) =>
      frames.flatMap((frame) => (frame.type === 'goodbye' ? [frame.retryAfterMs] : [])),
    )
    expect(times).toHaveLength(30)
    expect(new Set(times).size).toBeGreaterThan(5)
  })

  it('does not wait for those who connected and say nothing, or not all of a request', async () => {
    const server = await start()
    const port = Number(new URL(server.url).port)
    const sockets = ['', 'POST /v1/poll HTTP/1.1\r\nhost: x\r\n'].map((text) => {
      const socket = connect({ port, host: '127.0.0.1' }).on('error', () => undefined)
      socket.write(text)
      return socket
    })
    await Promise.all(sockets.map((socket) => once(socket, 'connect')))
    const closing = server.server.close().then(() => true)
    const hasClosed = await Promise.race([closing, sleep(10_000, false)])
    for (const socket of sockets) socket.destroy()
    await closing
    expect(hasClosed).toBe(true)
  })
})
