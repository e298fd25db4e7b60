import { afterEach, describe, expect, it } from 'vitest'
import type { PollAnswer } from '../../src-shared/protocol/poll.ts'
import { bytesInUse, leastForSize, type KeepRule } from '../../src-server/log/log-forgetting.ts'
import { openServerInside, type ServerInside } from '../support/server-inside.ts'
import { connectStream, helloFrame, type StreamClient } from '../support/stream-client.ts'
import { startTestServer, type TestServer } from '../support/test-server.ts'

const insides: ServerInside[] = []
const servers: TestServer[] = []
const clients: StreamClient[] = []
afterEach(async () => {
  for (const client of clients.splice(0)) client.socket.terminate()
  for (const inside of insides.splice(0)) await inside.close()
  for (const server of servers.splice(0)) await server.close()
})

function open(): ServerInside {
  const inside = openServerInside()
  insides.push(inside)
  return inside
}

const keepAll: KeepRule = { committedBefore: null, newest: null, bytes: null }

async function forgetAll(inside: ServerInside, rule: Partial<KeepRule>): Promise<number> {
  let gone = 0
  for (;;) {
    const step = await inside.store.forgetLog({ ...keepAll, ...rule }, 10)
    gone += step.gone
    if (!step.hasMore) return gone
  }
}

const dayMs = 86_400_000
/** An event that belongs to no incident. */
const loose = (key: string) => ({ action: 'resolve', dedupKey: key })

describe('the log', () => {
  it('forgets what is older than it should keep, and says from where on it is whole', async () => {
    const inside = open()
    for (let n = 0; n < 30; n += 1) await inside.send(loose(`old-${n}`))
    const oldHead = inside.store.head()
    inside.clock.pass(2 * dayMs)
    await inside.send(loose('young'))
    expect(inside.store.oldestCursor()).toBe(0)
    const rule = { committedBefore: inside.clock.at - dayMs }
    expect(await forgetAll(inside, rule)).toBe(oldHead)
    expect(inside.store.oldestCursor()).toBe(oldHead)
    const { items } = await inside.store.events({ incidentId: null, after: null, limit: 99 })
    expect(items.map(({ event }) => event.dedupKey)).toEqual(['young'])
  })

  it('forgets by number, but never the newest entry, and goes on counting after a restart', async () => {
    const inside = open()
    for (let n = 0; n < 30; n += 1) await inside.send(loose(`n-${n}`))
    const head = inside.store.head()
    await forgetAll(inside, { newest: 7 })
    expect(inside.store.oldestCursor()).toBe(head - 7)
    await forgetAll(inside, { committedBefore: inside.clock.at + dayMs })
    expect(inside.store.oldestCursor()).toBe(head - 1)
    await inside.store.close()
    const again = openServerInside(inside.dataDir)
    insides.splice(insides.indexOf(inside), 1, again)
    expect(again.store.oldestCursor()).toBe(head - 1)
    await again.send(loose('next'))
    expect(again.store.head()).toBe(head + 1)
  })

  it('keeps the story of an incident whole until it is resolved and its end is old too', async () => {
    const inside = open()
    await inside.send({ service: 'gateway', title: 'long trouble', dedupKey: 'long' })
    const { incident } = await inside.theIncident()
    const timeline = async () =>
      (await inside.store.timeline(incident.id, null, 1000)).items.filter(({ kind }) => kind !== 'alert')
        .length
    const before = await timeline()
    inside.clock.pass(40 * dayMs)
    const rule = () => ({ committedBefore: inside.clock.at - 30 * dayMs })
    await inside.send(loose('other'))
    await forgetAll(inside, rule())
    expect(inside.store.oldestCursor()).toBeGreaterThan(0)
    expect(await timeline()).toBe(before)

    await inside.act({ kind: 'resolve', incidentId: incident.id })
    await inside.send(loose('another'))
    await forgetAll(inside, rule())
    expect(await timeline()).toBeGreaterThan(before)

    inside.clock.pass(40 * dayMs)
    await inside.send(loose('a third'))
    await forgetAll(inside, rule())
    expect(await timeline()).toBe(0)
    // The state is no part of the log, and goes later (server-state-retention.test.ts).
    expect((await inside.theIncident()).incident.status).toBe('resolved')
  })

  it('keeps no repeats of an open incident below its beginning, or one incident could fill the disk', async () => {
    const inside = open()
    const trouble = { service: 'gateway', title: 'long trouble', dedupKey: 'long', severity: 'warning' }
    for (let n = 0; n < 50; n += 1) await inside.send(trouble)
    await inside.send({ ...trouble, severity: 'critical' })
    const { incident } = await inside.theIncident()
    inside.clock.pass(40 * dayMs)
    await inside.send(loose('other'))
    await forgetAll(inside, { committedBefore: inside.clock.at - 30 * dayMs })
    const { items } = await inside.store.timeline(incident.id, null, 1000)
    const effects = items.map((entry) => (entry.kind === 'event' ? entry.event.effect : entry.kind))
    expect(effects).toEqual(['opened', 'incident', 'raised', 'incident'])
    expect((await inside.theIncident()).alerts).toMatchObject([{ count: 51, severity: 'critical' }])
  })

  it('forgets its oldest while its pages take more than they may, and uses them again', async () => {
    const inside = open()
    const fill = async (from: number) => {
      for (let n = from; n < from + 10; n += 1)
        await inside.send(Array.from({ length: 300 }, (_, k) => ({ ...loose(`${n}-${k}`), description })))
    }
    const description = 'x'.repeat(500)
    const bytes = 3_000_000
    await fill(0)
    expect(bytesInUse(inside.store.database)).toBeGreaterThan(bytes + 1_000_000)
    await forgetAll(inside, { bytes })
    const inUse = bytesInUse(inside.store.database)
    expect(inUse).toBeLessThanOrEqual(bytes)
    expect(inUse).toBeGreaterThan(bytes - 500_000)
    const pages = Number(inside.store.database.pragma('page_count', { simple: true }))
    for (let n = 10; n < 40; n += 10) {
      await fill(n)
      await forgetAll(inside, { bytes })
    }
    expect(Number(inside.store.database.pragma('page_count', { simple: true }))).toBeLessThan(2 * pages)
  })

  it('keeps its newest thousand entries however large they are', async () => {
    const inside = open()
    for (let n = 0; n < 5; n += 1)
      await inside.send(Array.from({ length: 300 }, (_, k) => loose(`${n}-${k}`)))
    await forgetAll(inside, { bytes: 1 })
    expect(inside.store.oldestCursor()).toBe(inside.store.head() - leastForSize)
  })

  it('drops the timeline of a storm in small steps, and leaves nothing of it', async () => {
    const inside = open()
    const storm = Array.from({ length: 200 }, (_, n) => ({
      service: 'gateway',
      title: 'storm',
      dedupKey: `storm-${n}`,
    }))
    await inside.send(storm)
    const { incident } = await inside.theIncident()
    await inside.act({ kind: 'resolve', incidentId: incident.id })
    inside.clock.pass(40 * dayMs)
    await inside.send(loose('other'))
    const rule: KeepRule = { ...keepAll, committedBefore: inside.clock.at - 30 * dayMs }
    for (let hasMore = true; hasMore;) {
      const step = await inside.store.forgetLog(rule, 10)
      expect(step.gone).toBeLessThanOrEqual(10)
      hasMore = step.hasMore
    }
    // The newest event, and that its source was heard.
    const count = (table: string) =>
      inside.store.database.prepare<[], number>(`select count(*) from ${table}`).pluck().get()
    expect([count('log'), count('event')]).toEqual([2, 1])
  })

  it('disturbs ingest little while it forgets', async () => {
    const inside = open()
    for (let n = 0; n < 10; n += 1) {
      await inside.send(Array.from({ length: 500 }, (_, k) => loose(`${n}-${k}`)))
    }
    const forgetting = forgetAll(inside, { committedBefore: inside.clock.at + dayMs })
    let answers = 0
    while (answers < 20) {
      await inside.send(loose(`meanwhile-${answers}`))
      answers += 1
    }
    expect(inside.store.oldestCursor()).toBeLessThan(4_000)
    await forgetting
    expect(inside.store.head()).toBe(5_001 + 20)
  })
})

