import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { startFaultProxy, type FaultProxy } from '../support/fault-proxy.ts'
import { startTestConsole, until, type TestConsole } from '../support/test-console.ts'
import { startTestServer, type TestServer } from '../support/test-server.ts'

let server: TestServer
let proxy: FaultProxy
let console: TestConsole
let states: { state: string; reason: string | null }[]

beforeEach(async () => {
  server = await startTestServer({ heartbeatMs: 150, staleMs: 300, deadMs: 600 })
  proxy = await startFaultProxy(Number(new URL(server.url).port))
  const site = { url: `http://127.0.0.1:${proxy.port}`, token: server.tokens.responder }
  console = await startTestConsole({ site })
  states = []
  console.console.on('freshness', ([site]) => {
    if (site) states.push({ state: site.state, reason: site.reason })
  })
  await until('live', isLive)
})

afterEach(async () => {
  await console.dispose()
  await proxy.close()
  await server.close()
})

const isLive = async () => (await console.board()).freshness[0]?.state === 'live'
const saw = (state: string) => states.some((each) => each.state === state)
const ingest = (count: number, name: string) =>
  server.ingest(
    ...Array.from({ length: count }, (_, index) => ({ service: 'api', title: `${name} ${index}` })),
  )

describe('the core on a bad network', () => {
  it('says stale, then blind on a half-open connection, and drops it though it claims to be open', async () => {
    proxy.down.isStalled = true
    await until('stale', () => saw('stale'))
    await until('blind', () => saw('blind'))
    expect(states.find(({ state }) => state === 'blind')?.reason).toMatch(/nothing heard/)
    await ingest(3, 'meanwhile')
    proxy.heal()
    await until('live again', isLive, 15_000)
    await until('what was missed', () => console.rows.size === 3)
  })

  it('gives up a proxy that accepts and says nothing, and comes back once it passes', async () => {
    proxy.acceptsAndSaysNothing = true
    proxy.resetAll()
    const isSilent = () => states.some(({ reason }) => reason?.includes('nothing heard') === true)
    await until('given up', isSilent, 10_000)
    expect((await console.board()).freshness[0]?.state).toBe('blind')
    proxy.acceptsAndSaysNothing = false
    await until('live again', isLive, 15_000)
  }, 40_000)

  it('loses nothing over resets, and sees each event once', async () => {
    for (let round = 0; round < 4; round += 1) {
      await ingest(5, `round ${round}`)
      proxy.resetAll()
      await console.call('connectNow', {})
    }
    await until('live again', isLive, 15_000)
    await until('all', () => console.rows.size === 20)
    const { feed, counts } = await console.board()
    expect(counts.triggered).toBe(20)
    expect(new Set(feed.map(({ seq }) => seq)).size).toBe(feed.length)
    expect([...console.rows.values()].every((row) => row.eventCount === 1)).toBe(true)
  })

  it('keeps one connection at a time however often it is hurried and woken', async () => {
    for (let round = 0; round < 10; round += 1) {
      console.power.tell('resume')
      await console.call('connectNow', {})
    }
    await until('live again', isLive, 15_000)
    await until('one connection', () => proxy.open === 1)
  })

  it('sends an action again over the next connection and has it done once', async () => {
    await ingest(1, 'broken')
    await until('the row', () => console.rows.size === 1)
    const [row] = [...console.rows.values()]
    if (!row) throw new Error('no row')
    proxy.down.isStalled = true
    const body = { kind: 'note', incidentId: row.id, text: 'once' } as const
    await console.call('act', { siteId: row.siteId, body })
    await until('sent', () => console.rows.get(row.id)?.pending[0]?.state === 'sent')
    await until('blind', () => saw('blind'))
    proxy.heal()
    await until('settled', () => console.settled.length === 1, 15_000)
    expect(console.settled[0]?.status).toBe('done')
    const { body: stored } = await server.call(`/v1/incidents/${row.id}`)
    expect(stored).toMatchObject({ incident: { noteCount: 1 } })
  })
})
