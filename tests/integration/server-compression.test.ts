import { request as httpRequest } from 'node:http'
import { constants, gunzipSync, inflateRawSync } from 'node:zlib'
import { afterEach, describe, expect, it } from 'vitest'
import type { ServerFrame } from '../../src-shared/protocol/frames.ts'
import { acceptsGzip } from '../../src-server/http/compressed-answer.ts'
import { compressMessageNow } from '../../src-server/stream/compressed-message.ts'
import { webSocketMessage, webSocketPayload } from '../../src-server/stream/websocket-message.ts'
import { connectStream, helloFrame, type ClientChoices, type StreamClient } from '../support/stream-client.ts'
import { startTestServer, type TestServer } from '../support/test-server.ts'

const servers: TestServer[] = []
const clients: StreamClient[] = []
afterEach(async () => {
  for (const client of clients.splice(0)) client.socket.terminate()
  for (const server of servers.splice(0)) await server.close()
})

async function start(changes: Parameters<typeof startTestServer>[0] = {}): Promise<TestServer> {
  const server = await startTestServer({ heartbeatMs: 5_000, ...changes })
  servers.push(server)
  return server
}

/** A client that has read all there is, with the bytes that came over its wire for it. */
async function read(server: TestServer, choices: ClientChoices, hello: object = {}) {
  const client = await connectStream(server.streamUrl, server.tokens.viewer, choices)
  clients.push(client)
  client.send(helloFrame(hello))
  await client.next('batch', (frame) => frame.to === frame.head).catch(() => undefined)
  return client
}

const channels = ['incidents', 'feed:all']
const compressing = { perMessageDeflate: true }
const plain = { perMessageDeflate: false }

function manyEvents(count: number, word: string): object[] {
  return Array.from({ length: count }, (_, n) => ({
    service: `service-${n % 20}`,
    title: `the error ratio of ${word} ${n} is above five per cent`,
    dedupKey: `${word}-${n}`,
    description: 'It has been so for five minutes. '.repeat(5),
  }))
}

/** Bytes that have come over the client's TCP connection. */
function received(client: StreamClient): number {
  const { _socket: socket } = client.socket as unknown as { _socket: { bytesRead: number } }
  return socket.bytesRead
}

const entriesOf = (frames: readonly ServerFrame[]) =>
  frames.flatMap((frame) => (frame.type === 'batch' || frame.type === 'snapshot' ? frame.entries : []))

async function snapshot(server: TestServer, choices: ClientChoices): Promise<StreamClient> {
  const client = await connectStream(server.streamUrl, server.tokens.viewer, choices)
  clients.push(client)
  client.send(helloFrame({ channels }))
  await client.next('snapshot', (frame) => frame.last)
  return client
}

describe('a client that offers permessage-deflate', () => {
  it('gets snapshots and catch-up compressed, the same as others get plain', async () => {
    const server = await start()
    const early = await snapshot(server, plain)
    const { position, epoch } = await early.next('snapshot')
    await server.ingest(...manyEvents(400, 'gateway'))
    for (const protocols of [['watchfloor.v1.json'], ['watchfloor.v1.msgpack']]) {
      const small = await snapshot(server, { protocols, ...compressing })
      const large = await snapshot(server, { protocols, ...plain })
      expect(small.socket.extensions).toContain('permessage-deflate')
      expect(large.socket.extensions).toBe('')
      expect(entriesOf(small.frames)).toEqual(entriesOf(large.frames))
      expect(received(small)).toBeLessThan(received(large) / 4)

      const hello = { channels, cursor: { epoch, seq: position } }
      const behind = await read(server, { protocols, ...compressing }, hello)
      const other = await read(server, { protocols, ...plain }, hello)
      expect(entriesOf(behind.frames)).toEqual(entriesOf(other.frames))
      expect(entriesOf(behind.frames).length).toBeGreaterThan(1_000)
      expect(received(behind)).toBeLessThan(received(other) / 4)
    }
  })

  it('gets live batches as they are, unless the server was told to compress them', async () => {
    const event = { service: 'a', title: 'a'.repeat(1_000), dedupKey: 'a', description: 'b'.repeat(10_000) }
    const bytesOfOne = async (server: TestServer): Promise<number> => {
      const client = await snapshot(server, compressing)
      const before = received(client)
      await server.ingest(event)
      const { entries } = await client.next('batch', (frame) => frame.entries.length > 0)
      const found = entries.find((entry) => entry.kind === 'event')
      expect(found?.event.description === event.description).toBe(true)
      return received(client) - before
    }
    expect(await bytesOfOne(await start())).toBeGreaterThan(11_000)
    expect(await bytesOfOne(await start({ compressLive: true }))).toBeLessThan(3_000)
  })

  it('may compress what it sends, within the limit for what it unpacks to', async () => {
    const server = await start()
    const client = await snapshot(server, { perMessageDeflate: { threshold: 0 } })
    client.send({ type: 'ack', id: 3, seq: 0 })
    await client.next('acked', ({ id }) => id === 3)
    client.send({ type: 'ack', id: 4, seq: 0, more: ' '.repeat(200_000) })
    expect(await client.closed).toBe(4104)
  })

  it('and has less memory than usual for it goes without', async () => {
    const server = await start()
    const client = await snapshot(server, { perMessageDeflate: { serverMaxWindowBits: 10 } })
    expect(client.socket.extensions).toBe('')
  })
})

