import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { v7 as uuidv7 } from 'uuid'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { Outbox } from '../../src-main/core/outbox/outbox.ts'
import { StoreClient } from '../../src-main/core/store/store-client.ts'
import type { Command, CommandBody, CommandResult } from '../../src-shared/domain/command.ts'
import type { LogEntry } from '../../src-shared/domain/log-entry.ts'
import type { IncidentRow } from '../../src-shared/console-views.ts'
import { startTestConsole, until, type TestConsole } from '../support/test-console.ts'
import { startTestServer, type TestServer } from '../support/test-server.ts'

const disposals: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const dispose of disposals.splice(0).toReversed()) await dispose()
})

async function folder(): Promise<string> {
  const dataDir = await mkdtemp(join(tmpdir(), 'watchfloor-outbox-'))
  disposals.push(() => rm(dataDir, { recursive: true, force: true }))
  return dataDir
}

const note = (text: string): CommandBody => ({ kind: 'note', incidentId: uuidv7(), text })

function summaryEntry(incidentId: string): LogEntry {
  const made = { incidentId, revision: 1, asOfSeq: 3, eventCount: 1, provider: 'built-in', claims: [] }
  const summary = { ...made, trigger: 'requested', completedAt: 4, tookMs: 1 } as const
  return { seq: 4, at: 4, kind: 'summary', summary }
}

