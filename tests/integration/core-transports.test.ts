import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { json } from 'node:stream/consumers'
import { v7 as uuidv7 } from 'uuid'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createCertificates } from '../../src-main/core/connection/certificates.ts'
import { createLongPollTransport } from '../../src-main/core/connection/long-poll-transport.ts'
import type { Ending } from '../../src-main/core/connection/state-machine.ts'
import type { Transport, TransportLink } from '../../src-main/core/connection/transport.ts'
import { createWebSocketTransport } from '../../src-main/core/connection/websocket-transport.ts'
import type { Command } from '../../src-shared/domain/command.ts'
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

function open(transport: Transport, token = server.tokens.responder, url = server.url) {
  const frames: ServerFrame[] = []
  const endings: Ending[] = []
  let isOpen = false
  const link = transport.open(
    { url, token, proxyUrl: null },
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

function notes(count: number): Command[] {
  const clientId = uuidv7()
  return Array.from({ length: count }, (_, index) => {
    const body = { kind: 'note', incidentId: uuidv7(), text: 'nobody there' } as const
    return { id: uuidv7(), clientId, number: index + 1, author: 'mira', issuedAt: 1, body }
  })
}

const resultsIn = (frames: readonly ServerFrame[]) =>
  frames.flatMap((frame) => (frame.type === 'result' ? [frame.result] : []))

const doneOf = ({ id: commandId, number }: Command) => {
  const nothing = { seq: null, code: null, message: null, incident: null, madeId: null }
  return { commandId, number, status: 'done', ...nothing }
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

  it('carries many commands together, and the result of each in their order', async () => {
    const { link, frames, isOpen } = open(transport)
    await until('open', isOpen)
    greet(link)
    await until('welcome', () => frames.length > 0)
    const commands = notes(70)
    link.send({ type: 'commands', commands: commands.slice(0, 50) })
    link.send({ type: 'commands', commands: commands.slice(50) })
    await until('the results', () => resultsIn(frames).length === 70)
    expect(resultsIn(frames).map(({ commandId }) => commandId)).toEqual(commands.map(({ id }) => id))
    expect(new Set(resultsIn(frames).map(({ code }) => code))).toEqual(new Set(['unknownIncident']))
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

describe('commands over HTTP', () => {
  it('that wait for the one on its way go together, and alone where that is refused', async () => {
    const asked: number[] = []
    const epoch = uuidv7()
    const cursor = { epoch, seq: 0 }
    const operator = { name: 'mira', role: 'responder' }
    const times = { heartbeatMs: 15_000, staleMs: 20_000, deadMs: 35_000 }
    const resumed = { resumed: false, resetReason: 'first', head: 0, at: 1 }
    const told = { serverId: uuidv7(), epoch, operator, commandsTogether: 50, ...resumed, ...times }
    const welcome = { type: 'welcome', protocol: protocolVersion, ...told }
    let polls = 0
    const answers = createServer((request, response) => {
      void json(request).then((body) => {
        // The first poll is answered, all others are held.
        if (request.url === '/v1/poll' && (polls += 1) > 1) return
        if (request.url === '/v1/poll') {
          response.writeHead(200, { 'content-type': 'application/json' })
          response.end(JSON.stringify({ frames: [welcome], cursor }))
          return
        }
        const { command, commands } = body as { command?: Command; commands?: Command[] }
        asked.push(commands?.length ?? 1)
        response.writeHead(command ? 200 : 413, { 'content-type': 'application/json' })
        response.end(command ? JSON.stringify({ result: doneOf(command) }) : '{}')
      })
    })
    await new Promise<void>((resolve) => void answers.listen(0, '127.0.0.1', resolve))
    const { port } = answers.address() as AddressInfo
    const { link, frames } = open(createLongPollTransport(certificates), 'x', `http://127.0.0.1:${port}`)
    greet(link)
    await until('the welcome', () => frames.some(({ type }) => type === 'welcome'))
    const commands = notes(4)
    for (const command of commands) link.send({ type: 'command', command })
    await until('the results', () => resultsIn(frames).length === 4)
    expect(resultsIn(frames).map(({ commandId }) => commandId)).toEqual(commands.map(({ id }) => id))
    expect(asked).toEqual([1, 3, 1, 1, 1])
    link.drop()
    answers.closeAllConnections()
    await new Promise((resolve) => answers.close(resolve))
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
