import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { startPlainHttpProxy, type PlainHttpProxy } from '../support/plain-http-proxy.ts'
import { startTestConsole, until, type TestConsole } from '../support/test-console.ts'
import { startTestServer, type TestServer } from '../support/test-server.ts'

let server: TestServer
let proxy: PlainHttpProxy
let consoles: TestConsole[]

beforeEach(async () => {
  server = await startTestServer({ heartbeatMs: 500, staleMs: 1_500 })
  proxy = await startPlainHttpProxy(Number(new URL(server.url).port))
  proxy.upgrades = 'strip'
  consoles = []
})

afterEach(async () => {
  for (const console of consoles) await console.dispose()
  await proxy.close()
  await server.close()
})

async function openConsole(dataDir?: string): Promise<TestConsole> {
  const site = { url: proxy.url, token: server.tokens.responder }
  const console = await startTestConsole({ site, ...(dataDir === undefined ? {} : { dataDir }) })
  consoles.push(console)
  return console
}

const freshnessOf = async (console: TestConsole) => (await console.board()).freshness[0]
const isLive = (console: TestConsole, transport: string) => async () => {
  const freshness = await freshnessOf(console)
  return freshness?.state === 'live' && freshness.transport === transport
}
const event = (title: string) => ({ service: `service of ${title}`, title, dedupKey: title })

describe('the core where WebSockets do not pass', () => {
  it('polls instead: rows, the round trip, an incident with its timeline, and actions', async () => {
    await server.ingest(event('before'))
    const console = await openConsole()
    await until('live by polling', isLive(console, 'longPoll'), 15_000)
    await server.ingest(event('after'))
    await until('both rows', () => console.rows.size === 2)
    const row = [...console.rows.values()].find(({ title }) => title === 'after')
    if (!row) throw new Error('no row')
    const { siteId, id: incidentId } = row
    await console.call('openIncident', { siteId, incidentId })
    await until('the timeline', () => console.detail()?.timelineComplete === true)
    await console.call('act', { siteId, body: { kind: 'acknowledge', incidentId } })
    await until('acknowledged', () => console.rows.get(incidentId)?.status === 'acknowledged')
    await until('settled', () => console.settled.some(({ status }) => status === 'done'))
    await until('nothing pending', () => console.rows.get(incidentId)?.pending.length === 0)
    const freshness = await freshnessOf(console)
    expect(freshness?.roundTripMs).toBeLessThan(450)
    expect(proxy.mostStreams).toBe(1)
  })

  it('stays live while nothing happens: an empty answer is the heartbeat', async () => {
    const console = await openConsole()
    await until('live by polling', isLive(console, 'longPoll'), 15_000)
    const states: string[] = []
    console.console.on('freshness', ([site]) => void states.push(site?.state ?? ''))
    await new Promise((resolve) => setTimeout(resolve, 2_500))
    expect(states.filter((state) => state !== 'live')).toEqual([])
  })

  it('finds out also where upgrades are swallowed, and begins with polling after a restart', async () => {
    proxy.upgrades = 'swallow'
    const first = await openConsole()
    await until('live by polling', isLive(first, 'longPoll'), 20_000)
    await first.close()
    const asked = proxy.upgradesAsked
    const second = await openConsole(first.dataDir)
    await until('live again', isLive(second, 'longPoll'), 15_000)
    expect(proxy.upgradesAsked).toBe(asked)
  }, 40_000)

  it('goes back to a WebSocket when it passes and somebody asks, and never uses both at once', async () => {
    const console = await openConsole()
    await until('live by polling', isLive(console, 'longPoll'), 15_000)
    proxy.upgrades = 'pass'
    await console.call('connectNow', {})
    await until('live by WebSocket', isLive(console, 'websocket'), 15_000)
    await server.ingest(event('after'))
    await until('the row', () => console.rows.size === 1)
    // The proxy may hear of the new connection a moment before it hears that the old one is gone.
    await until('nothing else is open', () => proxy.open.sockets === 1 && proxy.open.requests === 0)
    const polls = proxy.requestsSeen
    await new Promise((resolve) => setTimeout(resolve, 500))
    expect(proxy.requestsSeen).toBe(polls)
  })

  it('catches up by polling from where the WebSocket was', async () => {
    proxy.upgrades = 'pass'
    const first = await openConsole()
    await until('live', isLive(first, 'websocket'))
    await first.close()
    await server.ingest(...Array.from({ length: 300 }, (_, index) => event(`missed ${index}`)))
    proxy.upgrades = 'strip'
    const second = await openConsole(first.dataDir)
    await until('live by polling', isLive(second, 'longPoll'), 15_000)
    expect(second.rows.size).toBe(300)
  }, 40_000)
})