describe('the outbox', () => {
  const [siteId, epoch] = [uuidv7(), uuidv7()]
  let store: StoreClient
  let outbox: Outbox
  let frames: Command[][]
  let timers: Set<() => void>
  let start: () => Promise<void>

  beforeEach(async () => {
    store = await StoreClient.open({ file: join(await folder(), 'console.db'), nativeBinding: null })
    disposals.push(() => store.close())
    frames = []
    timers = new Set()
    const clock = {
      now: () => 1,
      monotonic: () => 1,
      setTimer: (_afterMs: number, run: () => void) => {
        timers.add(run)
        return () => timers.delete(run)
      },
    }
    start = async () => {
      outbox = new Outbox({
        store,
        ports: { clock, randomness: { fraction: () => 0, id: uuidv7 } },
        send: (commands) => frames.push([...commands]),
        onPending: () => undefined,
        onSettled: () => undefined,
      })
      await outbox.open(siteId)
    }
    await start()
  })

  /** The time between two frames is over. */
  function pass(): void {
    const due = [...timers]
    timers.clear()
    for (const run of due) run()
  }

  const lengths = () => frames.map(({ length }) => length)
  const numbers = () => frames.flat().map(({ number }) => number)
  const upTo = (count: number) => Array.from({ length: count }, (_, index) => index + 1)

  const answer = (
    { id: commandId, number }: Command,
    seq: number | null = null,
    status: CommandResult['status'] = 'done',
  ): Promise<void> => {
    const nothing = { code: null, message: null, incident: null, madeId: null }
    const result: CommandResult = { commandId, number, status, seq, ...nothing }
    return outbox.result(result)
  }

  /** Takes and sends one action. */
  async function take(body: CommandBody): Promise<{ command: Command; states: () => string[] }> {
    await outbox.act(siteId, 'mira', body)
    pass()
    const command = frames.flat().at(-1)
    if (!command) throw new Error('nothing was sent')
    const incidentId = 'incidentId' in body ? body.incidentId : ''
    return { command, states: () => outbox.pendingOf(incidentId).map(({ state }) => state) }
  }

  it('sends what waits in full frames, two of them unanswered at most, in the order of the numbers', async () => {
    await outbox.actMany(
      siteId,
      'mira',
      upTo(120).map((index) => note(`note ${index}`)),
    )
    outbox.connected('mira', epoch, 50)
    expect(lengths()).toEqual([50])
    pass()
    pass()
    expect(lengths()).toEqual([50, 50])
    for (const command of frames[0] ?? []) await answer(command)
    pass()
    expect(numbers()).toEqual(upTo(120))
    for (const command of frames.slice(1).flat()) await answer(command)
    expect(outbox.waiting).toBe(0)
  })

  it('sends an action as its author or not at all', async () => {
    outbox.connected('mira', epoch)
    await outbox.act(siteId, 'mira', note('of mira'))
    for (const command of frames.flat()) await answer(command)
    outbox.disconnected()
    await outbox.act(siteId, 'mira', note('of mira, left behind'))
    outbox.connected('jonas', epoch)
    await outbox.act(siteId, 'jonas', note('of jonas'))
    pass()
    expect(
      frames
        .slice(1)
        .flat()
        .map(({ author }) => author),
    ).toEqual(['jonas'])
    outbox.disconnected()
    frames = []
    outbox.connected('mira', epoch)
    expect(frames.flat().map(({ author }) => author)).toEqual(['mira'])
  })

  it('sends no second frame before its time, however many actions and results come', async () => {
    outbox.connected('mira', epoch, 50)
    for (const index of upTo(5)) await outbox.act(siteId, 'mira', note(`note ${index}`))
    for (const command of frames.flat()) await answer(command)
    expect(lengths()).toEqual([1])
    pass()
    expect(lengths()).toEqual([1, 4])
  })

  it('sends all that has no result again over the next connection, first what was sent first', async () => {
    await outbox.actMany(
      siteId,
      'mira',
      upTo(60).map((index) => note(`note ${index}`)),
    )
    outbox.connected('mira', epoch, 50)
    for (const command of frames[0]?.slice(0, 20) ?? []) await answer(command)
    outbox.disconnected()
    frames.splice(0)
    outbox.connected('mira', epoch, 50)
    pass()
    expect(numbers()).toEqual(upTo(60).slice(20))
  })

  it('shows what is done as pending until its effect is read, over a lost connection and a restart', async () => {
    outbox.connected('mira', epoch)
    const { command, states } = await take(note('one'))
    expect(states()).toEqual(['sent'])
    await answer(command, 12)
    expect([states(), outbox.waiting]).toEqual([['done'], 0])
    outbox.reached({ epoch, seq: 11 }, [])
    outbox.disconnected()
    expect(states()).toEqual(['done'])
    outbox.connected('mira', epoch)
    await start()
    expect(states()).toEqual(['done'])
    outbox.connected('mira', epoch)
    pass()
    expect(frames.flat()).toEqual([command])
    outbox.reached({ epoch, seq: 12 }, [])
    expect(states()).toEqual([])
  })

  it('waits for no effect that a snapshot of another log has replaced', async () => {
    outbox.connected('mira', epoch)
    const { command, states } = await take(note('one'))
    await answer(command, 12)
    outbox.reached({ epoch: uuidv7(), seq: 3 }, null)
    expect(states()).toEqual([])
  })

  it('shows a summary as asked for until one has come, be it before the result', async () => {
    outbox.connected('mira', epoch)
    const body = { kind: 'summarise', incidentId: uuidv7() } as const
    const entry = summaryEntry(body.incidentId)
    const first = await take(body)
    await answer(first.command)
    outbox.reached({ epoch, seq: 3 }, [summaryEntry(uuidv7())])
    outbox.disconnected()
    expect(first.states()).toEqual(['done'])
    outbox.connected('mira', epoch)
    outbox.reached({ epoch, seq: 4 }, [entry])
    expect(first.states()).toEqual([])
    const second = await take(body)
    outbox.reached({ epoch, seq: 5 }, [entry])
    expect(second.states()).toEqual(['sent'])
    await answer(second.command)
    expect(second.states()).toEqual([])
  })

  describe('holds a second change of a window or service back until the first has its result, which', () => {
    const windowId = uuidv7()
    const change = (title: string, seen = 4): CommandBody => {
      const schedule = { kind: 'once', startsAt: 1, endsAt: 2 } as const
      const match = [{ field: 'service' as const, anyOf: ['api'], negated: false }]
      return { kind: 'planMaintenance', windowId, seen, plan: { title, match, schedule } }
    }
    const bodies = () => frames.flat().map(({ body }) => body)

    beforeEach(async () => {
      outbox.connected('mira', epoch)
      for (const body of [change('one'), note('between'), change('two'), note('after'), change('three')])
        await outbox.act(siteId, 'mira', body)
      pass()
      pass()
    })

    it('makes the revision that the second then names', async () => {
      expect(bodies()).toMatchObject([change('one'), { text: 'between' }])
      const [one] = frames.flat()
      if (one) await answer(one, 12)
      pass()
      expect(bodies().slice(2)).toMatchObject([change('two', 5), { text: 'after' }])
      const two = frames.flat()[2]
      if (two) await answer(two, 13)
      pass()
      expect(bodies().slice(4)).toEqual([change('three', 6)])
      // Asked while the screen still shows what was there before them.
      await outbox.act(siteId, 'jonas', change('of somebody else'))
      await outbox.act(siteId, 'mira', change('four'))
      const three = frames.flat()[4]
      if (three) await answer(three, 14)
      pass()
      expect(bodies().slice(5)).toEqual([change('four', 7)])
      outbox.disconnected()
      outbox.connected('jonas', epoch)
      expect(bodies().slice(6)).toEqual([change('of somebody else')])
    })

    it('leaves it as it was when somebody else was there before', async () => {
      const [one] = frames.flat()
      if (one) await answer(one, null, 'conflict')
      pass()
      expect(bodies()[2]).toEqual(change('two'))
    })

    it('leaves it as it was when the first changed nothing', async () => {
      const [one] = frames.flat()
      if (one) await answer(one, null)
      pass()
      expect(bodies()[2]).toEqual(change('two'))
    })
  })

  it('sends no frame that is larger than a server takes', async () => {
    await outbox.actMany(
      siteId,
      'mira',
      upTo(10).map(() => note('漢'.repeat(8_000))),
    )
    outbox.connected('mira', epoch, 50)
    for (const _ of upTo(10)) pass()
    expect(lengths()).toEqual([2, 2, 2, 2, 2])
  })
})

