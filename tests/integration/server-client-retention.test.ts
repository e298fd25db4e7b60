import { v7 as uuidv7 } from 'uuid'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Command, CommandResult } from '../../src-shared/domain/command.ts'
import { openServerInside, type ServerInside } from '../support/server-inside.ts'
import { startTestServer } from '../support/test-server.ts'

const dayMs = 86_400_000
const mira = { id: uuidv7(), name: 'mira', role: 'responder' } as const
let inside: ServerInside
beforeEach(() => {
  inside = openServerInside()
})
afterEach(() => inside.close())

/** A console that writes into the shift log: nothing else has to be there for that. */
function console() {
  const clientId = uuidv7()
  const make = (number: number): Command => {
    const body = { kind: 'writeShift', text: `number ${number}` } as const
    return { id: uuidv7(), clientId, number, author: mira.name, issuedAt: inside.clock.at, body }
  }
  const send = (command: Command): Promise<CommandResult> => inside.commands.execute(command, mira)
  return {
    make,
    send,
    /** Sends commands with these numbers, and returns them. */
    sendAll: async (from: number, to: number): Promise<Command[]> => {
      const commands = Array.from({ length: to - from + 1 }, (_, index) => make(from + index))
      for (const command of commands) expect(await send(command)).toMatchObject({ status: 'done' })
      return commands
    },
    kept: (): number[] =>
      inside.store.database
        .prepare<[string], number>('select number from command_result where client_id = ? order by number')
        .pluck()
        .all(clientId),
  }
}

const step = (days: number, most: number) => inside.store.forgetClients(inside.clock.at - days * dayMs, most)

async function forget(days: number, most = 10): Promise<void> {
  for (let more = true; more;) more = (await step(days, most)).hasMore
}

const clients = (): number =>
  inside.store.database.prepare<[], number>('select count(*) from command_client').pluck().get() ?? 0

describe('a console that never comes back', () => {
  it('is forgotten with its results once its newest command is old, and no other with it', async () => {
    const [gone, goesOn] = [console(), console()]
    await gone.sendAll(1, 30)
    await goesOn.sendAll(1, 3)
    inside.clock.pass(60 * dayMs)
    await goesOn.sendAll(4, 4)
    inside.clock.pass(40 * dayMs)
    await forget(101)
    expect([gone.kept().length, goesOn.kept().length, clients()]).toEqual([30, 4, 2])
    await forget(90)
    expect([gone.kept(), goesOn.kept(), clients()]).toEqual([[], [1, 2, 3, 4], 1])
  })

  it('goes in small steps, and leaves nothing behind', async () => {
    const all = Array.from({ length: 7 }, console)
    for (const each of all) await each.sendAll(1, 12)
    inside.clock.pass(100 * dayMs)
    for (let hasMore = true; hasMore;) {
      const taken = await step(90, 10)
      expect(taken.gone).toBeLessThanOrEqual(10)
      hasMore = taken.hasMore
    }
    expect([...all.flatMap(({ kept }) => kept()), clients()]).toEqual([0])
  })

  it('is bounded by the server’s own setting', async () => {
    // Some seconds.
    const server = await startTestServer({ heartbeatMs: 100, resultKeepDays: 0.00002 })
    try {
      const body = { kind: 'writeShift', text: 'one' } as const
      const command = { ...console().make(1), body }
      const send = async (text: string): Promise<CommandResult> => {
        const sent = { command: { ...command, body: { ...body, text } } }
        return ((await server.call('/v1/commands', { body: sent })).body as { result: CommandResult }).result
      }
      expect(await send('one')).toMatchObject({ status: 'done' })
      expect(await send('two')).toMatchObject({ code: 'idReused' })
      // With the result goes the memory of the id.
      await expect.poll(() => send('two'), { timeout: 10_000 }).toMatchObject({ status: 'done' })
    } finally {
      await server.close()
    }
  })
})

describe('a console that comes back after it was forgotten', () => {
  it('has what it sends carried out, each once, whatever its numbers are', async () => {
    const back = console()
    await back.sendAll(1_990, 2_010)
    inside.clock.pass(100 * dayMs)
    await forget(90)
    // One that waited for its author all the time.
    await back.sendAll(7, 7)
    const [first] = await back.sendAll(2_011, 2_013)
    if (!first) throw new Error('nothing was sent')
    const head = inside.store.head()
    expect(await back.send(first)).toMatchObject({ status: 'done' })
    expect(inside.store.head()).toBe(head)
    await forget(90)
    // The last thousand, as ever.
    expect(back.kept()).toEqual([2_011, 2_012, 2_013])
  })

  it('in the middle of that is no longer forgotten, and what is left of it counts', async () => {
    const back = console()
    const sent = await back.sendAll(1, 30)
    inside.clock.pass(100 * dayMs)
    expect(await step(90, 10)).toMatchObject({ gone: 10, hasMore: true })
    await back.sendAll(31, 31)
    await forget(90)
    expect(back.kept()).toEqual(Array.from({ length: 21 }, (_, index) => 11 + index))
    const newest = sent.at(-1)
    const head = inside.store.head()
    if (newest) expect(await back.send(newest)).toMatchObject({ status: 'done', number: 30 })
    expect(inside.store.head()).toBe(head)
  })
})
