import { randomUUID } from 'node:crypto'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Command, CommandBody, CommandResult } from '../../src-shared/domain/command.ts'
import type { Incident } from '../../src-shared/domain/incident.ts'
import { streamDefaults, subprotocols } from '../../src-shared/protocol/limits.ts'
import { connectStream, helloFrame, type StreamClient } from '../support/stream-client.ts'
import { startTestServer, type TestServer } from '../support/test-server.ts'

let server: TestServer
let clientId: string
let number: number
let incidentId: string
const clients: StreamClient[] = []

beforeAll(async () => {
  server = await startTestServer()
})
beforeEach(async () => {
  clientId = randomUUID()
  number = 0
  const title = randomUUID()
  await server.ingest({ service: title, title })
  incidentId = (await incidents()).find((incident) => incident.title === title)?.id ?? ''
})
afterEach(() => {
  for (const client of clients.splice(0)) client.socket.terminate()
})
afterAll(() => server.close())

async function incidents(): Promise<Incident[]> {
  const { body } = await server.call('/v1/incidents?limit=100')
  return (body as { items: Incident[] }).items
}

const theIncident = async () => (await incidents()).find(({ id }) => id === incidentId)

function command(body: CommandBody): Command {
  number += 1
  return { id: randomUUID(), clientId, number, author: 'mira', issuedAt: 1, body }
}

const note = (text: string) => command({ kind: 'note', incidentId, text })

const assign = (seen: string | null, assignee: string) =>
  command({ kind: 'assign', incidentId, assignee, seen })

async function greeted(protocol: string = subprotocols.json): Promise<StreamClient> {
  const client = await connectStream(server.streamUrl, server.tokens.responder, { protocols: [protocol] })
  clients.push(client)
  client.send(helloFrame())
  await client.next('snapshot', (frame) => frame.last)
  return client
}

function resultsOf({ frames }: StreamClient): CommandResult[] {
  return frames.flatMap((frame) => (frame.type === 'result' ? [frame.result] : []))
}

/** Waits for the result of the last of them. */
async function send(client: StreamClient, commands: readonly Command[]): Promise<CommandResult[]> {
  client.send({ type: 'commands', commands })
  await client.next('result', ({ result }) => result.commandId === commands.at(-1)?.id)
  return resultsOf(client)
}

describe.each(Object.values(subprotocols))('commands in one frame, as %s', (protocol) => {
  it('are carried out in their order, each on what the one before left, with a result each', async () => {
    const client = await greeted(protocol)
    const commands = [assign(null, 'jonas'), assign('jonas', 'ada'), assign(null, 'eve'), note('and on')]
    const results = await send(client, commands)
    expect(results.map(({ commandId }) => commandId)).toEqual(commands.map(({ id }) => id))
    expect(results.map(({ status, code }) => code ?? status)).toEqual([
      'done',
      'done',
      'assigneeChanged',
      'done',
    ])
    expect(await theIncident()).toMatchObject({ assignee: 'ada', noteCount: 1 })
  })

  it('that cannot be read are rejected in their places, and the others carried out', async () => {
    const client = await greeted(protocol)
    const before = note('before')
    const bad = { ...note('x'), body: { kind: 'dance' } } as unknown as Command
    const results = await send(client, [before, bad, note('after')])
    expect(results).toMatchObject([
      { status: 'done' },
      { commandId: bad.id, number: 2, status: 'rejected', code: 'invalid' },
      { status: 'done' },
    ])
    expect(results[1]?.message).toContain('commands.1.body.kind')
    expect(await theIncident()).toMatchObject({ noteCount: 2 })
  })

  it('of which one cannot even be told apart, or too many, are refused as a whole', async () => {
    const client = await greeted(protocol)
    client.send({ type: 'commands', commands: [note('x'), { number: 2 }] })
    expect(await client.next('error')).toMatchObject({ code: 'invalid', field: 'commands.1.id' })
    client.clear()
    const tooMany = Array.from({ length: streamDefaults.maxCommandsTogether + 1 }, () => note('x'))
    client.send({ type: 'commands', commands: tooMany })
    expect(await client.next('error')).toMatchObject({ field: 'commands' })
    client.clear()
    client.send({ type: 'commands', commands: [] })
    expect(await client.next('error')).toMatchObject({ field: 'commands' })
    expect(resultsOf(client)).toEqual([])
    expect(await theIncident()).toMatchObject({ noteCount: 0 })
  })

  it('are taken up to as many as the welcome says, and not one more', async () => {
    const client = await greeted(protocol)
    const { commandsTogether } = await client.next('welcome')
    const asMany = Array.from({ length: commandsTogether }, () => note('x'))
    expect(await send(client, asMany)).toHaveLength(commandsTogether)
    client.send({ type: 'commands', commands: [...asMany, note('x')] })
    expect(await client.next('error')).toMatchObject({ code: 'invalid', field: 'commands' })
    expect(resultsOf(client)).toHaveLength(commandsTogether)
  })

  it('that come twice are done once, and answered the same', async () => {
    const commands = [note('one'), note('two'), note('three')]
    const first = await send(await greeted(protocol), commands)
    const again = await send(await greeted(protocol), [...commands, note('four')])
    expect(again.slice(0, 3)).toEqual(first)
    expect(await theIncident()).toMatchObject({ noteCount: 4 })
  })
})

describe('many commands', () => {
  it('count as the frames they came in, so that a thousand are taken within seconds', async () => {
    const client = await greeted()
    const { maxCommandsTogether: together } = streamDefaults
    const ids: string[] = []
    for (let sent = 0; sent < 1_000; sent += together) {
      const commands = Array.from({ length: together }, (_, index) => note(`${sent + index}`))
      ids.push(...commands.map(({ id }) => id))
      client.send({ type: 'commands', commands })
    }
    await client.next('result', ({ result }) => result.number === 1_000)
    expect(resultsOf(client).map(({ commandId }) => commandId)).toEqual(ids)
    expect(client.frames.some(({ type }) => type === 'error')).toBe(false)
    expect(await theIncident()).toMatchObject({ noteCount: 1_000 })
  })

  it('go together as far as the welcome of a poll says, too', async () => {
    const poll = { protocol: 1, clientId, channels: ['incidents'], hello: true }
    const { body } = await server.call('/v1/poll', { body: poll })
    const { frames } = body as { frames: { type: string; commandsTogether?: number }[] }
    expect(frames[0]).toMatchObject({ type: 'welcome', commandsTogether: streamDefaults.maxCommandsTogether })
  })

  it('are answered over HTTP in their order, those that cannot be read in their places', async () => {
    const bad = { ...note('x'), author: '' }
    const commands = [assign(null, 'jonas'), bad, assign('jonas', 'ada')]
    const answer = await server.call('/v1/commands', { body: { commands } })
    expect(answer).toMatchObject({
      status: 200,
      body: {
        results: [
          { commandId: commands[0]?.id, status: 'done' },
          { commandId: bad.id, status: 'rejected', code: 'invalid' },
          { commandId: commands[2]?.id, status: 'done' },
        ],
      },
    })
    expect(await server.call('/v1/commands', { body: { commands } })).toMatchObject({ body: answer.body })
    expect(await server.call('/v1/commands', { body: { commands: [] } })).toMatchObject({
      status: 400,
      body: { error: { field: 'commands' } },
    })
  })
})
