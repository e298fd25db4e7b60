import { randomUUID } from 'node:crypto'
import type { Socket } from 'node:net'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import {
  connectStream,
  helloFrame,
  refusedHandshake,
  type ClientChoices,
  type StreamClient,
} from '../support/stream-client.ts'
import { startTestServer, type TestServer } from '../support/test-server.ts'

let server: TestServer
const clients: StreamClient[] = []
beforeAll(async () => {
  server = await startTestServer({ handshakesPerSecond: 1000 })
})
afterEach(() => {
  for (const client of clients.splice(0)) client.socket.terminate()
})
afterAll(() => server.close())

async function connect(options?: ClientChoices): Promise<StreamClient> {
  const client = await connectStream(server.streamUrl, server.tokens.responder, options)
  clients.push(client)
  return client
}

async function greeted(changes: object = {}): Promise<StreamClient> {
  const client = await connect()
  client.send(helloFrame(changes))
  await client.next('snapshot', (frame) => frame.last)
  return client
}

describe('a handshake', () => {
  const bearer = (token: string) => ({ headers: { authorization: `Bearer ${token}` } })

  it('without a valid token never becomes a WebSocket', async () => {
    for (const options of [{}, bearer('wf_wrong'), { headers: { authorization: 'Basic x' } }]) {
      const refused = await refusedHandshake(server.streamUrl, options)
      expect(refused).toMatchObject({ status: 401, body: { error: { code: 'unauthorized', field: null } } })
    }
  })

  it('of a source is refused: it sends and does not read', async () => {
    const refused = await refusedHandshake(server.streamUrl, bearer(server.tokens.source))
    expect(refused).toMatchObject({ status: 403, body: { error: { code: 'forbidden' } } })
  })

  it('of a web page is refused', async () => {
    const options = { ...bearer(server.tokens.viewer), origin: 'https://evil.example' }
    const refused = await refusedHandshake(server.streamUrl, options)
    expect(refused).toMatchObject({ status: 403, body: { error: { code: 'originNotAllowed' } } })
  })

  it('elsewhere, or with unknown subprotocols only, is refused', async () => {
    const elsewhere = server.streamUrl.replace('/stream', '/other')
    expect(await refusedHandshake(elsewhere, bearer(server.tokens.viewer))).toMatchObject({ status: 404 })
    const options = { ...bearer(server.tokens.viewer), protocols: ['watchfloor.v9.json'] }
    expect(await refusedHandshake(server.streamUrl, options)).toMatchObject({
      status: 400,
      body: { error: { code: 'unknownSubprotocol' } },
    })
  })

  it('gets the first of its subprotocols that is spoken', async () => {
    const client = await connect({ protocols: ['watchfloor.v9.json', 'watchfloor.v1.json'] })
    expect(client.socket.protocol).toBe('watchfloor.v1.json')
  })
})

describe('the first frame', () => {
  it.each([
    ['is not JSON', '{', 'notReadable', null],
    ['is another one', { type: 'ack', id: 1, seq: 0 }, 'helloExpected', 'type'],
    ['lacks a field', helloFrame({ clientId: undefined }), 'invalid', 'clientId'],
    ['names an unknown channel', helloFrame({ channels: ['gossip'] }), 'invalid', 'channels.0'],
    ['has a wrong cursor', helloFrame({ cursor: { epoch: randomUUID(), seq: -1 } }), 'invalid', 'cursor.seq'],
  ])('that %s is answered with the cause, and closed', async (_what, frame, code, field) => {
    const client = await connect()
    client.send(frame)
    expect(await client.next('error')).toMatchObject({ code, field })
    expect(await client.next('goodbye')).toMatchObject({ code: 4103 })
    expect(await client.closed).toBe(4103)
  })

  it('of another protocol is told which one is spoken, whatever else it says', async () => {
    for (const hello of [helloFrame({ protocol: 99 }), { type: 'hello', protocol: 2, new: true }]) {
      const client = await connect()
      client.send(hello)
      const { message } = await client.next('goodbye')
      expect(message).toContain('1 is')
      expect(await client.closed).toBe(4201)
    }
  })

  it('has to come in time', async () => {
    const strict = await startTestServer({ helloMs: 200 })
    const client = await connectStream(strict.streamUrl, strict.tokens.viewer)
    expect(await client.closed).toBe(4105)
    await strict.close()
  })
})

