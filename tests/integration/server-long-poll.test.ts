import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { pollAnswerSchema, type PollAnswer } from '../../src-shared/protocol/poll.ts'
import { startTestServer, type TestServer } from '../support/test-server.ts'

let server: TestServer
beforeAll(async () => {
  server = await startTestServer()
})
afterAll(() => server.close())

const clientId = randomUUID()

async function poll(changes: object = {}): Promise<PollAnswer> {
  const body = { protocol: 1, clientId, channels: ['incidents', 'feed:all'], holdMs: 0, ...changes }
  const answer = await server.call('/v1/poll', { body })
  expect(answer.status).toBe(200)
  return pollAnswerSchema.parse(answer.body)
}

/** The cursor at the head, after a snapshot. */
async function caughtUp(changes: object = {}): Promise<PollAnswer['cursor']> {
  let { cursor } = await poll(changes)
  while (cursor.page !== undefined) cursor = (await poll({ ...changes, cursor })).cursor
  return cursor
}

let events = 0
function trouble(): object {
  events += 1
  return { service: `polled-${events}`, title: 'trouble', dedupKey: `polled-${events}` }
}

const typesOf = (answer: PollAnswer) => answer.frames.map(({ type }) => type)

describe('a poll', () => {
  it('without a cursor is welcomed and gets a snapshot', async () => {
    await server.ingest(trouble())
    const answer = await poll()
    expect(typesOf(answer)).toEqual(['welcome', 'snapshot'])
    expect(answer.frames[0]).toMatchObject({
      resumed: false,
      resetReason: 'first',
      operator: { name: 'mira' },
    })
  })

  it('at the head is held until something happens', async () => {
    const cursor = await caughtUp()
    const held = poll({ cursor, holdMs: 5_000 })
    const startedAt = performance.now()
    setTimeout(() => void server.ingest(trouble()), 200)
    const answer = await held
    expect(performance.now() - startedAt).toBeGreaterThan(150)
    expect(answer.frames).toMatchObject([{ type: 'batch', from: cursor.seq, to: answer.cursor.seq }])
    expect(answer.cursor.seq).toBeGreaterThan(cursor.seq)
  })

  it('that nothing concerns is answered in time, complete up to the head', async () => {
    const channels = ['shift-log']
    const cursor = await caughtUp({ channels })
    const held = poll({ channels, cursor, holdMs: 300 })
    await server.ingest(trouble())
    const { frames, cursor: next } = await held
    expect(frames).toMatchObject([{ type: 'batch', from: cursor.seq, entries: [] }])
    expect(next.seq).toBeGreaterThan(cursor.seq)
    expect(frames).toMatchObject([{ to: next.seq, head: next.seq }])
  })

  it('after an absence gets what was missed, and misses nothing over many polls', async () => {
    let cursor = await caughtUp()
    const { items } = await server.ingest(...Array.from({ length: 700 }, trouble))
    const got: string[] = []
    while (got.length < items.length) {
      const answer = await poll({ cursor })
      for (const frame of answer.frames) {
        if (frame.type !== 'batch') throw new Error(`a ${frame.type} was not expected`)
        expect(frame.from).toBe(cursor.seq)
        cursor = { ...cursor, seq: frame.to }
        for (const entry of frame.entries) if (entry.kind === 'event') got.push(entry.event.id)
      }
      expect(answer.cursor).toEqual(cursor)
    }
    expect(got).toEqual(items.map(({ id }) => id))
  })

  it('that greets is answered at once with a welcome', async () => {
    const cursor = await caughtUp()
    const answer = await poll({ cursor, hello: true, holdMs: 10_000 })
    expect(typesOf(answer)).toEqual(['welcome', 'batch'])
    expect(answer.frames[0]).toMatchObject({ resumed: true, resetReason: null })
  })

  it('with a cursor that cannot be continued is told why', async () => {
    const cursor = await caughtUp()
    for (const [changed, reason] of [
      [{ ...cursor, epoch: randomUUID() }, 'otherEpoch'],
      [{ ...cursor, seq: cursor.seq + 1000 }, 'beyondHead'],
      [{ ...cursor, page: 'x' }, 'expired'],
    ] as const) {
      const answer = await poll({ cursor: changed })
      expect(answer.frames[0]).toMatchObject({ type: 'welcome', resetReason: reason })
      expect(answer.frames[1]).toMatchObject({ type: 'snapshot', reset: true })
    }
  })

  it('changes its channels at one position', async () => {
    const cursor = await caughtUp({ channels: ['incidents'] })
    await server.ingest(trouble())
    const answer = await poll({ cursor, oldChannels: ['incidents'], channels: ['incidents', 'sources'] })
    expect(typesOf(answer)).toEqual(['batch', 'subscribed', 'snapshot'])
    const [batch, subscribed, snapshot] = answer.frames
    if (batch?.type !== 'batch' || subscribed?.type !== 'subscribed') throw new Error('wrong order')
    expect(subscribed.position).toBe(batch.to)
    expect(snapshot).toMatchObject({ reset: false, position: batch.to, channels: ['sources'], last: true })
    expect(answer.cursor).toMatchObject({ seq: batch.to })
  })

  it('whose place is lost while it changes its channels reads the new ones from the beginning, once', async () => {
    await server.ingest(...Array.from({ length: 400 }, trouble))
    const channels = ['incidents', 'feed:all']
    let cursor: PollAnswer['cursor'] = { ...(await caughtUp()), epoch: randomUUID() }
    let old: { oldChannels?: string[] } = { oldChannels: ['feed:all'] }
    const frames: PollAnswer['frames'] = []
    // As a client does that goes by the protocol's page alone: with the old set until `subscribed` comes.
    for (
      let polls = 0;
      polls < 20 && (polls === 0 || cursor.page !== undefined || old.oldChannels);
      polls += 1
    ) {
      const answer = await poll({ cursor, channels, ...old })
      cursor = answer.cursor
      frames.push(...answer.frames)
      if (typesOf(answer).includes('subscribed')) old = {}
    }
    expect(frames.filter(({ type }) => type === 'welcome')).toHaveLength(1)
    const pages = frames.filter((frame) => frame.type === 'snapshot')
    expect(pages.map(({ page }) => page)).toEqual(pages.map((_, index) => index))
    expect(pages.length).toBeGreaterThan(1)
    expect(pages.at(-1)).toMatchObject({ last: true, reset: true, channels: ['feed:all', 'incidents'] })
    expect(cursor).toEqual({ epoch: cursor.epoch, seq: pages[0]?.position })
  })

  it('that is held is answered when the server stops', async () => {
    const other = await startTestServer()
    const body = { protocol: 1, clientId, channels: ['incidents'], holdMs: 10_000 }
    const first = await other.call('/v1/poll', { body })
    const { cursor } = first.body as PollAnswer
    const held = other.call('/v1/poll', { body: { ...body, cursor } })
    await new Promise((resolve) => setTimeout(resolve, 100))
    const startedAt = performance.now()
    await other.close()
    expect((await held).status).toBe(200)
    expect(performance.now() - startedAt).toBeLessThan(8_000)
  })
})

describe('a command over HTTP', () => {
  it('has its result, once', async () => {
    const dedupKey = randomUUID()
    await server.ingest({ service: 'commanded', title: 'x', dedupKey })
    const { body } = await server.call(`/v1/events?dedupKey=${dedupKey}`)
    const [{ incidentId } = { incidentId: '' }] = (body as { items: { incidentId: string }[] }).items
    const command = {
      id: randomUUID(),
      clientId,
      number: 1,
      author: 'mira',
      issuedAt: Date.now(),
      body: { kind: 'acknowledge', incidentId },
    }
    const answer = await server.call('/v1/commands', { body: { command } })
    expect(answer).toMatchObject({ status: 200, body: { result: { commandId: command.id, status: 'done' } } })
    expect(await server.call('/v1/commands', { body: { command } })).toMatchObject({ body: answer.body })
  })
})
