import { randomUUID } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Batch, ServerFrame } from '../../src-shared/protocol/frames.ts'
import { connectStream, helloFrame, type StreamClient } from '../support/stream-client.ts'
import { startTestServer, type TestServer } from '../support/test-server.ts'

let server: TestServer
const clients: StreamClient[] = []
beforeEach(async () => {
  server = await startTestServer()
})
afterEach(async () => {
  for (const client of clients.splice(0)) client.socket.terminate()
  await server.close()
})

async function connect(changes: object = {}, token = server.tokens.responder): Promise<StreamClient> {
  const client = await connectStream(server.streamUrl, token)
  clients.push(client)
  client.send(helloFrame(changes))
  await client.next('welcome')
  return client
}

async function follow(changes: object = {}): Promise<StreamClient> {
  const client = await connect(changes)
  await client.next('snapshot', (frame) => frame.last)
  return client
}

let events = 0
function trouble(changes: object = {}): object {
  events += 1
  return { service: `service-${events}`, title: `trouble ${events}`, dedupKey: `key-${events}`, ...changes }
}

function batchesOf(frames: readonly ServerFrame[]): Batch[] {
  return frames.filter((frame) => frame.type === 'batch')
}

function entriesOf(client: StreamClient) {
  return batchesOf(client.frames).flatMap((batch) => batch.entries)
}

const hasEntry = (kind: string) => (batch: Batch) => batch.entries.some((entry) => entry.kind === kind)

describe('a reader at the head', () => {
  it('gets each commit once, in order, without gaps', async () => {
    const client = await follow()
    const start = (await client.next('welcome')).head
    for (let n = 0; n < 20; n += 1) await server.ingest(trouble())
    await client.next('batch', (batch) => batch.to === batch.head && entriesOf(client).length >= 80)
    let cursor = start
    for (const batch of batchesOf(client.frames)) {
      expect(batch.from).toBe(cursor)
      expect(batch.superseded + batch.skipped).toBe(0)
      cursor = batch.to
    }
    const seqs = entriesOf(client).map((entry) => entry.seq)
    expect(seqs).toEqual([...new Set(seqs)].toSorted((a, b) => a - b))
    const opened = entriesOf(client).filter((entry) => entry.kind === 'event')
    expect(opened).toHaveLength(20)
  })

  it('hears an empty batch at least every heartbeat, and an answer to each ack', async () => {
    const client = await follow()
    client.clear()
    const ticks = setInterval(() => client.send({ type: 'ack', id: 1, seq: 0 }), 100)
    await new Promise((resolve) => setTimeout(resolve, 1000))
    clearInterval(ticks)
    const beats = batchesOf(client.frames)
    expect(beats.length).toBeGreaterThanOrEqual(5)
    expect(beats.length).toBeLessThanOrEqual(8)
    for (const beat of beats) expect(beat).toMatchObject({ entries: [], to: beat.head, spreadMs: 500 })
    await client.next('acked', (frame) => frame.id === 1)
  })

  it('that says nothing is taken for dead', async () => {
    const strict = await startTestServer({ deadMs: 400 })
    const client = await connectStream(strict.streamUrl, strict.tokens.viewer)
    client.send(helloFrame())
    expect(await client.next('goodbye')).toMatchObject({ code: 4000 })
    await client.closed
    await strict.close()
  })

  it('is told in the heartbeat how far it is complete, though nothing concerned it', async () => {
    const client = await follow({ channels: ['shift-log'] })
    await server.ingest(trouble(), trouble())
    const beat = await client.next('batch', (batch) => batch.to > 0)
    expect(beat).toMatchObject({ from: 0, entries: [], to: beat.head })
  })
})

describe('a reader that comes back', () => {
  it('gets exactly what it missed', async () => {
    const client = await follow()
    await server.ingest(trouble())
    const batch = await client.next('batch', hasEntry('event'))
    client.close()
    await client.closed
    const { items } = await server.ingest(trouble(), trouble())
    const { epoch } = await client.next('welcome')
    const again = await connect({ cursor: { epoch, seq: batch.to } })
    expect(await again.next('welcome')).toMatchObject({ resumed: true, resetReason: null })
    await again.next('batch', hasEntry('event'))
    const ids = entriesOf(again).flatMap((entry) => (entry.kind === 'event' ? [entry.event.id] : []))
    expect(ids).toEqual(items.map(({ id }) => id))
    expect(again.frames.filter((frame) => frame.type === 'snapshot')).toEqual([])
  })

  it('after a restart of the server goes on from its cursor', async () => {
    const client = await follow()
    await server.ingest(trouble())
    const batch = await client.next('batch', hasEntry('event'))
    const { epoch } = await client.next('welcome')
    server = await server.restart()
    expect(await client.next('goodbye')).toMatchObject({ code: 4100, retryAfterMs: expect.any(Number) })
    expect(await client.closed).toBe(4100)
    const again = await connect({ cursor: { epoch, seq: batch.to } })
    expect(await again.next('welcome')).toMatchObject({ resumed: true })
    await server.ingest(trouble())
    expect(await again.next('batch', hasEntry('event'))).toMatchObject({ from: expect.any(Number) })
  })

  it('with a cursor that cannot be continued gets a snapshot, and is told why', async () => {
    await server.ingest(trouble())
    const { epoch, head } = await (await connect()).next('welcome')
    const beyond = await follow({ cursor: { epoch, seq: head + 100 } })
    expect(await beyond.next('welcome')).toMatchObject({ resumed: false, resetReason: 'beyondHead' })
    const other = await follow({ cursor: { epoch: randomUUID(), seq: 1 } })
    expect(await other.next('welcome')).toMatchObject({ resumed: false, resetReason: 'otherEpoch' })
    expect(await other.next('snapshot')).toMatchObject({ reset: true, position: head, page: 0, last: true })
  })
})

