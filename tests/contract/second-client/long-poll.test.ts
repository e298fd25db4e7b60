import { randomUUID } from 'node:crypto'
import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest'
import { timelineOf } from './known-state.ts'
import { createLocalStore } from './local-store.ts'
import { enqueueCommand } from './outbox.ts'
import { PollReader } from './poll-reader.ts'
import { everything, Stage } from './stage.ts'
import type { Witness } from './witness.ts'

let stage: Stage
beforeAll(async () => {
  stage = await Stage.open()
})
afterEach(() => stage.stopWitnesses())
afterAll(() => stage.house.close())

function pollReader(channels: readonly string[] = everything, store = createLocalStore(channels)) {
  const { url, tokens } = stage.house
  return { store, poll: new PollReader({ url, token: tokens.mira, store, channels }) }
}

/** Polls until the reader is where the witness is. */
async function catchUp(poll: PollReader, store: { cursor: unknown }, witness: Witness): Promise<void> {
  await vi.waitFor(async () => {
    await poll.poll(0)
    expect(store.cursor).toEqual(witness.store.cursor)
  }, 5000)
}

it('follows the same state as the stream', async () => {
  const witness = await stage.follow()
  const { store, poll } = pollReader()
  const [welcome] = await poll.poll(0)
  expect(welcome).toMatchObject({ type: 'welcome', resumed: false, resetReason: 'first' })
  await stage.trouble(witness)
  await stage.trouble(witness)
  await catchUp(poll, store, witness)
  expect(store.state).toEqual(witness.store.state)
})

it('is answered when something happens, and not before', async () => {
  const witness = await stage.follow()
  const { store, poll } = pollReader()
  await catchUp(poll, store, witness)
  const held = poll.poll(10_000)
  const isEarly = await Promise.race([
    held.then(() => true),
    new Promise((resolve) => setTimeout(resolve, 500, false)),
  ])
  expect(isEarly).toBe(false)
  await stage.trouble(witness)
  expect((await held).map((frame) => frame.type)).toEqual(['batch'])
})

it('resumes with the cursor of a stream, and the other way round', async () => {
  const witness = await stage.follow()
  await witness.stop()
  const staying = await stage.follow()
  await stage.trouble(staying)
  const { store, poll } = pollReader(everything, witness.store)
  expect((await poll.poll(0))[0]).toMatchObject({ type: 'welcome', resumed: true })
  await catchUp(poll, store, staying)
  await stage.trouble(staying)
  const back = await stage.follow({ store })
  await vi.waitFor(() => expect(back.store.state).toEqual(staying.store.state))
  expect(back.framesOf('welcome')[0]).toMatchObject({ resumed: true })
})

it('changes its channels', async () => {
  const witness = await stage.follow()
  const incidentId = await stage.incident(witness)
  const { store, poll } = pollReader(['incidents', 'feed:all'])
  await catchUp(poll, store, witness)
  poll.follow(['incidents', `incident:${incidentId}`])
  const types = (await poll.poll(0)).map((frame) => frame.type)
  expect(types.filter((type) => type !== 'batch')).toEqual(['subscribed', 'snapshot'])
  expect(timelineOf(store.state, incidentId).length).toBeGreaterThan(1)
})

it('gets a snapshot for a cursor that cannot be resumed', async () => {
  const witness = await stage.follow()
  await witness.stop()
  witness.store.cursor = { epoch: randomUUID(), seq: 1 }
  const { poll } = pollReader(everything, witness.store)
  expect(await poll.poll(0)).toMatchObject([
    { type: 'welcome', resumed: false, resetReason: 'otherEpoch' },
    { type: 'snapshot', reset: true },
  ])
})

it('sends commands, twice with one result', async () => {
  const witness = await stage.follow()
  const incidentId = await stage.incident(witness)
  const { store, poll } = pollReader()
  await poll.poll(0)
  const command = enqueueCommand(store, { kind: 'acknowledge', incidentId })
  const result = await poll.command(command)
  expect(result).toMatchObject({ status: 'done', commandId: command.id })
  expect(await poll.command(command)).toEqual(result)
})
