import { v7 as uuidv7 } from 'uuid'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { TokenIdentity } from '../../src-server/access/tokens.ts'
import { createCommands } from '../../src-server/incidents/commands.ts'
import type { Command } from '../../src-shared/domain/command.ts'
import { openServerInside, type ServerInside } from '../support/server-inside.ts'

let inside: ServerInside
let incidentId: string
const mira: TokenIdentity = { id: uuidv7(), name: 'mira', role: 'responder' }

beforeEach(async () => {
  inside = openServerInside()
  await inside.send({ service: 'edge', title: 'Certificate expires', dedupKey: 'cert' })
  incidentId = (await inside.theIncident()).incident.id
})
afterEach(() => inside.close())

describe('an operator acts', () => {
  it('acknowledges, gives back, notes and resolves, each in the timeline with who and from where', async () => {
    await inside.act({ kind: 'acknowledge', incidentId })
    await inside.act({ kind: 'unacknowledge', incidentId }, 'jonas')
    await inside.act({ kind: 'note', incidentId, text: 'vendor called' })
    const resolved = await inside.act({ kind: 'resolve', incidentId })
    expect(resolved).toMatchObject({
      status: 'done',
      seq: inside.store.head(),
      incident: { status: 'resolved', noteCount: 1 },
    })
    const changes = (await inside.log()).flatMap((entry) => (entry.kind === 'incident' ? [entry.change] : []))
    expect(changes.slice(1)).toMatchObject([
      { kind: 'acknowledged', by: { name: 'mira' }, from: 'triggered' },
      { kind: 'unacknowledged', by: { name: 'jonas' }, from: 'acknowledged' },
      { kind: 'noted', text: 'vendor called' },
      { kind: 'resolved', from: 'triggered' },
    ])
    expect((await inside.theIncident()).alerts).toMatchObject([{ isOpen: false }])
  })

  it('is in the audit, with what came of it', async () => {
    await inside.act({ kind: 'acknowledge', incidentId })
    await inside.act({ kind: 'acknowledge', incidentId }, 'jonas')
    const records = inside.store.database.prepare('select actor, action, subject, detail from audit').all()
    expect(records).toEqual([
      { actor: 'mira', action: 'acknowledge', subject: incidentId, detail: null },
      { actor: 'jonas', action: 'acknowledge', subject: incidentId, detail: 'alreadyAcknowledged' },
    ])
  })

  it('is told who was first, with the state as it is', async () => {
    await inside.act({ kind: 'acknowledge', incidentId }, 'jonas')
    const late = await inside.act({ kind: 'acknowledge', incidentId })
    expect(late).toMatchObject({
      status: 'conflict',
      code: 'alreadyAcknowledged',
      message: 'already acknowledged by jonas',
      incident: { status: 'acknowledged' },
    })
  })

  it('does a command once, however often it is sent, and answers the same', async () => {
    const command = inside.command({ kind: 'note', incidentId, text: 'once' })
    const first = await inside.commands.execute(command, mira)
    const head = inside.store.head()
    expect(await inside.commands.execute(command, mira)).toEqual(first)
    expect(inside.store.head()).toBe(head)
  })

  it('refuses an id with another body, a number with another id, another author, and roles that may only read', async () => {
    const command = inside.command({ kind: 'note', incidentId, text: 'one' })
    await inside.commands.execute(command, mira)
    const otherBody = { ...command, body: { kind: 'note' as const, incidentId, text: 'two' } }
    expect(await inside.commands.execute(otherBody, mira)).toMatchObject({
      status: 'rejected',
      code: 'idReused',
    })
    const otherId = { ...command, id: uuidv7() }
    expect(await inside.commands.execute(otherId, mira)).toMatchObject({
      status: 'rejected',
      code: 'numberReused',
    })
    const fresh = inside.command({ kind: 'acknowledge', incidentId })
    const jonas = { ...mira, name: 'jonas' }
    expect(await inside.commands.execute(fresh, jonas)).toMatchObject({
      status: 'rejected',
      code: 'wrongAuthor',
    })
    const viewer = { ...mira, role: 'viewer' as const }
    expect(await inside.commands.execute(fresh, viewer)).toMatchObject({
      status: 'rejected',
      code: 'forbidden',
    })
    expect((await inside.theIncident()).incident.status).toBe('triggered')
  })

  it('rejects what is about no incident, and a rejection blocks nothing after it', async () => {
    expect(await inside.act({ kind: 'resolve', incidentId: uuidv7() })).toMatchObject({
      status: 'rejected',
      code: 'unknownIncident',
    })
    expect(await inside.act({ kind: 'acknowledge', incidentId })).toMatchObject({ status: 'done' })
  })

  it('counts numbers for each author of a client, so that nobody uses up a colleague’s', async () => {
    const jonas = { ...mira, name: 'jonas' }
    const note = (text: string, author: string, number: number): Command => ({
      ...inside.command({ kind: 'note', incidentId, text }, author),
      number,
    })
    const first = note('mira’s first', 'mira', 1)
    const done = await inside.commands.execute(first, mira)
    // The client's id stands in each change that mira made.
    for (const number of [2, Number.MAX_SAFE_INTEGER]) {
      expect(await inside.commands.execute(note('not mira', 'jonas', number), jonas)).toMatchObject({
        status: 'done',
      })
    }
    const sameId = { ...note('also not mira', 'jonas', 3), id: first.id }
    expect(await inside.commands.execute(sameId, jonas)).toMatchObject({ status: 'alreadyDone' })
    expect(await inside.commands.execute(first, mira)).toEqual(done)
    expect(await inside.commands.execute(note('mira’s second', 'mira', 2), mira)).toMatchObject({
      status: 'done',
    })
    expect((await inside.theIncident()).incident.noteCount).toBe(4)
  })

  it('does what is from before authors were kept no second time, whatever numbers a colleague sends', async () => {
    const first = inside.command({ kind: 'note', incidentId, text: 'once' })
    const done = await inside.commands.execute(first, mira)
    inside.store.database.exec("update command_result set author = ''")
    const jonas = { ...mira, name: 'jonas' }
    const huge = inside.command({ kind: 'note', incidentId, text: 'not mira' }, 'jonas')
    await inside.commands.execute({ ...huge, number: Number.MAX_SAFE_INTEGER }, jonas)
    expect(await inside.commands.execute(first, mira)).toEqual(done)
    expect((await inside.theIncident()).incident.noteCount).toBe(2)
  })

  it('answers alreadyDone for a command so old that its result is no longer kept', async () => {
    const first = inside.command({ kind: 'note', incidentId, text: 'the first' })
    await inside.commands.execute(first, mira)
    for (let index = 0; index < 1000; index += 1)
      await inside.act({ kind: 'note', incidentId, text: `note ${index}` })
    expect(await inside.commands.execute(first, mira)).toMatchObject({ status: 'alreadyDone' })
    expect((await inside.theIncident()).incident.noteCount).toBe(1001)
  })
})