describe('a bad frame', () => {
  const command = {
    id: randomUUID(),
    clientId: randomUUID(),
    number: 1,
    author: 'mira',
    issuedAt: 1,
    body: { kind: 'note', incidentId: randomUUID(), text: 'x' },
  }
  it.each([
    ['no JSON', 'nonsense', 'notReadable', null],
    ['JSON that is no object', '17', 'invalid', null],
    ['an unknown type', { type: 'sing' }, 'invalid', 'type'],
    ['a second hello', helloFrame(), 'unexpectedHello', 'type'],
    ['an ack without seq', { type: 'ack', id: 1 }, 'invalid', 'seq'],
    ['a wrong type', { type: 'ack', id: 'one', seq: 1 }, 'invalid', 'id'],
    ['no channels', { type: 'subscribe', channels: [] }, 'invalid', 'channels'],
    ['an unknown channel', { type: 'subscribe', channels: ['service:1'] }, 'invalid', 'channels.0'],
  ])('with %s is answered with its field, and the connection lives', async (_what, frame, code, field) => {
    const client = await greeted()
    client.send(frame)
    expect(await client.next('error')).toMatchObject({ code, field })
    client.send({ type: 'ack', id: 7, seq: 0 })
    expect(await client.next('acked')).toMatchObject({ id: 7 })
  })

  it.each([
    ['no author', { ...command, author: '' }, 'command.author'],
    ['an unknown action', { ...command, body: { kind: 'dance' } }, 'command.body.kind'],
    ['an empty note', { ...command, body: { ...command.body, text: ' ' } }, 'command.body.text'],
  ])(
    'that is a command with %s is rejected by its id, so that it is not sent for ever',
    async (_what, bad, field) => {
      const client = await greeted()
      client.send({ type: 'command', command: bad })
      const { result } = await client.next('result')
      expect(result).toMatchObject({ commandId: command.id, number: 1, status: 'rejected', code: 'invalid' })
      expect(result.message).toContain(field)
      client.send({ type: 'ack', id: 7, seq: 0 })
      expect(await client.next('acked')).toMatchObject({ id: 7 })
    },
  )

  it('in binary is not readable as JSON', async () => {
    const client = await greeted()
    client.socket.send(Buffer.from('{"type":"ack","id":1,"seq":0}'))
    expect(await client.next('error')).toMatchObject({ code: 'notReadable' })
  })

  it('twenty times ends the connection', async () => {
    const client = await greeted()
    for (let n = 0; n < 20; n += 1) client.send('{')
    expect(await client.closed).toBe(4103)
    expect(client.frames.filter((frame) => frame.type === 'error')).toHaveLength(20)
  })

  it('that is too large ends the connection with its own code, and nothing else', async () => {
    const other = await greeted()
    for (const size of [65_537, 1_000_000]) {
      const client = await greeted()
      client.send('x'.repeat(size))
      expect(await client.next('goodbye')).toMatchObject({ code: 4104 })
      expect(await client.closed).toBe(4104)
    }
    other.send({ type: 'ack', id: 1, seq: 0 })
    await other.next('acked')
  })

  it('in a thousand fragments ends the connection', async () => {
    const client = await greeted()
    for (let n = 0; n < 1_000; n += 1) client.socket.send('x', { fin: false })
    expect(await client.closed).toBeGreaterThan(1000)
  })
})

describe('too many frames', () => {
  /** Sends so many at once that they arrive together. */
  function sendTogether(client: StreamClient, count: number): void {
    const { _socket: transport } = client.socket as unknown as { _socket: Socket }
    transport.cork()
    for (let id = 0; id < count; id += 1) client.send({ type: 'ack', id, seq: 0 })
    transport.uncork()
  }

  it('are told once, and then end the connection', async () => {
    const client = await greeted()
    sendTogether(client, 250)
    expect(await client.next('error')).toMatchObject({ code: 'slowDown' })
    expect(await client.closed).toBe(4102)
    expect(client.frames.filter((frame) => frame.type === 'error')).toHaveLength(1)
  })

  it('are slowed to what is allowed, and all answered', async () => {
    const client = await greeted()
    const startedAt = performance.now()
    sendTogether(client, 120)
    await client.next('error', ({ code }) => code === 'slowDown')
    for (let id = 1_000; id < 1_050; id += 1) client.send({ type: 'ack', id, seq: 0 })
    await client.next('acked', ({ id }) => id === 1_049)
    expect(performance.now() - startedAt).toBeGreaterThan(850)
    expect(client.frames.filter(({ type }) => type === 'acked')).toHaveLength(170)
  })
})