async function startForgetful(): Promise<TestServer> {
  const server = await startTestServer({ heartbeatMs: 100, logKeepEntries: 20 })
  servers.push(server)
  return server
}

async function fill(server: TestServer): Promise<void> {
  await server.ingest(...Array.from({ length: 100 }, (_, n) => loose(`fill-${n}`)))
  await expect.poll(() => server.server.oldestCursor(), { timeout: 20_000 }).toBeGreaterThan(70)
}

describe('a reader whose place was forgotten', () => {
  it('gets a snapshot and is told why when it comes back, over a WebSocket and by polling', async () => {
    const server = await startForgetful()
    const first = await connectStream(server.streamUrl, server.tokens.viewer)
    clients.push(first)
    first.send(helloFrame())
    const { position, epoch } = await first.next('snapshot')
    first.close()
    await fill(server)
    const cursor = { epoch, seq: position }
    const back = await connectStream(server.streamUrl, server.tokens.viewer)
    clients.push(back)
    back.send(helloFrame({ cursor }))
    expect(await back.next('welcome')).toMatchObject({ resumed: false, resetReason: 'tooOld' })
    expect(await back.next('snapshot')).toMatchObject({ reset: true })

    const clientId = '0192f7a0-5b1c-7e6a-9d50-6f2c3a7b1e01'
    const body = { protocol: 1, clientId, channels: ['incidents'], cursor, holdMs: 0 }
    const { frames } = (await server.call('/v1/poll', { body })).body as PollAnswer
    expect(frames).toMatchObject([{ resetReason: 'tooOld' }, { type: 'snapshot' }])
  })

  it('while it was connected and did not read is told on the same connection', async () => {
    const server = await startForgetful()
    const slow = await connectStream(server.streamUrl, server.tokens.viewer)
    clients.push(slow)
    slow.send(helloFrame({ channels: ['feed:all'] }))
    await slow.next('snapshot')
    slow.socket.pause()
    const title = 'x'.repeat(1_000)
    for (let n = 0; n < 40; n += 1) {
      const many = Array.from({ length: 200 }, (_, k) => ({ ...loose(`${n}-${k}`), title }))
      await server.ingest(...many)
    }
    const head = 40 * 200
    await expect.poll(() => server.server.oldestCursor(), { timeout: 10_000 }).toBeGreaterThan(head - 50)
    slow.socket.resume()
    const told = await slow.next('welcome', (frame) => !frame.resumed && frame.resetReason === 'tooOld')
    expect(told.head).toBeGreaterThanOrEqual(head)
    expect(await slow.next('snapshot', (frame) => frame.position >= head)).toMatchObject({ reset: true })
  })

  it('is not lost when nothing of what was forgotten concerned it', async () => {
    const server = await startForgetful()
    const calm = await connectStream(server.streamUrl, server.tokens.viewer)
    clients.push(calm)
    calm.send(helloFrame({ channels: ['shift-log'] }))
    await calm.next('snapshot')
    await fill(server)
    await calm.next('batch', (frame) => frame.to >= 100)
    expect(calm.frames.filter(({ type }) => type === 'welcome')).toHaveLength(1)
  })
})
