import { randomUUID } from 'node:crypto'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { createLocalStore } from './local-store.ts'
import { postJson } from './poll-reader.ts'
import { enqueueCommand } from './outbox.ts'
import { Stage } from './stage.ts'

let stage: Stage
beforeAll(async () => {
  stage = await Stage.open()
})
afterEach(() => stage.stopWitnesses())
afterAll(() => stage.house.close())

describe('frames that do not fit', () => {
  const id = randomUUID()
  const command = { id, clientId: id, number: 1, author: 'mira', issuedAt: 1 }
  it.each([
    ['an unknown channel', { type: 'subscribe', channels: ['incidents', 'nonsense'] }, 'channels.1'],
    ['no channels', { type: 'subscribe', channels: [] }, 'channels'],
    ['a text for a number', { type: 'ack', id: 'one', seq: 1 }, 'id'],
    ['a position below 0', { type: 'ack', id: 1, seq: -1 }, 'seq'],
    ['a command without an id', { type: 'command', command: { ...command, id: undefined } }, 'command.id'],
    ['a type that nobody knows', { type: 'dance' }, 'type'],
  ])('names the field of %s, and the connection lives', async (_, frame, field) => {
    const witness = await stage.follow()
    witness.client.sendRaw(JSON.stringify(frame))
    await vi.waitFor(() => expect(witness.framesOf('error')[0]).toMatchObject({ code: 'invalid', field }))
    expect(await witness.client.roundTripMs()).toBeLessThan(5000)
  })

  it.each([
    ['a wish that nobody knows', { ...command, body: { kind: 'dance' } }, 'command.body.kind'],
    ['an empty note', { ...command, body: { kind: 'note', incidentId: id, text: '' } }, 'command.body.text'],
  ])('rejects %s by the id of the command, and the connection lives', async (_, bad, field) => {
    const witness = await stage.follow()
    witness.client.sendRaw(JSON.stringify({ type: 'command', command: bad }))
    const rejection = { commandId: bad.id, status: 'rejected', code: 'invalid' }
    await vi.waitFor(() => expect(witness.framesOf('result')[0]).toMatchObject({ result: rejection }))
    expect(JSON.stringify(witness.framesOf('result')[0])).toContain(field)
    expect(await witness.client.roundTripMs()).toBeLessThan(5000)
  })

  it('answers what is no JSON with an error, and closes with 4103 after 20', async () => {
    const witness = await stage.follow()
    witness.client.sendRaw('{')
    await vi.waitFor(() => expect(witness.framesOf('error')[0]).toMatchObject({ field: null }))
    await witness.client.roundTripMs()
    for (let n = 1; n < 20; n += 1) witness.client.sendRaw('{')
    expect(await witness.ended).toMatchObject({ code: 4103, closeClass: 'later' })
    expect(witness.framesOf('goodbye')[0]).toMatchObject({ code: 4103 })
  })

  it('closes with 4104 after a frame over 64 KiB', async () => {
    const witness = await stage.follow()
    witness.client.sendRaw(JSON.stringify({ type: 'ack', id: 1, seq: 0, padding: 'x'.repeat(65_536) }))
    expect(await witness.ended).toMatchObject({ code: 4104, closeClass: 'later' })
  })
})

describe('connections that cannot be', () => {
  it('answers a bad token with 401 and no WebSocket', async () => {
    const witness = stage.watch({ token: 'nobody' })
    expect(await witness.ended).toMatchObject({ code: null, status: 401, closeClass: 'never' })
  })

  it('closes protocol 99 with 4201, naming what is spoken', async () => {
    const witness = stage.watch({ protocol: 99 })
    expect(await witness.ended).toMatchObject({
      code: 4201,
      closeClass: 'never',
      message: expect.stringContaining('1'),
    })
  })

  it('lets no source read', async () => {
    const witness = stage.watch({ token: stage.house.tokens.probe })
    expect(await witness.ended).toMatchObject({ code: null, status: 403, closeClass: 'never' })
  })

  it('closes with 4103 when the hello is no valid one', async () => {
    const witness = stage.watch({ channels: ['nonsense'] })
    expect(await witness.ended).toMatchObject({ code: 4103, closeClass: 'later' })
  })
})

it('closes with 4200 when the token is revoked', { timeout: 40_000 }, async () => {
  const witness = await stage.follow({ token: stage.house.tokens.jonas })
  await stage.house.revoke('jonas')
  expect(await witness.ended).toMatchObject({ code: 4200, closeClass: 'never' })
})

describe('commands that may not be', () => {
  it('rejects those of a viewer, and those in the name of another', async () => {
    const viewer = await stage.follow({ token: stage.house.tokens.vera })
    const mira = await stage.follow()
    const incidentId = await stage.incident(mira)
    expect(await viewer.client.command({ kind: 'resolve', incidentId })).toMatchObject({
      status: 'rejected',
      code: 'forbidden',
    })
    mira.store.operator = 'jonas'
    expect(await mira.client.command({ kind: 'resolve', incidentId })).toMatchObject({
      status: 'rejected',
      code: 'wrongAuthor',
    })
  })

  it('rejects a number that another command has used', async () => {
    const mira = await stage.follow()
    const incidentId = await stage.incident(mira)
    await mira.client.command({ kind: 'note', incidentId, text: 'first' })
    mira.store.nextNumber = 1
    expect(await mira.client.command({ kind: 'note', incidentId, text: 'other' })).toMatchObject({
      status: 'rejected',
      code: 'numberReused',
    })
  })
})

describe('requests over HTTP that do not fit', () => {
  it('names the field of an event, and keeps the good ones of an array', async () => {
    const { url, tokens } = stage.house
    const post = (body: unknown) => postJson(`${url}/v1/ingest/events`, tokens.probe, body)
    await expect(post({ title: 'no service' })).rejects.toMatchObject({
      status: 400,
      code: 'invalid',
      field: 'service',
    })
    const items = await stage.house.ingest([{ title: 'no service' }, { title: 'good', service: 'gateway' }])
    expect(items).toMatchObject([{ error: { code: 'invalid' } }, { duplicate: false }])
  })

  it('names the field of a poll and of a command', async () => {
    const { url, tokens } = stage.house
    const poll = { clientId: randomUUID(), protocol: 1, cursor: null, channels: ['nonsense'], holdMs: 0 }
    const refusedPoll = postJson(`${url}/v1/poll`, tokens.mira, poll)
    await expect(refusedPoll).rejects.toMatchObject({ status: 400, code: 'invalid', field: 'channels.0' })
    const store = { ...createLocalStore([]), operator: 'mira' }
    const command = { ...enqueueCommand(store, { kind: 'resolve', incidentId: randomUUID() }), number: 'one' }
    const refusedCommand = postJson(`${url}/v1/commands`, tokens.mira, { command })
    await expect(refusedCommand).rejects.toMatchObject({
      status: 400,
      code: 'invalid',
      field: 'command.number',
    })
  })
})
