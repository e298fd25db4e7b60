import { afterEach, beforeEach, expect, it } from 'vitest'
import { startOlderServer, type OlderServer } from '../support/older-server.ts'
import { startTestConsole, until, type TestConsole } from '../support/test-console.ts'
import { startTestServer, type TestServer } from '../support/test-server.ts'

const disposals: (() => Promise<void>)[] = []
let server: TestServer
let older: OlderServer

beforeEach(async () => {
  server = await startTestServer({ staleMs: 1_000 })
  disposals.push(() => server.close())
  older = await startOlderServer(server.url)
  disposals.push(() => older.close())
})
afterEach(async () => {
  for (const dispose of disposals.splice(0).toReversed()) await dispose()
})

/** Sixty notes, taken together by a console that follows the older server this way. */
async function takeSixtyNotes(transport: 'websocket' | 'longPoll'): Promise<TestConsole> {
  await server.ingest({ service: 'api', title: 'one' })
  const console = await startTestConsole({ site: { url: older.url, token: server.tokens.responder } })
  disposals.push(() => console.dispose())
  const isLive = async (): Promise<boolean> => {
    const [freshness] = (await console.board()).freshness
    return freshness?.state === 'live' && freshness.transport === transport
  }
  await until(`live by ${transport}`, isLive, 15_000)
  await until('the row', () => console.rows.size === 1)
  const [row] = console.rows.values()
  if (!row) throw new Error('no row')
  const actions = Array.from({ length: 60 }, (_, index) => ({
    siteId: row.siteId,
    body: { kind: 'note', incidentId: row.id, text: `note ${index}` } as const,
  }))
  await console.call('actMany', { actions })
  await until('all are settled', () => console.settled.length === 60, 20_000)
  return console
}

it('a server that takes no commands together gets each command in a frame of its own', async () => {
  const console = await takeSixtyNotes('websocket')
  expect(console.settled.filter(({ status }) => status !== 'done')).toEqual([])
  expect(older).toMatchObject({ together: 0, single: 60 })
})

it('a server that takes no commands together gets each command in a request of its own', async () => {
  older.takesUpgrades = false
  const console = await takeSixtyNotes('longPoll')
  expect(console.settled.filter(({ status }) => status !== 'done')).toEqual([])
  expect(older).toMatchObject({ together: 0, single: 60 })
})
