import { randomUUID } from 'node:crypto'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { readObject, readObjects } from './second-client/json.ts'
import { thingOf, thingsOf, timelineOf } from './second-client/known-state.ts'
import type { LocalStore } from './second-client/local-store.ts'
import { enqueueCommand } from './second-client/outbox.ts'
import { Stage } from './second-client/stage.ts'

let stage: Stage
beforeAll(async () => {
  stage = await Stage.open()
})
afterEach(() => stage.stopWitnesses())
afterAll(() => stage.house.close())

describe('reading', () => {
  it('begins with a snapshot', async () => {
    const witness = await stage.follow()
    const [welcome] = witness.framesOf('welcome')
    expect(welcome).toMatchObject({
      resumed: false,
      resetReason: 'first',
      operator: { name: 'mira', role: 'responder' },
    })
    const pages = witness.framesOf('snapshot')
    expect(pages.at(-1)).toMatchObject({ reset: true, last: true, epoch: welcome?.epoch })
    expect(witness.store.cursor).toEqual({ epoch: welcome?.epoch, seq: pages.at(-1)?.position })
    expect(witness.client.isLive()).toBe(true)
  })

  it('brings events as entries, once', async () => {
    const witness = await stage.follow()
    const id = randomUUID()
    const posted = [1, 2, 3].map((n) => ({ id: `${id}-${n}`, dedupKey: id, service: id, title: 'slow' }))
    const first = await stage.house.ingest(posted)
    const again = await stage.house.ingest(posted)
    expect(again.map((item) => item['duplicate'])).toEqual([true, true, true])
    await stage.trouble(witness)
    const events = witness.entries.filter(
      (entry) => entry.kind === 'event' && entry.thing?.['dedupKey'] === id,
    )
    expect(events.map((entry) => entry.thing?.['id'])).toEqual(first.map((item) => item['id']))
    const alert = thingsOf(witness.store.state, 'alert').find((thing) => thing['dedupKey'] === id)
    expect(alert).toMatchObject({ count: 3, isOpen: true })
    expect(new Set(witness.entries.map((entry) => entry.seq)).size).toBe(witness.entries.length)
  })

  it('resumes with its cursor and gets exactly what it missed', async () => {
    const staying = await stage.follow()
    const leaving = await stage.follow()
    await stage.trouble(leaving)
    await vi.waitFor(() => expect(leaving.store.cursor).toEqual(staying.store.cursor))
    await leaving.stop()
    const leftAt = leaving.store.cursor?.seq ?? 0
    for (const key of ['a', 'b', 'a']) await stage.trouble(staying, `missed-${key}`)
    const back = await stage.follow({ store: leaving.store })
    await vi.waitFor(() => expect(back.store.cursor).toEqual(staying.store.cursor))
    expect(back.framesOf('welcome')[0]).toMatchObject({ resumed: true, resetReason: null })
    expect(back.framesOf('batch')[0]?.from).toBe(leftAt)
    expect(back.framesOf('snapshot')).toEqual([])
    const missed = staying.entries.filter((entry) => entry.seq > leftAt)
    const left = back.framesOf('batch').reduce((sum, batch) => sum + batch.superseded, 0)
    expect(back.entries.length + left).toBe(missed.length)
    expect(back.seqsOf('event')).toEqual(missed.filter(({ kind }) => kind === 'event').map(({ seq }) => seq))
    expect(back.store.state).toEqual(staying.store.state)
  })

  it('comes back by itself after a restart of the server', async () => {
    const witness = await stage.follow({ mode: 'again' })
    const before = await stage.trouble(witness)
    expect(await stage.house.restart()).toBe(0)
    await vi.waitFor(() => expect(witness.framesOf('welcome')).toHaveLength(2), 15_000)
    const after = await stage.trouble(witness)
    expect(witness.framesOf('goodbye')[0]).toMatchObject({ code: 4100 })
    expect(witness.framesOf('welcome')[1]).toMatchObject({
      resumed: true,
      serverId: witness.framesOf('welcome')[0]?.serverId,
    })
    const ids = witness.entries.map((entry) => entry.thing?.['id'])
    expect([before, after].map((id) => ids.filter((other) => other === id).length)).toEqual([1, 1])
  })

  it('goes over to another set of channels', async () => {
    const witness = await stage.follow()
    const incidentId = await stage.incident(witness)
    const cursor = witness.store.cursor?.seq ?? 0
    witness.client.subscribe(['incidents', `incident:${incidentId}`])
    await vi.waitFor(() => expect(witness.store.channels).toContain(`incident:${incidentId}`), 5000)
    const [page] = witness.framesOf('snapshot').filter((frame) => !frame.reset)
    expect(page).toMatchObject({
      channels: [`incident:${incidentId}`],
      position: witness.framesOf('subscribed')[0]?.position,
    })
    expect(witness.store.cursor?.seq).toBeGreaterThanOrEqual(cursor)
    const answer = await stage.house.get(`/v1/incidents/${incidentId}`)
    const timeline = readObject(answer, 'timeline')
    const held = timelineOf(witness.store.state, incidentId)
    expect(held.map((entry) => entry.seq)).toEqual(readObjects(timeline, 'items').map((item) => item['seq']))
    await witness.stop()
    const other = await stage.follow({ store: witness.store, channels: ['incidents', 'feed:all'] })
    await vi.waitFor(() => expect(other.store.channels.toSorted()).toEqual(['feed:all', 'incidents']), 5000)
    await stage.trouble(other)
  })

  it.each([
    ['beyondHead', (store: LocalStore) => ({ epoch: store.cursor?.epoch ?? '', seq: 1_000_000_000 })],
    ['otherEpoch', (store: LocalStore) => ({ epoch: randomUUID(), seq: store.cursor?.seq ?? 0 })],
  ])('gets a snapshot for a cursor that is %s', async (reason, cursorOf) => {
    const { store } = await stage.follow()
    store.cursor = cursorOf(store)
    const back = await stage.follow({ store })
    expect(back.framesOf('welcome')[0]).toMatchObject({ resumed: false, resetReason: reason })
    expect(back.framesOf('snapshot')[0]).toMatchObject({ reset: true, page: 0 })
    await stage.trouble(back)
  })
})

