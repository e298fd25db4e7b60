import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { canMount, createSmallDisk, type SmallDisk } from '../support/small-disk.ts'
import { strandConsole, type StrandedConsole } from '../support/stranded-console.ts'
import { startTestConsole, until, type TestConsole } from '../support/test-console.ts'
import { startTestServer, type TestServer } from '../support/test-server.ts'

const startsWithinMs = 10_000

let server: TestServer
let stranded: StrandedConsole
let disk: SmallDisk
let console: TestConsole | null

beforeAll(async () => {
  if (!canMount) return
  const first = await startTestServer({ summaryQuietMs: 86_400_000, settleMs: 86_400_000 })
  ;({ server, stranded } = await strandConsole(first, 100))
}, 60_000)

afterAll(async () => {
  if (!canMount) return
  await server.close()
  await stranded.dispose()
})

beforeEach(async () => {
  console = null
  if (canMount) disk = await createSmallDisk(16)
})

afterEach(async () => {
  await console?.close()
  if (canMount) await disk.dispose()
})

async function startInTime(): Promise<TestConsole> {
  const started = performance.now()
  console = await stranded.start(disk.folder)
  expect(performance.now() - started).toBeLessThan(startsWithinMs)
  return console
}

const freshnessOf = async (of: TestConsole) => (await of.board()).freshness[0]
const isLive = (of: TestConsole) => async () => (await freshnessOf(of))?.state === 'live'
const noticesOf = async (of: TestConsole) => (await of.board()).notices.map(({ text }) => text).join()

async function countNotes(text: string): Promise<number> {
  const { body } = await server.call('/v1/incidents?limit=1000')
  let count = 0
  for (const { id, noteCount } of (body as { items: { id: string; noteCount: number }[] }).items) {
    if (noteCount === 0) continue
    const { body: detail } = await server.call(`/v1/incidents/${id}?limit=1000`)
    const { items } = (detail as { timeline: { items: { change?: { text: string | null } }[] } }).timeline
    count += items.filter(({ change }) => change?.text === text).length
  }
  return count
}

async function note(on: TestConsole, text: string) {
  const [row] = (await on.board()).rows
  if (!row) throw new Error('no row')
  return on.console.call('act', { siteId: row.siteId, body: { kind: 'note', incidentId: row.id, text } })
}

describe.runIf(canMount)('a console whose disk takes nothing', () => {
  it.each([
    ['is read-only', async () => disk.setReadOnly(true)],
    ['is full', () => disk.fill()],
  ])(
    'starts when it %s, follows the server, sends what waited and says what is the matter',
    async (_how, harm) => {
      await stranded.copy(disk.folder)
      await harm()
      const started = await startInTime()
      await until('live', isLive(started), 15_000)
      await until('all rows', async () => (await started.board()).rows.length === 100)
      expect(await noticesOf(started)).toMatch(
        /Nothing can be kept on this disk .*actions are lost when the app ends/,
      )
      await until('what waited has its results', () =>
        stranded.waiting.every((id) => started.settled.some(({ commandId }) => commandId === id)),
      )
      expect(await note(started, 'from memory')).toMatchObject({ ok: true })
      await until('done', async () => (await countNotes('from memory')) > 0)
    },
  )

  it('says so when it fills up while it runs, refuses actions that it cannot keep, and recovers by itself', async () => {
    const started = await startInTime()
    await until('live', isLive(started), 15_000)
    await disk.fill()
    await until('not live, and why', async () => {
      await server.ingest({
        title: 'something happens',
        dedupKey: 'again',
        service: 'load',
        severity: 'info',
      })
      const fresh = await freshnessOf(started)
      return fresh?.state === 'blind' && /cannot keep changes.*full/.test(fresh.reason ?? '')
    })
    expect(await note(started, 'cannot be kept')).toMatchObject({
      ok: false,
      message: expect.stringMatching(/full/),
    })
    await disk.free()
    await until('live again by itself', isLive(started), 15_000)
    expect(await note(started, 'kept again')).toMatchObject({ ok: true })
    await until('done', async () => (await countNotes('kept again')) === 1)
    expect(await countNotes('cannot be kept')).toBe(0)
    await started.close()
    console = await startTestConsole({
      dataDir: disk.folder,
      site: { url: server.url, token: server.tokens.responder },
    })
    expect(await noticesOf(console)).toBe('')
    await until('the last change too', async () =>
      Boolean((await console?.board())?.rows.some(({ title }) => title === 'something happens')),
    )
  })
})
