import { v7 as uuidv7 } from 'uuid'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createCertificates } from '../../src-main/core/connection/certificates.ts'
import { createLongPollTransport } from '../../src-main/core/connection/long-poll-transport.ts'
import type { Ending } from '../../src-main/core/connection/state-machine.ts'
import type { Transport, TransportLink } from '../../src-main/core/connection/transport.ts'
import { createWebSocketTransport } from '../../src-main/core/connection/websocket-transport.ts'
import { jsonCodec } from '../../src-shared/protocol/codec.ts'
import type { ServerFrame } from '../../src-shared/protocol/frames.ts'
import { protocolVersion } from '../../src-shared/protocol/limits.ts'
import { msgpackCodec } from '../../src-shared/protocol/msgpack-codec.ts'
import { until } from '../support/test-console.ts'
import { startTestServer, type TestServer } from '../support/test-server.ts'

const certificates = createCertificates({})
const transports: Record<string, Transport> = {
  'a WebSocket with JSON': createWebSocketTransport(certificates, [jsonCodec]),
  'a WebSocket with MessagePack': createWebSocketTransport(certificates, [msgpackCodec]),
  'long polling': createLongPollTransport(certificates),
}

let server: TestServer
let links: TransportLink[]

beforeEach(async () => {
  server = await startTestServer()
  links = []
})

afterEach(async () => {
  for (const link of links) link.drop()
  await server.close()
})

function open(transport: Transport, token = server.tokens.responder) {
  const frames: ServerFrame[] = []
  const endings: Ending[] = []
  let isOpen = false
  const link = transport.open(
    { url: server.url, token, proxyUrl: null },
    {
      onOpen: () => {
        isOpen = true
      },
      onFrame: (frame) => frames.push(frame),
      onHeard: () => undefined,
      onEnd: (ending) => endings.push(ending),
    },
  )
  links.push(link)
  return { link, frames, endings, isOpen: () => isOpen }
}

function greet(link: TransportLink): void {
  const client = { protocol: protocolVersion, clientId: uuidv7(), client: 'test' }
  link.send({ type: 'hello', ...client, cursor: null, channels: ['incidents', 'feed:all'] })
}

describe.each(Object.entries(transports))('%s', (_name, transport) => {
  it('carries the same frames: welcome, snapshot, batches, heartbeats, answers', async () => {
    await server.ingest({ service: 'api', title: 'before' })
    const { link, frames, isOpen } = open(transport)
    await until('open', isOpen)
    greet(link)
    await until('the snapshot', () => frames.some(({ type }) => type === 'snapshot'))
    expect(frames[0]).toMatchObject({ type: 'welcome', resumed: false, operator: { name: 'mira' } })
    await server.ingest({ service: 'api', title: 'after' })
    const entries = () => frames.flatMap((frame) => (frame.type === 'batch' ? frame.entries : []))
    await until('the batch', () => entries().some(({ kind }) => kind === 'event'))
    expect(entries()[0]?.at).toBeGreaterThan(1_600_000_000_000)
    link.send({ type: 'ack', id: 7, seq: 1 })
    await until('the answer', () => frames.some((frame) => frame.type === 'acked' && frame.id === 7))
    const id = uuidv7()
    const body = { kind: 'note', incidentId: uuidv7(), text: 'nobody there' } as const
    const command = { id, clientId: uuidv7(), number: 1, author: 'mira', issuedAt: 1, body }
    link.send({ type: 'command', command })
    await until('the result', () => frames.some(({ type }) => type === 'result'))
    const result = frames.find((frame) => frame.type === 'result')
    expect(result).toMatchObject({ result: { commandId: id, status: 'rejected', code: 'unknownIncident' } })
  })

  it('changes channels at one position and brings what is new', async () => {
    await server.ingest({ service: 'api', title: 'one' })
    const { link, frames, isOpen } = open(transport)
    await until('open', isOpen)
    greet(link)
    await until('the snapshot', () => frames.some((frame) => frame.type === 'snapshot' && frame.last))
    const known = frames.flatMap((frame) => (frame.type === 'snapshot' ? frame.entries : []))
    const incident = known.find((entry) => entry.kind === 'incident')
    if (incident?.kind !== 'incident') throw new Error('no incident')
    link.send({ type: 'subscribe', channels: ['incidents', `incident:${incident.incident.id}`] })
    await until('subscribed', () => frames.some(({ type }) => type === 'subscribed'))
    const added = () => frames.filter((frame) => frame.type === 'snapshot' && !frame.reset)
    await until('its history', () => added().some((frame) => frame.type === 'snapshot' && frame.last))
    await server.ingest({ service: 'api', title: 'two' })
    const last = () => frames.findLast((frame) => frame.type === 'batch' && frame.entries.length > 0)
    await until('on under the new set', () => last() !== undefined)
  })

  it('says once that a token is not known, and that trying again is of no use', async () => {
    const { endings, link, isOpen } = open(transport, 'wf_nobody')
    await until('an answer', () => isOpen() || endings.length > 0)
    if (isOpen()) greet(link)
    await until('ended', () => endings.length > 0)
    expect(endings).toMatchObject([{ retry: 'never', message: expect.stringMatching(/token/) as unknown }])
  })

  it('is silent after it was dropped', async () => {
    const { link, frames, endings, isOpen } = open(transport)
    await until('open', isOpen)
    greet(link)
    await until('welcome', () => frames.length > 0)
    link.drop()
    const count = frames.length
    await server.ingest({ service: 'api', title: 'unheard' })
    await new Promise((resolve) => setTimeout(resolve, 300))
    expect(frames).toHaveLength(count)
    expect(endings).toEqual([])
  })
})

describe('the answer to a poll', () => {
  it('proves nothing of what was acknowledged after the poll was sent', async () => {
    const { link, frames, isOpen } = open(createLongPollTransport(certificates))
    await until('open', isOpen)
    greet(link)
    await until('the first heartbeat', () => frames.at(-1)?.type === 'batch')
    // The next poll is on its way already: its answer may have been written before this was sent.
    await new Promise((resolve) => setTimeout(resolve, 10))
    const count = frames.length
    link.send({ type: 'ack', id: 7, seq: 0 })
    await until('acked', () => frames.at(-1)?.type === 'acked')
    const since = frames.slice(count).map(({ type }) => type)
    expect(since).toEqual(['batch', 'batch', 'acked'])
  })
})