describe('commands', () => {
  it('acknowledges and notes: results, and entries', async () => {
    const witness = await stage.follow()
    const incidentId = await stage.incident(witness)
    const acknowledged = await witness.client.command({ kind: 'acknowledge', incidentId })
    const noted = await witness.client.command({ kind: 'note', incidentId, text: 'gateway team paged' })
    expect([acknowledged.status, noted.status]).toEqual(['done', 'done'])
    expect(witness.store.outbox.size).toBe(0)
    await vi.waitFor(() =>
      expect(witness.seqsOf('incident')).toEqual(expect.arrayContaining([acknowledged.seq, noted.seq])),
    )
    const by = { kind: 'operator', name: 'mira' }
    expect(thingOf(witness.store.state, 'incident', incidentId)).toMatchObject({
      status: 'acknowledged',
      acknowledgedBy: by,
      noteCount: 1,
    })
    const note = witness.entries.find((entry) => entry.seq === noted.seq)
    expect(note?.change).toMatchObject({ by, text: 'gateway team paged' })
  })

  it('answers a command sent twice with one result and does it once', async () => {
    const witness = await stage.follow()
    const incidentId = await stage.incident(witness)
    const command = enqueueCommand(witness.store, { kind: 'note', incidentId, text: 'once' })
    const results = [await witness.client.commandAgain(command), await witness.client.commandAgain(command)]
    expect(results[1]).toEqual(results[0])
    await stage.trouble(witness)
    expect(thingOf(witness.store.state, 'incident', incidentId)['noteCount']).toBe(1)
    const other = { ...command, body: { ...command.body, kind: 'resolve' as const } }
    expect(await witness.client.commandAgain(other)).toMatchObject({ status: 'rejected', code: 'idReused' })
  })

  it('sends what waits for a result again after it comes back', async () => {
    const witness = await stage.follow()
    const incidentId = await stage.incident(witness)
    await witness.stop()
    const command = enqueueCommand(witness.store, { kind: 'note', incidentId, text: 'written offline' })
    const back = await stage.follow({ store: witness.store })
    await vi.waitFor(() =>
      expect(back.framesOf('result')[0]?.result).toMatchObject({ commandId: command.id, status: 'done' }),
    )
  })

  it('tells the truth to the one who comes second', async () => {
    const [mira, jonas] = [await stage.follow(), await stage.follow({ token: stage.house.tokens.jonas })]
    const incidentId = await stage.incident(mira)
    await jonas.client.command({ kind: 'resolve', incidentId })
    const late = await mira.client.command({ kind: 'acknowledge', incidentId })
    expect(late).toMatchObject({
      status: 'conflict',
      seq: null,
      incident: { id: incidentId, status: 'resolved' },
    })
    const unknown = await mira.client.command({ kind: 'resolve', incidentId: randomUUID() })
    expect(unknown).toMatchObject({ status: 'rejected', code: 'unknownIncident' })
  })
})
