import { afterEach, describe, expect, it } from 'vitest'
import type { Clock } from '../../src-main/core/ports.ts'
import { systemClock } from '../../src-main/core/system-clock.ts'
import { startTestConsole, until, type TestConsole } from '../support/test-console.ts'
import { startTestServer, type TestServer } from '../support/test-server.ts'

const disposals: (() => Promise<void>)[] = []

afterEach(async () => {
  for (const dispose of disposals.splice(0).toReversed()) await dispose()
})

async function server(): Promise<TestServer> {
  const started = await startTestServer()
  disposals.push(() => started.close())
  return started
}

/** The machine's clock, and how far its wall clock has been moved. */
function movedClock(): Clock & { movedMs: number } {
  const clock = { ...systemClock, movedMs: 0, now: () => systemClock.now() + clock.movedMs }
  return clock
}

async function consoleOf(target: TestServer, clock: Clock, dataDir?: string): Promise<TestConsole> {
  const site = { url: target.url, token: target.tokens.responder }
  const given = dataDir === undefined ? {} : { dataDir }
  const started = await startTestConsole({ site, ports: { clock }, ...given })
  disposals.push(() => started.dispose())
  await until('live', async () => (await started.board()).freshness[0]?.state === 'live')
  return started
}

const event = (title: string, action = 'trigger') => ({ service: 'api', title, dedupKey: title, action })
const accounts = async (console: TestConsole) => (await console.board()).away

describe('the account of an absence', () => {
  it('tells over a restart what happened meanwhile, until it is dismissed', async () => {
    const target = await server()
    await target.ingest(event('old'), event('resolved meanwhile'), event('quiet meanwhile'))
    const clock = movedClock()
    const before = await consoleOf(target, clock)
    await until('all rows', () => before.rows.size === 3)
    await before.close()
    await target.ingest(event('new'), event('quiet meanwhile', 'resolve'))
    const other = await startTestConsole({ site: { url: target.url, token: target.tokens.admin } })
    disposals.push(() => other.dispose())
    const resolved = [...before.rows.values()].find(({ title }) => title === 'resolved meanwhile')
    if (!resolved) throw new Error('no row')
    await until('the other console', () => other.rows.size === 4)
    const body = { kind: 'resolve', incidentId: resolved.id } as const
    await other.call('act', { siteId: resolved.siteId, body })
    await until('resolved', () => other.rows.get(resolved.id)?.status === 'resolved')
    clock.movedMs = 3_600_000
    const after = await consoleOf(target, clock, before.dataDir)
    await until('the account', async () => (await accounts(after)).length === 1)
    const [account] = await accounts(after)
    expect(account).toMatchObject({
      cause: 'notRunning',
      incidentsTriggered: 1,
      incidentsResolved: 1,
      incidentsChanged: 1,
      lost: null,
    })
    expect(account?.changes).toBeGreaterThanOrEqual(4)
    expect(account?.durationMs).toBeGreaterThan(3_500_000)
    expect(account?.durationMs).toBeLessThan(3_700_000)
    await after.close()
    const again = await consoleOf(target, clock, before.dataDir)
    expect(await accounts(again)).toHaveLength(1)
    await again.call('dismissAway', { siteId: account?.siteId ?? '' })
    expect(await accounts(again)).toEqual([])
    await again.close()
    const last = await consoleOf(target, clock, before.dataDir)
    expect(await accounts(last)).toEqual([])
  })

  it('knows sleep by the clocks, replaces the socket and tells how long it was', async () => {
    const target = await server()
    const clock = movedClock()
    const console = await consoleOf(target, clock)
    clock.movedMs = 60_000
    await until('the account', async () => (await accounts(console)).length === 1)
    const [account] = await accounts(console)
    expect(account).toMatchObject({ cause: 'asleep', lost: null })
    expect(account?.durationMs).toBeGreaterThan(55_000)
  })
})

describe('what the operator has not seen', () => {
  it('keeps a conflict over a restart until it is dismissed', async () => {
    const target = await server()
    await target.ingest(event('disk full'))
    const clock = movedClock()
    const before = await consoleOf(target, clock)
    await until('the row', () => before.rows.size === 1)
    const row = [...before.rows.values()][0]
    if (!row) throw new Error('no row')
    const resolve = { siteId: row.siteId, body: { kind: 'resolve', incidentId: row.id } } as const
    await before.call('act', resolve)
    await before.call('act', resolve)
    await until('the conflict', () => before.settled.some(({ status }) => status === 'conflict'))
    await before.close()
    const after = await consoleOf(target, clock, before.dataDir)
    const { settled } = await after.board()
    expect(settled).toMatchObject([
      { status: 'conflict', message: expect.stringMatching(/already resolved/) as unknown },
    ])
    await after.call('dismissSettled', { commandId: settled[0]?.commandId ?? '' })
    expect((await after.board()).settled).toEqual([])
  })
})
