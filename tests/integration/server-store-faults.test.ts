import { randomUUID } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createSystemClock } from '../../src-server/clock.ts'
import { configSchema } from '../../src-server/config.ts'
import { createLog } from '../../src-server/create-log.ts'
import { startEdges, type Edges } from '../../src-server/edges.ts'
import { StoreUnavailableError } from '../../src-server/log/log-store.ts'
import { createMemoryLogStore, type MemoryLogStore } from '../support/memory-log-store.ts'
import { connectStream, helloFrame } from '../support/stream-client.ts'

const full = 'the disk is full: nothing can be kept until there is room again'
let store: MemoryLogStore
let edges: Edges

beforeEach(async () => {
  store = createMemoryLogStore({ serverId: randomUUID(), epoch: randomUUID() })
  const refuse = async () => {
    throw new StoreUnavailableError(full)
  }
  edges = await startEdges(
    configSchema.parse({ port: 0, heartbeatMs: 100, drainMs: 0 }),
    { log: createLog('silent'), clock: createSystemClock(), random: Math.random, version: '0.0.0' },
    {
      store,
      ingest: { accept: refuse },
      search: { ask: refuse, close: async () => undefined },
      preview: refuse,
      demo: null,
      execute: refuse,
      authenticate: (token) => ({
        id: randomUUID(),
        name: 'root',
        role: token === 'send' ? 'source' : 'admin',
      }),
    },
  )
})
afterEach(() => edges.close())

const command = {
  id: randomUUID(),
  clientId: randomUUID(),
  number: 1,
  author: 'root',
  issuedAt: 1,
  body: { kind: 'summarise', incidentId: randomUUID() },
}

function post(path: string, token: string, body: object): Promise<Response> {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
  return fetch(`${edges.url}${path}`, { method: 'POST', headers, body: JSON.stringify(body) })
}

describe('a log that cannot be written', () => {
  it('is said to senders, with the reason and when to come back', async () => {
    const answer = await post('/v1/ingest/events', 'send', { service: 's', title: 't' })
    expect(answer.status).toBe(503)
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0)
    expect(await answer.json()).toEqual({ error: { code: 'storeUnavailable', message: full, field: null } })
    expect((await post('/v1/commands', 'admin', { command })).status).toBe(503)
  })

  it('gives a command no result, so that it is sent again', async () => {
    const client = await connectStream(edges.streamUrl, 'admin')
    client.send(helloFrame())
    client.send({ type: 'command', command })
    expect(await client.next('goodbye')).toMatchObject({ code: 4106, message: full })
    expect(await client.closed).toBe(4106)
    expect(client.frames.some((frame) => frame.type === 'result')).toBe(false)
  })
})

describe('a log that cannot be read', () => {
  it('ends the readers that need it, and the server goes on when it can be read again', async () => {
    const { identity } = store
    const entry = { kind: 'event', incidentId: null, serviceIds: [], thing: null } as const
    store.commit(entry, entry)
    store.breakReads('the disk does not work')
    expect((await fetch(`${edges.url}/readyz`)).status).toBe(503)
    const cursor = { epoch: identity.epoch, seq: 0 }
    const lost = await connectStream(edges.streamUrl, 'admin')
    lost.send(helloFrame({ cursor }))
    expect(await lost.next('goodbye')).toMatchObject({ code: 4106 })
    await lost.closed
    store.breakReads(null)
    expect((await fetch(`${edges.url}/readyz`)).status).toBe(200)
    const back = await connectStream(edges.streamUrl, 'admin')
    back.send(helloFrame({ cursor }))
    expect(await back.next('batch', (batch) => batch.to === 2)).toMatchObject({ from: 0 })
    store.breakReads('once more')
    store.commit(entry)
    await new Promise((resolve) => setTimeout(resolve, 50))
    store.breakReads(null)
    await back.next('batch', (batch) => batch.to === 3)
    back.close()
  })

  it('resets a connected reader whose place it no longer keeps, and says why', async () => {
    const entry = { kind: 'event', incidentId: null, serviceIds: [], thing: null } as const
    const client = await connectStream(edges.streamUrl, 'admin')
    client.send(helloFrame({ channels: ['shift-log'] }))
    await client.next('snapshot')
    client.clear()
    store.forgetUpTo(3)
    store.commit(entry, entry, entry)
    client.send({ type: 'subscribe', channels: ['sources'] })
    expect(await client.next('welcome')).toMatchObject({ resumed: false, resetReason: 'tooOld' })
    expect(await client.next('snapshot')).toMatchObject({ reset: true, position: 3 })
    client.close()
  })
})