describe('commands that came together', () => {
  const notes = (count: number) =>
    Array.from({ length: count }, (_, index) =>
      inside.command({ kind: 'note', incidentId, text: `note ${index}` }),
    )

  it('are one commit, with the results of each in order', async () => {
    let commits = 0
    inside.store.onCommit(() => (commits += 1))
    const commands = notes(50)
    const { results, failure } = await inside.commands.executeAll(commands, mira)
    expect(failure).toBeNull()
    expect(results.map(({ commandId }) => commandId)).toEqual(commands.map(({ id }) => id))
    expect(new Set(results.map(({ status }) => status))).toEqual(new Set(['done']))
    expect(commits).toBe(1)
  })

  it('are carried out up to the first that fails, whoever shares its commit, and wholly when sent again', async () => {
    let isBroken = true
    const commands = createCommands({
      store: inside.store,
      randomId: () => {
        if (isBroken) throw new Error('no more ids')
        return uuidv7()
      },
      settleMs: 30_000,
      ackTimeoutMs: 0,
    })
    const [before, ...after] = notes(3)
    const failing = inside.command({ kind: 'writeShift', text: 'needs an id' })
    const members = [before, failing, ...after].filter((member) => member !== undefined)
    const [series] = await Promise.all([
      commands.executeAll(members, mira),
      inside.act({ kind: 'acknowledge', incidentId }, 'jonas'),
    ])
    expect(series.results).toMatchObject([{ commandId: before?.id, status: 'done' }])
    expect(series.failure?.message).toBe('no more ids')
    const { incident } = await inside.theIncident()
    expect(incident).toMatchObject({ status: 'acknowledged', noteCount: 1 })

    isBroken = false
    const again = await commands.executeAll(members, mira)
    expect(again.results.map(({ status }) => status)).toEqual(['done', 'done', 'done', 'done'])
    expect(again.results[0]).toEqual(series.results[0])
    expect((await inside.theIncident()).incident.noteCount).toBe(3)
  })

  it('are all carried out when what failed beside them was another’s', async () => {
    const members = notes(3)
    const [fails, series] = await Promise.allSettled([
      inside.store.write(() => {
        throw new Error('a stranger in the group')
      }),
      inside.commands.executeAll(members, mira),
    ])
    expect(fails.status).toBe('rejected')
    expect(series).toMatchObject({ value: { failure: null } })
    expect((await inside.theIncident()).incident.noteCount).toBe(3)
  })
})
