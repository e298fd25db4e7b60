import { afterEach, describe, expect, it } from 'vitest'
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

async function consoleOf(target: TestServer, dataDir?: string): Promise<TestConsole> {
  const site = { url: target.url, token: target.tokens.responder }
  const started = await startTestConsole({ site, ...(dataDir === undefined ? {} : { dataDir }) })
  disposals.push(() => started.dispose())
  return started
}

const event = (title: string, severity = 'critical') => ({
  service: `service of ${title}`,
  title,
  severity,
  dedupKey: title,
})

const freshnessOf = async (console: TestConsole) => (await console.board()).freshness[0]
const isLive = (console: TestConsole) => async () => (await freshnessOf(console))?.state === 'live'

describe('the core with a real server', () => {
  it('is live, shows what was there before and what comes, and measures the round trip', async () => {
    const target = await server()
    await target.ingest(event('before'))
    const console = await consoleOf(target)
    await until('live', isLive(console))
    await until('the first row', () => [...console.rows.values()].some((row) => row.title === 'before'))
    await target.ingest(event('after'))
    await until('the second row', () => [...console.rows.values()].some((row) => row.title === 'after'))
    const row = [...console.rows.values()].find((each) => each.title === 'after')
    expect(row).toMatchObject({ serviceName: 'service of after', eventCount: 1, status: 'triggered' })
    await until('a round trip', async () => ((await freshnessOf(console))?.roundTripMs ?? null) !== null)
    const board = await console.board()
    expect(board.counts).toMatchObject({ triggered: 2, acknowledged: 0 })
    expect(board.feed[0]).toMatchObject({ title: 'after', effect: 'opened' })
    expect(board.freshness[0]).toMatchObject({ transport: 'websocket', reason: null, behind: 0 })
  })

  it('acknowledges through the outbox, and another console sees who did it', async () => {
    const target = await server()
    await target.ingest(event('disk full'))
    const mira = await consoleOf(target)
    const other = await startTestConsole({ site: { url: target.url, token: target.tokens.admin } })
    disposals.push(() => other.dispose())
    await until('the row', () => mira.rows.size === 1 && other.rows.size === 1)
    const row = [...mira.rows.values()][0]
    if (!row) throw new Error('no row')
    await mira.call('act', { siteId: row.siteId, body: { kind: 'acknowledge', incidentId: row.id } })
    await until('acknowledged', () => other.rows.get(row.id)?.status === 'acknowledged')
    expect(other.rows.get(row.id)?.acknowledgedBy).toBe('mira')
    await until('nothing pending', () => mira.rows.get(row.id)?.pending.length === 0)
    expect(mira.settled.map(({ status }) => status)).toEqual(['done'])
    await other.call('act', { siteId: row.siteId, body: { kind: 'resolve', incidentId: row.id } })
    await until('resolved', () => mira.rows.get(row.id)?.status === 'resolved')
    await mira.call('act', { siteId: row.siteId, body: { kind: 'resolve', incidentId: row.id } })
    await until('the conflict', () => mira.settled.some(({ status }) => status === 'conflict'))
    expect(mira.settled.at(-1)?.message).toMatch(/already resolved/)
  })

  it('follows an open incident with its whole timeline', async () => {
    const target = await server()
    await target.ingest(event('slow'), event('slow'))
    const console = await consoleOf(target)
    await until('the row', () => console.rows.size === 1)
    const row = [...console.rows.values()][0]
    if (!row) throw new Error('no row')
    await console.call('openIncident', { siteId: row.siteId, incidentId: row.id })
    await until('the whole timeline', () => console.detail()?.timelineComplete === true)
    expect(console.detail()?.timeline.filter(({ kind }) => kind === 'event')).toHaveLength(2)
    const body = { kind: 'note', incidentId: row.id, text: 'looking' } as const
    await console.call('act', { siteId: row.siteId, body })
    await until('the note', () =>
      Boolean(
        console.detail()?.timeline.some((item) => item.kind === 'change' && item.change.text === 'looking'),
      ),
    )
  })

  it('starts from its cache without a server, keeps actions, and catches up from its cursor', async () => {
    const target = await server()
    await target.ingest(event('one'))
    const first = await consoleOf(target)
    await until('the row', () => first.rows.size === 1)
    await until('live', isLive(first))
    await first.close()
    await target.server.close()

    const offline = await startTestConsole({
      dataDir: first.dataDir,
      site: { url: target.url, token: target.tokens.responder },
    })
    expect([...offline.rows.values()].map(({ title }) => title)).toEqual(['one'])
    await until('blind', async () => (await freshnessOf(offline))?.state === 'blind')
    expect((await freshnessOf(offline))?.reason).toMatch(/nothing answers/)
    const row = [...offline.rows.values()][0]
    if (!row) throw new Error('no row')
    await offline.call('act', { siteId: row.siteId, body: { kind: 'acknowledge', incidentId: row.id } })
    await until('pending', () => offline.rows.get(row.id)?.pending[0]?.state === 'waiting')
    await offline.close()

    const again = await target.restart()
    disposals.push(() => again.close())
    await again.ingest(event('two'))
    const console = await startTestConsole({
      dataDir: first.dataDir,
      site: { url: again.url, token: again.tokens.responder },
    })
    disposals.push(() => console.close())
    await until('live', isLive(console), 20_000)
    await until('both rows', () => console.rows.size === 2)
    await until('the kept action is done', () => console.rows.get(row.id)?.status === 'acknowledged')
    expect(console.settled.map(({ status }) => status)).toEqual(['done'])
  })

  it('reconnects after the server was restarted, and lost nothing', async () => {
    const token = 'wf_operator_for_tests_0123456789abcdef'
    const target = await startTestServer({ bootstrapToken: token })
    const console = await startTestConsole({ site: { url: target.url, token } })
    disposals.push(() => console.dispose())
    await until('live', isLive(console))
    const again = await target.restart()
    disposals.push(() => again.close())
    await again.ingest(event('meanwhile'))
    await until('the row', () => console.rows.size === 1, 20_000)
    await until('live again', isLive(console))
  })

  it('replaces the socket after a wake, even one that claims to be open', async () => {
    const target = await server()
    const console = await consoleOf(target)
    await until('live', isLive(console))
    const states: string[] = []
    console.console.on('freshness', ([site]) => void states.push(site?.state ?? ''))
    console.power.tell('resume')
    await until('live again', async () => states.includes('blind') && (await isLive(console)()))
  })

  it('says that a token is not known, and does not hammer the server', async () => {
    const target = await server()
    const console = await startTestConsole({ site: { url: target.url, token: 'wf_wrong' } })
    disposals.push(() => console.dispose())
    await until('blind', async () => (await freshnessOf(console))?.state === 'blind')
    expect(await freshnessOf(console)).toMatchObject({
      nextAttemptAt: null,
      reason: expect.stringMatching(/token/),
    })
    await console.call('addSite', { url: target.url, token: target.tokens.viewer })
    await until('live with another token', isLive(console))
    expect((await console.board()).sites).toMatchObject([{ operator: { name: 'ada', role: 'viewer' } }])
  })

  it('notifies of a new incident once, and not of what is being looked at', async () => {
    const target = await server()
    const console = await consoleOf(target)
    await until('live', isLive(console))
    await target.ingest(event('loud'), event('quiet', 'info'))
    await until('both decisions', () => console.decisions.length === 2)
    expect(console.decisions.map(({ notified }) => notified)).toEqual([true, false])
    await until('shown', () => console.shown.length === 1)
    expect(console.shown[0]?.body).toBe('loud')
    await console.close()
    const again = await consoleOf(target, console.dataDir)
    await until('live', isLive(again))
    expect(again.shown).toEqual([])
  })

  it('tells at most two changes a frame in a storm, and a storm is one notification that updates itself', async () => {
    const target = await server()
    const console = await consoleOf(target)
    await until('live', isLive(console))
    const started = performance.now()
    for (let round = 0; round < 20; round += 1) {
      await target.ingest(...Array.from({ length: 50 }, (_, index) => event(`storm ${round}-${index}`)))
    }
    await until('all rows', () => console.rows.size === 1_000, 20_000)
    expect(console.changesCount()).toBeLessThan((performance.now() - started) / 8 + 5)
    expect(console.shown.filter(({ key }) => key !== 'storm')).toHaveLength(5)
    await until('the storm', () => console.shown.some(({ key }) => key === 'storm'))
  })

  it('leaves no handle open after it was closed', async () => {
    const target = await server()
    const before = process.getActiveResourcesInfo().toSorted()
    const console = await startTestConsole({ site: { url: target.url, token: target.tokens.responder } })
    await until('live', isLive(console))
    await console.dispose()
    await until('as before', () => {
      const now = process.getActiveResourcesInfo()
      return ['MessagePort', 'Worker', 'TCPSocketWrap'].every(
        (kind) => now.filter((each) => each === kind).length <= before.filter((each) => each === kind).length,
      )
    })
  })
})
