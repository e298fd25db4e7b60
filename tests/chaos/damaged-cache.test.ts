import { open, readdir, rm, stat, truncate } from 'node:fs/promises'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { createSeededRandom } from '../support/campaign/seeded-random.ts'
import { strandConsole, type StrandedConsole } from '../support/stranded-console.ts'
import { until, type TestConsole } from '../support/test-console.ts'
import { startTestServer, type TestServer } from '../support/test-server.ts'

const incidents = 400
const startsWithinMs = 10_000
const pageBytes = 4_096

let server: TestServer
let stranded: StrandedConsole
let console: TestConsole

beforeAll(async () => {
  const first = await startTestServer({ summaryQuietMs: 86_400_000, settleMs: 86_400_000 })
  ;({ server, stranded } = await strandConsole(first, incidents))
}, 60_000)

afterAll(async () => {
  await server.close()
  await stranded.dispose()
})

afterEach(() => console.close())

/** Starts on the damaged folder in time, and shows the state of the server in the end. */
async function startAndRecover(folder: string): Promise<void> {
  const started = performance.now()
  console = await stranded.start(folder)
  expect(performance.now() - started).toBeLessThan(startsWithinMs)
  await until('as the server, and nothing waits', isWhole, 20_000)
  expect(lostActions()).toEqual((await notices()).join().includes('may be lost') ? expect.anything() : [])
}

async function isWhole(): Promise<boolean> {
  const { rows, freshness } = await console.board()
  if (freshness[0]?.state !== 'live' || freshness[0].waiting > 0) return false
  const shown = new Map(rows.map((row) => [row.id, `${row.revision} ${row.status} ${row.title}`]))
  const { body } = await server.call('/v1/incidents?limit=1000')
  const { items } = body as { items: { id: string; revision: number; status: string; title: string }[] }
  return items.every(({ id, revision, status, title }) => shown.get(id) === `${revision} ${status} ${title}`)
}

/** Actions that waited before the damage and got no result after it. */
function lostActions(): string[] {
  const settled = new Set(console.settled.map(({ commandId }) => commandId))
  return stranded.waiting.filter((id) => !settled.has(id))
}

async function notesOf(): Promise<Map<string, number>> {
  const { body } = await server.call('/v1/incidents?limit=1000')
  const { items } = body as { items: { id: string; noteCount: number }[] }
  return new Map(items.map(({ id, noteCount }) => [id, noteCount]))
}

async function actNow(): Promise<void> {
  const [row] = (await console.board()).rows
  if (!row) throw new Error('no row')
  const before = (await notesOf()).get(row.id) ?? 0
  const body = { kind: 'note', incidentId: row.id, text: 'after the damage' } as const
  const { commandId } = await console.call('act', { siteId: row.siteId, body })
  await until('the result', () => console.settled.some((settled) => settled.commandId === commandId), 10_000)
  expect(console.settled.find((settled) => settled.commandId === commandId)).toMatchObject({ status: 'done' })
  expect((await notesOf()).get(row.id)).toBe(before + 1)
}

const asides = async (folder: string) => (await readdir(folder)).filter((name) => name.includes('.corrupt-'))
const notices = async () => (await console.board()).notices.map(({ text }) => text)

describe('a console whose cache was damaged', () => {
  it('goes on after a plain kill: nothing is lost and nothing is said', async () => {
    const folder = await stranded.copy()
    await startAndRecover(folder)
    expect(lostActions()).toEqual([])
    expect(await notices()).toEqual([])
    expect(await asides(folder)).toEqual([])
    await actNow()
  })

  it.each([1, 2, 3, 4, 5, 6])('starts with flipped bits in any of its pages (%i)', async (seed) => {
    const folder = await stranded.copy()
    await flipBits(join(folder, 'console.db'), createSeededRandom(seed), 8)
    await startAndRecover(folder)
    await until('the damage was found', async () => (await asides(folder)).length > 0)
    await until('as the server again', isWhole, 20_000)
    expect((await notices()).join()).toMatch(/damaged.*(saved|lost)/)
    await actNow()
  })

  it('starts with flipped bits in its WAL', async () => {
    const folder = await stranded.copy()
    await flipBits(join(folder, 'console.db-wal'), createSeededRandom(9), 8)
    const started = performance.now()
    console = await stranded.start(folder)
    expect(performance.now() - started).toBeLessThan(startsWithinMs)
    await until('as the server, and nothing waits', isWhole, 20_000)
    await actNow()
  })

  it('keeps a file that was cut off aside, and says so', async () => {
    const folder = await stranded.copy()
    const file = join(folder, 'console.db')
    await truncate(file, Math.floor((await stat(file)).size / 2 / pageBytes) * pageBytes + 1_000)
    await startAndRecover(folder)
    expect(await asides(folder)).not.toEqual([])
    expect((await notices()).join()).toMatch(/damaged.*saved/)
    await actNow()
  })

  it('saves the other actions when one of them cannot be read, and says that some may be lost', async () => {
    const folder = await stranded.copy()
    const cache = new Database(join(folder, 'console.db'))
    const [first] = stranded.waiting
    cache.prepare(`UPDATE outbox SET json = substr(json, 1, 40) || 'X' WHERE id = ?`).run(first)
    cache.prepare(`INSERT INTO notices (id, json) VALUES ('broken', '{')`).run()
    // It is closed in order: the only damage is in the two rows.
    cache.close()
    await rm(join(folder, 'console.db.open'))
    console = await stranded.start(folder)
    await until('as the server, and nothing waits', isWhole, 20_000)
    await until('all others are settled', () => lostActions().join() === first)
    expect((await notices()).join()).toMatch(/damaged .*JSON.*others may be lost/)
    expect(await asides(folder)).not.toEqual([])
    await actNow()
  })

  it('says that changes are missing without its WAL file, and actions still get through', async () => {
    const folder = await stranded.copy()
    await rm(join(folder, 'console.db-wal'))
    console = await stranded.start(folder)
    await until('as the server, and nothing waits', isWhole, 20_000)
    expect(await asides(folder)).not.toEqual([])
    expect((await notices()).join()).toMatch(/newest changes are missing/)
    await actNow()
  })

  it('gives actions new numbers when its store came back older than it was', async () => {
    const older = await stranded.copy()
    const folder = await stranded.copy()
    await startAndRecover(folder)
    await actNow()
    await actNow()
    await console.close()
    // As a restored backup: the server has seen these numbers.
    console = await stranded.start(older)
    await until('as the server, and nothing waits', isWhole, 20_000)
    await actNow()
    await actNow()
  })
})

/** Bits all over some pages, their headers included. */
async function flipBits(path: string, random: () => number, pages: number): Promise<void> {
  const file = await open(path, 'r+')
  try {
    const { size } = await file.stat()
    const page = Buffer.alloc(pageBytes)
    for (let damaged = 0; damaged < pages; damaged += 1) {
      const start = Math.floor((random() * size) / pageBytes) * pageBytes
      await file.read(page, 0, pageBytes, start)
      for (let at = Math.floor(random() * 8); at < pageBytes; at += 1 + Math.floor(random() * 64))
        page[at] = (page[at] ?? 0) ^ (1 << Math.floor(random() * 8))
      await file.write(page, 0, pageBytes, start)
    }
  } finally {
    await file.close()
  }
}