describe('a reader that changes its channels', () => {
  it('hears the old ones up to one position, then what is new, then the new ones', async () => {
    const client = await follow({ channels: ['incidents'] })
    await server.ingest(trouble())
    const first = await client.next('batch', hasEntry('incident'))
    const [entry] = first.entries.filter(({ kind }) => kind === 'incident')
    const incidentId = entry?.kind === 'incident' ? entry.incident.id : ''
    client.clear()
    client.send({ type: 'subscribe', channels: ['incidents', `incident:${incidentId}`] })
    const snapshot = await client.next('snapshot', (frame) => frame.last)
    const subscribed = await client.next('subscribed')
    expect(client.frames.indexOf(subscribed)).toBeLessThan(client.frames.indexOf(snapshot))
    expect(subscribed.channels).toEqual([`incident:${incidentId}`, 'incidents'])
    expect(snapshot).toMatchObject({
      reset: false,
      position: subscribed.position,
      channels: [`incident:${incidentId}`],
    })
    expect(snapshot.entries.map(({ kind }) => kind)).toContain('event')
    const before = batchesOf(client.frames).at(-1)?.to ?? first.to
    expect(subscribed.position).toBe(before)
    await server.ingest(trouble({ dedupKey: `key-${events}`, service: `service-${events}` }))
    const next = await client.next('batch', hasEntry('event'))
    expect(next.from).toBeGreaterThanOrEqual(subscribed.position)
  })
})

describe('a command', () => {
  async function incident(client: StreamClient): Promise<string> {
    await server.ingest(trouble())
    const batch = await client.next('batch', hasEntry('incident'))
    const [entry] = batch.entries.filter(({ kind }) => kind === 'incident')
    return entry?.kind === 'incident' ? entry.incident.id : ''
  }
  const command = (incidentId: string, changes: object = {}) => ({
    id: randomUUID(),
    clientId: randomUUID(),
    number: 1,
    author: 'mira',
    issuedAt: Date.now(),
    body: { kind: 'acknowledge', incidentId },
    ...changes,
  })

  it('is answered after its commit, and its entries come as a batch', async () => {
    const client = await follow()
    const sent = command(await incident(client))
    client.send({ type: 'command', command: sent })
    const { result } = await client.next('result')
    expect(result).toMatchObject({ commandId: sent.id, status: 'done' })
    const seq = result.seq ?? 0
    await client.next('batch', (batch) => batch.entries.some((entry) => entry.seq === seq))
    client.clear()
    client.send({ type: 'command', command: sent })
    expect((await client.next('result')).result).toEqual(result)
  })

  it('of a viewer or in the name of another is rejected', async () => {
    const client = await follow()
    const incidentId = await incident(client)
    client.send({ type: 'command', command: command(incidentId, { author: 'jonas' }) })
    expect((await client.next('result')).result).toMatchObject({ status: 'rejected', code: 'wrongAuthor' })
    const viewer = await connect({}, server.tokens.viewer)
    viewer.send({ type: 'command', command: command(incidentId, { author: 'ada' }) })
    expect((await viewer.next('result')).result).toMatchObject({ status: 'rejected', code: 'forbidden' })
  })

  it('sent with others at once is answered in order', async () => {
    const client = await follow()
    const incidentId = await incident(client)
    const clientId = randomUUID()
    const sent = Array.from({ length: 60 }, (_, index) =>
      command(incidentId, {
        clientId,
        number: index + 1,
        body: { kind: 'note', incidentId, text: `note ${index}` },
      }),
    )
    for (const one of sent) client.send({ type: 'command', command: one })
    await client.next('result', (frame) => frame.result.number === 60)
    const results = client.frames.flatMap((frame) => (frame.type === 'result' ? [frame.result] : []))
    expect(results.map(({ number }) => number)).toEqual(sent.map(({ number }) => number))
    expect(new Set(results.map(({ status }) => status))).toEqual(new Set(['done']))
  })
})

describe('a token', () => {
  it('that is revoked ends its connections and its requests', async () => {
    const client = await follow()
    const ticks = setInterval(() => client.send({ type: 'ack', id: 1, seq: 0 }), 100)
    server.server.tokens.revoke('mira')
    expect(await client.next('goodbye')).toMatchObject({ code: 4200 })
    expect(await client.closed).toBe(4200)
    clearInterval(ticks)
    expect(await server.call('/v1/incidents')).toMatchObject({ status: 401 })
  })
})
