import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { startOlderServer, type Json, type OlderServer } from '../support/older-server.ts'
import { startTestConsole, until, type TestConsole } from '../support/test-console.ts'
import { startTestServer, type TestServer } from '../support/test-server.ts'

const disposals: (() => Promise<void>)[] = []
let server: TestServer
let relay: OlderServer
/** Whether the server says of odd incidents what this version does not know. */
let isOdd: boolean
let oddTitle: string

beforeEach(async () => {
  isOdd = true
  oddTitle = 'odd'
  server = await startTestServer({ heartbeatMs: 100, staleMs: 2_000 })
  disposals.push(() => server.close())
  relay = await startOlderServer(server.url, (frame) => (isOdd ? withOddities(frame) : frame))
  disposals.push(() => relay.close())
})
afterEach(async () => {
  for (const dispose of disposals.splice(0).toReversed()) await dispose()
})

function withOddities(frame: Json): Json {
  if (Array.isArray(frame['entries']))
    return { ...frame, entries: frame['entries'].map((entry: Json) => oddly(entry)) }
  return 'result' in frame ? { ...frame, result: oddly(frame['result'] as Json) } : frame
}

function oddly(holder: Json): Json {
  const incident = holder['incident'] as Json | null | undefined
  const isMeant = incident && incident['title'] === oddTitle
  return isMeant ? { ...holder, incident: { ...incident, status: 'parked' } } : holder
}

async function start(dataDir?: string): Promise<TestConsole> {
  const site = { url: relay.url, token: server.tokens.responder }
  const console = await startTestConsole({ site, ...(dataDir === undefined ? {} : { dataDir }) })
  disposals.push(() => console.dispose())
  return console
}

const opens = (title: string): Promise<unknown> => server.ingest({ service: title, title, dedupKey: title })

const titles = (console: TestConsole): string[] =>
  [...console.rows.values()].map(({ title }) => title).toSorted()

const stateOf = async (console: TestConsole) => (await console.board()).freshness[0]

const isLive = (console: TestConsole) => async () => (await stateOf(console))?.state === 'live'

const noticesOf = async (console: TestConsole): Promise<string[]> =>
  (await console.board()).notices.map(({ text }) => text)

const oddSeq = async (): Promise<number> => {
  const incidents = (await server.call('/v1/incidents')).body as { items: { id: string; title: string }[] }
  const id = incidents.items.find(({ title }) => title === 'odd')?.id
  const { body } = await server.call(`/v1/incidents/${id}`)
  const { timeline } = body as { timeline: { items: { kind: string; seq: number }[] } }
  return timeline.items.find(({ kind }) => kind === 'incident')?.seq ?? 0
}

describe.each(['websocket', 'longPoll'] as const)('a change that cannot be read, by %s', (transport) => {
  it('keeps no other from being read, is said, and is never passed over as complete', async () => {
    relay.takesUpgrades = transport === 'websocket'
    await opens('first')
    const console = await start()
    await until('live', isLive(console), 15_000)
    const completeAt = (await stateOf(console))?.completeAt ?? 0
    const { streams } = relay

    await opens('odd')
    await opens('second')
    await until('the one after it', () => titles(console).includes('second'))
    await until('what is missing is said', async () => (await noticesOf(console)).length > 0)
    const words = `1 change could not be read (seq ${await oddSeq()})`
    expect(await noticesOf(console)).toEqual([expect.stringContaining(words)])
    expect(await stateOf(console)).toMatchObject({ state: 'stale', reason: words, transport })

    await opens('third')
    await until('the next one', () => titles(console).includes('third'))
    // Heartbeats come, and still it is not complete.
    await new Promise((resolve) => setTimeout(resolve, 400))
    const later = await stateOf(console)
    expect(later).toMatchObject({ state: 'stale', reason: words, behind: 0 })
    expect((later?.completeAt ?? 0) - completeAt).toBeLessThan(300)
    expect(titles(console)).toEqual(['first', 'second', 'third'])
    expect(relay.streams).toBe(streams)
  })
})

describe('after a start', () => {
  it('everything is read anew: by then it may be readable, and nothing is missing any more', async () => {
    const console = await start()
    await until('live', isLive(console))
    await opens('odd')
    await until('what is missing is said', async () => (await noticesOf(console)).length > 0)
    await console.close()

    const again = await start(console.dataDir)
    await until('it is still said', async () => (await stateOf(again))?.state === 'stale')
    await opens('second')
    await until('others are read', () => titles(again).includes('second'))
    expect(titles(again)).not.toContain('odd')
    expect(await noticesOf(again)).toHaveLength(1)
    await again.close()

    isOdd = false
    const updated = await start(console.dataDir)
    await until('live', isLive(updated))
    await until('all rows', () => updated.rows.size === 2)
    expect(titles(updated)).toEqual(['odd', 'second'])
    expect(await noticesOf(updated)).toEqual([])
  })
})

describe('a first contact', () => {
  it('shows what can be read of the snapshot, and an action on something else is settled', async () => {
    await opens('odd')
    await opens('fine')
    const console = await start()
    await until('the row', () => titles(console).includes('fine'))
    await until('what is missing is said', async () => (await noticesOf(console)).length > 0)
    expect(await stateOf(console)).toMatchObject({ state: 'stale', completeAt: null })
    const [row] = console.rows.values()
    if (!row) throw new Error('no row')
    const body = { kind: 'note', incidentId: row.id, text: 'seen' } as const
    await console.call('act', { siteId: row.siteId, body })
    await until('it is settled', () => console.settled.some(({ status }) => status === 'done'))
  })

  it.each([
    ['websocket', true],
    ['longPoll', false],
  ])(
    'learns what became of an action by %s whose result has an unreadable incident',
    async (_, takesUpgrades) => {
      relay.takesUpgrades = takesUpgrades
      await opens('fine')
      const console = await start()
      await until('the row', () => console.rows.size === 1, 15_000)
      const [row] = console.rows.values()
      if (!row) throw new Error('no row')
      oddTitle = 'fine'
      const body = { kind: 'note', incidentId: row.id, text: 'seen' } as const
      await console.call('act', { siteId: row.siteId, body })
      await until('it is settled', () => console.settled.some(({ status }) => status === 'done'))
      await until('what is missing is said', async () => (await noticesOf(console)).length > 0)
    },
    30_000,
  )
})
