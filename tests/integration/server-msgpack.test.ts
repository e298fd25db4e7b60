import { randomUUID } from 'node:crypto'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { serverFrameSchema, type ServerFrame } from '../../src-shared/protocol/frames.ts'
import { subprotocols } from '../../src-shared/protocol/limits.ts'
import { connectStream, helloFrame, type StreamClient } from '../support/stream-client.ts'
import { startTestServer, type TestServer } from '../support/test-server.ts'

let server: TestServer
const clients: StreamClient[] = []
beforeAll(async () => {
  server = await startTestServer()
})
afterEach(() => {
  for (const client of clients.splice(0)) client.socket.terminate()
})
afterAll(() => server.close())

const inMsgpack = { protocols: [subprotocols.msgpack] }

async function connect(choices: object): Promise<StreamClient> {
  const client = await connectStream(server.streamUrl, server.tokens.responder, choices)
  clients.push(client)
  return client
}

async function follow(choices: object, hello: object = {}): Promise<StreamClient> {
  const client = await connect(choices)
  client.send(helloFrame(hello))
  await client.next('snapshot', (frame) => frame.last)
  return client
}

const entriesOf = (frames: readonly ServerFrame[]) =>
  frames.flatMap((frame) => (frame.type === 'batch' || frame.type === 'snapshot' ? frame.entries : []))

describe('a connection in MessagePack', () => {
  it('is chosen by the order of what the client offers', async () => {
    const both = [subprotocols.msgpack, subprotocols.json]
    expect((await connect({ protocols: both })).socket.protocol).toBe(subprotocols.msgpack)
    expect((await connect({ protocols: both.toReversed() })).socket.protocol).toBe(subprotocols.json)
  })

  it('carries the same as one in JSON: snapshot, live batches, catch-up', async () => {
    await server.ingest({ service: 'gateway', title: 'before', dedupKey: 'before' })
    const channels = ['feed:all', 'incidents', 'sources']
    const packed = await follow(inMsgpack, { channels })
    const plain = await follow({}, { channels })
    expect(entriesOf(packed.frames)).toEqual(entriesOf(plain.frames))
    const { position, epoch } = await packed.next('snapshot')
    packed.clear()
    plain.clear()

    const { items } = await server.ingest({ service: 'gateway', title: 'live ünï', dedupKey: 'live' })
    const isLive = (entries: ReturnType<typeof entriesOf>) => entries.some(({ kind }) => kind === 'event')
    const live = await packed.next('batch', (frame) => isLive(frame.entries))
    expect(live.entries).toEqual((await plain.next('batch', (frame) => isLive(frame.entries))).entries)
    expect(live.entries).toMatchObject([{ kind: 'event', event: { id: items[0]?.id } }, {}, {}])
    expect(live.at).toBeGreaterThan(2 ** 32)

    const back = await connect(inMsgpack)
    back.send(helloFrame({ channels, cursor: { epoch, seq: position } }))
    expect((await back.next('batch', (frame) => frame.entries.length > 0)).entries).toEqual(live.entries)
    for (const frame of [...packed.frames, ...back.frames])
      expect(serverFrameSchema.parse(frame)).toEqual(frame)
  })

  it('is answered in MessagePack: acked, result, subscribed, error, goodbye', async () => {
    const client = await follow(inMsgpack)
    client.send({ type: 'ack', id: 7, seq: 0 })
    expect(await client.next('acked')).toMatchObject({ id: 7 })
    client.send({ type: 'subscribe', channels: ['incidents'] })
    expect(await client.next('subscribed')).toMatchObject({ channels: ['incidents'] })
    client.send({
      type: 'command',
      command: {
        id: randomUUID(),
        clientId: randomUUID(),
        number: 1,
        author: 'mira',
        issuedAt: Date.now(),
        body: { kind: 'acknowledge', incidentId: randomUUID() },
      },
    })
    expect(await client.next('result')).toMatchObject({ result: { code: 'unknownIncident' } })
    client.send('{"type":"ack","id":1,"seq":0}')
    expect(await client.next('error')).toMatchObject({ code: 'notReadable' })
    client.socket.send(Buffer.alloc(70_000))
    expect(await client.next('goodbye')).toMatchObject({ code: 4104 })
    expect(await client.closed).toBe(4104)
  })

  it('of another protocol version is told so', async () => {
    const client = await connect(inMsgpack)
    client.send(helloFrame({ protocol: 9 }))
    expect(await client.next('goodbye')).toMatchObject({ code: 4201 })
  })
})