describe('a compressed message', () => {
  it.each([0, 10, 125, 126, 300, 65_535, 65_536, 200_000])('holds its %d bytes', (length) => {
    const payload = Buffer.from('a word of it '.repeat(length / 13 + 1)).subarray(0, length)
    for (const isBinary of [false, true]) {
      const message = webSocketMessage(payload, isBinary)
      expect(webSocketPayload(message)).toEqual({ payload, isBinary })
      const compressed = compressMessageNow(message)
      expect(compressed[0]).toBe(isBinary ? 0xc2 : 0xc1)
      const { payload: deflated } = webSocketPayload(compressed)
      const flushed = Buffer.concat([deflated, Buffer.from([0, 0, 0xff, 0xff])])
      const inflated = inflateRawSync(flushed, { finishFlush: constants.Z_SYNC_FLUSH })
      expect(inflated.equals(payload)).toBe(true)
    }
  })
})

describe('a large answer to a poll', () => {
  const poll = (server: TestServer, accept: string | null): Promise<{ encoding: unknown; body: Buffer }> =>
    new Promise((resolve, reject) => {
      const request = httpRequest(`${server.url}/v1/poll`, {
        method: 'POST',
        headers: {
          authorization: `Bearer ${server.tokens.viewer}`,
          'content-type': 'application/json',
          ...(accept === null ? {} : { 'accept-encoding': accept }),
        },
      })
      request.on('error', reject)
      request.on('response', (response) => {
        const parts: Buffer[] = []
        response.on('data', (part: Buffer) => parts.push(part))
        response.on('end', () =>
          resolve({ encoding: response.headers['content-encoding'], body: Buffer.concat(parts) }),
        )
      })
      const clientId = '0192f7a0-5b1c-7e6a-9d50-6f2c3a7b1e01'
      request.end(JSON.stringify({ protocol: 1, clientId, channels, holdMs: 0 }))
    })

  it('is zipped for who takes that, and plain for all others', async () => {
    const server = await start()
    await server.ingest(...manyEvents(200, 'polled'))
    const plainly = await poll(server, null)
    expect(plainly.encoding).toBeUndefined()
    const zipped = await poll(server, 'gzip, deflate, br')
    expect(zipped.encoding).toBe('gzip')
    expect(zipped.body.length).toBeLessThan(plainly.body.length / 4)
    const entries = (body: string) => (JSON.parse(body) as { frames: ServerFrame[] }).frames
    const expected = entriesOf(entries(plainly.body.toString()))
    expect(entriesOf(entries(gunzipSync(zipped.body).toString()))).toEqual(expected)
  })

  it.each([
    ['gzip', true],
    ['deflate, gzip;q=1.0, *;q=0.5', true],
    ['*', true],
    ['gzip;q=0', false],
    ['br', false],
    ['x-gzip', false],
    [undefined, false],
  ])('is zipped for %s: %s', (header, expected) => {
    expect(acceptsGzip(header)).toBe(expected)
  })
})