describe('actions that were taken offline', () => {
  /** A console whose server is gone, with one incident of it; `before` is done while it is there. */
  async function strand(
    before: (console: TestConsole, row: IncidentRow) => Promise<void> = () => Promise.resolve(),
  ): Promise<{ console: TestConsole; row: IncidentRow; target: TestServer }> {
    const token = 'wf_operator_for_tests_0123456789abcdef'
    const target = await startTestServer({ bootstrapToken: token })
    await target.ingest({ service: 'api', title: 'one', severity: 'error' })
    const site = { url: target.url, token }
    const console = await startTestConsole({ dataDir: await folder(), site })
    disposals.push(() => console.close())
    await until('the row', () => console.rows.size === 1)
    await until('live', async () => (await console.board()).freshness[0]?.state === 'live')
    const [row] = console.rows.values()
    if (!row) throw new Error('no row')
    await before(console, row)
    await target.server.close()
    await until('blind', async () => (await console.board()).freshness[0]?.state === 'blind')
    return { console, row, target }
  }

  it('on one value do not conflict with each other', async () => {
    const { console, row, target } = await strand()
    const act = (body: CommandBody) => console.call('act', { siteId: row.siteId, body })
    const incidentId = row.id
    await act({ kind: 'assign', incidentId, assignee: 'mira', seen: null })
    await act({ kind: 'prioritise', incidentId, priority: 'P1', seen: 'P3' })
    await act({ kind: 'assign', incidentId, assignee: 'jonas', seen: null })
    await act({ kind: 'prioritise', incidentId, priority: null, seen: 'P3' })
    await act({ kind: 'prioritise', incidentId, priority: 'P2', seen: 'P3' })
    const again = await target.restart()
    disposals.push(() => again.close())
    await until('all are settled', () => console.settled.length === 5, 20_000)
    expect(console.settled.map(({ status }) => status)).toEqual(['done', 'done', 'done', 'done', 'done'])
    await until('the second is seen', () => console.rows.get(row.id)?.assignee === 'jonas')
    expect(console.rows.get(row.id)).toMatchObject({ priority: 'P2' })
  })

  it('on one window and one service do not conflict with each other', async () => {
    const schedule = { kind: 'once', startsAt: Date.now(), endsAt: Date.now() + 3_600_000 } as const
    const match = [{ field: 'service' as const, anyOf: ['other'], negated: false }]
    const planned = (windowId: string | null, seen: number | null, title: string): CommandBody => {
      return { kind: 'planMaintenance', windowId, seen, plan: { title, match, schedule } }
    }
    const { console, row, target } = await strand(async ({ call }, { siteId }) => {
      await call('act', { siteId, body: planned(null, null, 'firmware') })
      await until('the window', async () => (await call('maintenance', {}))[0]?.windows.length === 1)
    })
    const { siteId, id: incidentId } = row
    const [view] = await console.call('maintenance', {})
    const window = view?.windows[0]?.window
    const open = () => console.call('openIncident', { siteId, incidentId })
    const service = (await open())?.services[0]
    if (!window || !service) throw new Error('nothing to change')
    console.settled.splice(0)
    const edited = (team: string | null): CommandBody => {
      const { id: serviceId, revision: seen, runbookUrl, labels } = service
      return { kind: 'editService', serviceId, seen, team, runbookUrl, labels }
    }
    const both = [
      // Changes nothing, and so makes no revision.
      edited(service.team),
      planned(window.id, window.revision, 'firmware, first half'),
      edited('storage'),
      planned(window.id, window.revision, 'firmware, second half'),
      edited('network'),
    ]
    for (const body of both) await console.call('act', { siteId, body })
    expect((await open())?.serviceEdits.map(({ body }) => body)).toEqual([both[0], both[2], both[4]])
    const again = await target.restart()
    disposals.push(() => again.close())
    await until('all are settled', () => console.settled.length === 5, 20_000)
    expect(console.settled.map(({ status }) => status)).toEqual(['done', 'done', 'done', 'done', 'done'])
    await until('all is read', async () => (await open())?.serviceEdits.length === 0)
    expect((await open())?.services).toMatchObject([{ team: 'network' }])
    expect((await console.call('maintenance', {}))[0]?.windows).toMatchObject([
      { window: { title: 'firmware, second half' } },
    ])
  })

  it('in their hundreds are each done once, in their order', async () => {
    const { console, row, target } = await strand()
    const bodies = Array.from({ length: 300 }, (_, index) => ({
      siteId: row.siteId,
      body: { kind: 'note', incidentId: row.id, text: `note ${index}` } as const,
    }))
    await console.call('actMany', { actions: bodies })
    const again = await target.restart()
    disposals.push(() => again.close())
    await until('all are settled', () => console.settled.length === 300, 20_000)
    const { body } = await again.call(`/v1/incidents/${row.id}`)
    expect(body).toMatchObject({ incident: { noteCount: 300 } })
    const told = console.settled.map((each) => (each.body.kind === 'note' ? each.body.text : ''))
    expect(told).toEqual(bodies.map((each) => each.body.text))
  })
})
