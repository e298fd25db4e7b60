import { randomUUID } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createSystemClock } from '../../src-server/clock.ts'
import { configSchema } from '../../src-server/config.ts'
import { createLog } from '../../src-server/create-log.ts'
import { startEdges, type Edges } from '../../src-server/edges.ts'
import { StoreUnavailableError } from '../../src-server/log/log-store.ts'
import type { CommandSeries } from '../../src-server/incidents/commands.ts'
import { createMemoryLogStore, type MemoryLogStore } from '../support/memory-log-store.ts'
import { connectStream, helloFrame } from '../support/stream-client.ts'

const full = 'the disk is full: nothing can be kept until there is room again'
let store: MemoryLogStore
let edges: Edges
/** Commands that were to be carried out, and what becomes of them. */
let asked: string[]
let outcome: () => Promise<CommandSeries>

beforeEach(async () => {
  store = createMemoryLogStore({ serverId: randomUUID(), epoch: randomUUID() })
  asked = []
  outcome = async () => ({ results: [], failure: new StoreUnavailableError(full) })
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
      executeAll: (commands) => {
        asked.push(...commands.map(({ id }) => id))
        return outcome()
      },
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

const other = (number: number) => ({ ...command, id: randomUUID(), number })

const resultOf = ({ id, number }: { id: string; number: number }) => {
  const nothing = { seq: null, code: null, message: null, incident: null, madeId: null }
  return { commandId: id, number, ...nothing }
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

  it('gives results to those before the one that failed, and nothing overtakes it', async () => {
    const client = await connectStream(edges.streamUrl, 'admin')
    client.send(helloFrame())
    const [first, second, third] = [command, other(2), other(3)]
    const done = { ...resultOf(first), status: 'done' as const }
    outcome = async () => ({ results: [done], failure: new StoreUnavailableError(full) })
    client.send({ type: 'commands', commands: [first, second] })
    client.send({ type: 'command', command: third })
    expect(await client.closed).toBe(4106)
    const results = client.frames.flatMap((frame) => (frame.type === 'result' ? [frame.result] : []))
    expect(results.map(({ commandId }) => commandId)).toEqual([first.id])
    expect(asked).toEqual([first.id, second.id])
  })
})

describe('commands that wait for the store', () => {
  it('are counted, not the frames they came in, before no more is read', async () => {
    const client = await connectStream(edges.streamUrl, 'admin')
    client.send(helloFrame())
    let release: () => void = () => undefined
    outcome = () =>
      new Promise((resolve) => {
        release = () => resolve({ results: [], failure: null })
      })
    client.send({ type: 'commands', commands: Array.from({ length: 30 }, (_, index) => other(index + 1)) })
    client.send({ type: 'ack', id: 1, seq: 0 })
    await client.next('acked', ({ id }) => id === 1)
    client.send({ type: 'commands', commands: [other(31), other(32), other(33)] })
    await new Promise((resolve) => setTimeout(resolve, 50))
    client.send({ type: 'ack', id: 2, seq: 0 })
    await new Promise((resolve) => setTimeout(resolve, 100))
    expect(client.frames.some((frame) => frame.type === 'acked' && frame.id === 2)).toBe(false)
    release()
    await client.next('acked', ({ id }) => id === 2)
    release()
    client.close()
  })
})

describe('results that are more than a connection may have unsent', () => {
  it('wait until they are read', async () => {
    const client = await connectStream(edges.streamUrl, 'admin')
    client.send(helloFrame())
    await client.next('snapshot')
    const commands = Array.from({ length: 50 }, (_, index) => other(index + 1))
    const message = 'x'.repeat(200_000)
    outcome = async () => ({
      results: commands.map((each) => ({ ...resultOf(each), status: 'done' as const, message })),
      failure: null,
    })
    client.socket.pause()
    client.send({ type: 'commands', commands })
    await new Promise((resolve) => setTimeout(resolve, 200))
    client.socket.resume()
    await client.next('result', ({ result }) => result.number === 50)
    client.close()
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
