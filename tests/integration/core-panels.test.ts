import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { startTestConsole, type TestConsole } from '../support/test-console.ts'
import { startTestServer, type TestServer } from '../support/test-server.ts'

/** What a console answers beside the board: filters, many actions at once, the shift log, maintenance. */

let server: TestServer
let console_: TestConsole

beforeEach(async () => {
  server = await startTestServer()
  await server.ingest(
    ...['ledger', 'orders', 'edge'].map((service, index) => ({
      dedupKey: service,
      service,
      title: `${service} is down`,
      severity: index === 0 ? 'critical' : 'warning',
      labels: { zone: index < 2 ? 'eu' : 'us' },
    })),
  )
  console_ = await startTestConsole({ site: { url: server.url, token: server.tokens.responder } })
  await vi.waitUntil(() => console_.rows.size === 3, { timeout: 10_000 })
})
afterEach(async () => {
  await console_.dispose()
  await server.close()
})

const siteId = (): string => [...console_.rows.values()][0]?.siteId ?? ''
const numbersOf = (ids: readonly string[]): number[] =>
  ids.map((id) => console_.rows.get(id)?.number ?? 0).toSorted((a, b) => a - b)

describe('a filter over the cache', () => {
  it.each([
    ['severity>=error', [1]],
    ['label.zone:eu', [1, 2]],
    ['-service:ledger "is down"', [2, 3]],
    ['source:prober', [1, 2, 3]],
    ['is:snoozed', []],
    ['', [1, 2, 3]],
  ])('reads %s as the server does, without the server too', async (text, numbers) => {
    await server.close()
    const { problem, ids } = await console_.call('filterRows', { text, ids: null })
    expect(problem).toBeNull()
    expect(numbersOf(ids)).toEqual(numbers)
  })

  it('looks only at the rows that it is asked about, and says where a text is wrong', async () => {
    const some = [...console_.rows.keys()].slice(0, 1)
    expect((await console_.call('filterRows', { text: '', ids: some })).ids).toEqual(some)
    const { problem } = await console_.call('filterRows', { text: 'severity:eror', ids: null })
    expect(problem).toMatchObject({ span: { from: 9, to: 13 }, instead: 'error' })
  })

  it('offers the values that it knows', async () => {
    const values = await console_.call('filterValues', {})
    expect(values.services.toSorted()).toEqual(['edge', 'ledger', 'orders'])
    expect(values.labels).toEqual({ zone: expect.arrayContaining(['eu', 'us']) })
  })

  it('offers the values of labels that are called what every object has', async () => {
    const labels = { constructor: 'ours', toString: 'too' }
    await server.ingest({ service: 'edge', title: 'is odd', labels })
    await expect
      .poll(async () => (await console_.call('filterValues', {})).labels)
      .toMatchObject({ constructor: ['ours'], toString: ['too'] })
  })
})

describe('many actions at once', () => {
  it('are each a command with an answer of its own, in the order in which they were given', async () => {
    const rows = [...console_.rows.values()]
    const actions = [...rows, ...rows.slice(0, 1)].map(({ id }) => ({
      siteId: siteId(),
      body: { kind: 'resolve' as const, incidentId: id },
    }))
    const { commandIds } = await console_.call('actMany', { actions })
    await expect.poll(() => console_.settled.length).toBe(4)
    expect(console_.settled.map(({ commandId }) => commandId)).toEqual(commandIds)
    expect(console_.settled.map(({ status }) => status)).toEqual(['done', 'done', 'done', 'conflict'])
    await expect
      .poll(() => [...console_.rows.values()].every(({ status }) => status === 'resolved'))
      .toBe(true)
  })

  it('are taken together or not at all', async () => {
    const other = '00000000-0000-7000-8000-000000000009'
    const [first] = console_.rows.values()
    const body = { kind: 'acknowledge' as const, incidentId: first?.id ?? '' }
    const actions = [
      { siteId: siteId(), body },
      { siteId: other, body },
    ]
    await expect(console_.call('actMany', { actions })).rejects.toThrow('no longer followed')
    // Answers come in the order of the actions: had one been taken, its answer would be the first.
    await console_.call('act', { siteId: siteId(), body: { kind: 'writeShift', text: 'after it' } })
    await expect.poll(() => console_.settled.map((action) => action.body.kind)).toEqual(['writeShift'])
  })
})

describe('the panels beside the board', () => {
  it('have the shift log, with what is still on its way, newest first', async () => {
    for (const text of ['first', 'second'])
      await console_.call('act', { siteId: siteId(), body: { kind: 'writeShift', text } })
    const texts = async (): Promise<string[]> =>
      (await console_.call('shiftLog', {})).flatMap(({ entries }) => entries.map(({ text }) => text))
    await expect.poll(texts).toEqual(['second', 'first'])
    await server.close()
    await console_.call('act', { siteId: siteId(), body: { kind: 'writeShift', text: 'offline' } })
    const [log] = await console_.call('shiftLog', {})
    expect(log?.pending.map(({ body, state }) => [body.kind, state])).toEqual([['writeShift', 'waiting']])
  })

  it('name the alerts that a window suppresses, and let them go when it is ended', async () => {
    const now = Date.now()
    const plan = {
      title: 'Firmware',
      match: [{ field: 'service' as const, anyOf: ['storage'], negated: false }],
      schedule: { kind: 'once' as const, startsAt: now - 1_000, endsAt: now + 3_600_000 },
    }
    await console_.call('act', {
      siteId: siteId(),
      body: { kind: 'planMaintenance', windowId: null, seen: null, plan },
    })
    const windows = async () => (await console_.call('maintenance', {})).flatMap((view) => view.windows)
    await expect.poll(async () => (await windows()).length).toBe(1)
    await server.ingest({ dedupKey: 's1', service: 'storage', title: 'Disk gone', severity: 'error' })
    await expect.poll(async () => (await windows())[0]?.suppressed).toBe(1)
    const [first] = await windows()
    expect(first?.newest).toMatchObject([{ title: 'Disk gone', severity: 'error', service: 'storage' }])
    await console_.call('act', {
      siteId: siteId(),
      body: { kind: 'endMaintenance', windowId: first?.window.id ?? '' },
    })
    await expect.poll(async () => (await windows())[0]).toMatchObject({ suppressed: 0, newest: [] })
    await expect.poll(() => console_.rows.size).toBe(4)
  })
})
