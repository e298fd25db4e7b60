import { closeSync, openSync, statSync, truncateSync, writeFileSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { v7 as uuidv7 } from 'uuid'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { backUp } from '../../src-server/log/backup.ts'
import { restore } from '../../src-server/log/restore.ts'
import type { Filter, FilterAbout } from '../../src-shared/filter/filter.ts'
import { parseFilter } from '../../src-shared/filter/parse-filter.ts'
import { openServerInside, type ServerInside } from '../support/server-inside.ts'
import {
  allPages,
  openSearchInside,
  smallLimits,
  type SearchInside,
} from '../support/search/search-inside.ts'

let inside: ServerInside
beforeEach(() => {
  inside = openServerInside()
})
afterEach(() => inside.close())

function read(text: string, about: FilterAbout = 'events'): Filter {
  const reading = parseFilter(text, about)
  if (!reading.ok) throw new Error(reading.problem.message)
  return reading.filter
}

function event(index: number): object {
  return { dedupKey: `k${index}`, service: `s${index % 3}`, title: `Problem number ${index} of them` }
}

function events(from: number, to: number): object[] {
  return Array.from({ length: to - from }, (_, index) => event(from + index))
}

async function titles(search: SearchInside, text: string): Promise<string[]> {
  const found = await allPages((after) => search.events(read(text), 100, after))
  return found.map(({ title }) => title)
}

/** What the index's file holds. */
function counts(): { contents: number; events: number; words: number } {
  const database = new Database(join(inside.dataDir, 'search.db'), { readonly: true })
  try {
    const one = (sql: string): number => database.prepare<[], number>(sql).pluck().get() ?? 0
    return {
      contents: one('select count(*) from content'),
      events: one('select coalesce(sum(events), 0) from event_block'),
      words: one(`select count(*) from content_words where content_words match '"pro" AND "rob"'`),
    }
  } finally {
    database.close()
  }
}

describe('an index that was closed', () => {
  it('goes on from its cursor', async () => {
    await inside.send(events(0, 20))
    const first = openSearchInside(inside)
    first.settle()
    first.host.close()
    await inside.send(events(20, 25))
    const second = openSearchInside(inside)
    expect(second.notices).toEqual([])
    const before = second.events(read('problem'), 100, null)
    expect(before.items).toHaveLength(25)
    expect(before.index.indexedTo).toBeGreaterThan(0)
    expect(before.index.indexedTo).toBeLessThan(before.index.head)
    second.settle()
    const after = second.events(read('problem'), 100, null)
    expect(after.items).toEqual(before.items)
    expect(after.index).toEqual({
      indexedTo: inside.store.head(),
      head: inside.store.head(),
      isBuilding: false,
    })
    second.host.close()
    // Of each of the 25 events, and of each incident's title.
    expect(counts()).toEqual({ contents: 50, events: 25, words: 50 })
  })

  it.each([
    ['cut off', (file: string) => truncateSync(file, Math.floor(statSync(file).size / 2))],
    ['no database', (file: string) => writeFileSync(file, 'this is no database at all'.repeat(500))],
    ['overwritten', (file: string) => overwrite(file)],
    ['of a newer version', (file: string) => change(file, 'pragma user_version = 99')],
    ['without a table', (file: string) => change(file, 'drop table content')],
    [
      'with blocks that are not whole',
      (file: string) => change(file, "update event_block set kinds = x'00'"),
    ],
    [
      'with an unreadable progress',
      (file: string) => change(file, "update meta set value = '{}' where key = 'progress'"),
    ],
  ])('is made anew when its file is %s', async (_how, damage) => {
    await inside.send(events(0, 300))
    const first = openSearchInside(inside)
    first.settle()
    first.host.close()
    damage(join(inside.dataDir, 'search.db'))
    const second = openSearchInside(inside)
    expect(await titles(second, '"number 7 of"')).toEqual(['Problem number 7 of them'])
    expect(await titles(second, 'severity>=info')).toHaveLength(300)
    second.settle()
    expect(second.notices).toHaveLength(1)
    expect(second.notices[0]).toContain('the search index is made anew')
    expect(await titles(second, '"number 7 of"')).toEqual(['Problem number 7 of them'])
    expect(await titles(second, 'problem')).toHaveLength(300)
    second.host.close()
    expect(counts()).toEqual({ contents: 600, events: 300, words: 600 })
  })

  it('is made anew for a log that was restored', async () => {
    await inside.send(events(0, 5))
    const backup = join(inside.dataDir, 'backup.db')
    await backUp(inside.dataDir, backup)
    await inside.send(events(5, 10))
    const first = openSearchInside(inside)
    first.settle()
    first.host.close()
    await inside.store.close()
    const { dataDir, clock } = inside
    restore({ file: backup, dataDir, replace: true, clock, randomId: uuidv7 })
    inside = openServerInside(dataDir)
    await inside.send(events(100, 102))
    const second = openSearchInside(inside)
    expect(second.notices).toEqual(['the search index is made anew: it is of another log'])
    second.settle()
    expect(await titles(second, 'problem')).toHaveLength(7)
    expect(await titles(second, '"number 7 of"')).toEqual([])
    second.host.close()
  })
})

it('says of incidents what has changed since it was made', async () => {
  const search = openSearchInside(inside)
  await inside.send(events(0, 5))
  search.settle()
  await inside.send(events(5, 10))
  const found = search.incidents(read('"number 7 of"', 'incidents'), 10, null)
  expect(found.items.map(({ title }) => title)).toEqual(['Problem number 7 of them'])
  search.host.close()
})

describe('what the log forgets', () => {
  it('is found no more at once, and dropped from the index', async () => {
    const search = openSearchInside(inside, { eventsPerBlock: 4 })
    await inside.send(events(0, 30))
    for (const incident of await inside.incidents())
      await inside.act({ kind: 'resolve', incidentId: incident.id })
    await inside.send(events(30, 40))
    search.settle()
    expect(counts().events).toBe(40)
    await keepNewest(40)
    const kept = (await inside.store.events({ incidentId: null, after: null, limit: 100 })).items
    expect(kept.length).toBeLessThan(40)
    const expected = kept.map(({ event: { title } }) => title)
    expect(await titles(search, 'problem')).toEqual(expected)
    search.settle()
    expect(await titles(search, 'problem')).toEqual(expected)
    expect(counts().events).toBe(kept.length)
    search.host.close()
  })

  it('takes the texts with it that nothing else has', async () => {
    const search = openSearchInside(inside)
    await inside.send({ dedupKey: 'a', service: 's', title: 'Secret of the first' })
    await inside.send({ dedupKey: 'a', service: 's', title: 'Second of the same' })
    await inside.send({ dedupKey: 'a', service: 's', title: 'Third of the same' })
    search.settle()
    const { incident } = await inside.theIncident()
    await inside.act({ kind: 'resolve', incidentId: incident.id })
    await inside.send(events(0, 3))
    search.settle()
    const before = counts()
    await keepNewest(3)
    search.settle()
    const after = counts()
    expect(after.contents).toBeLessThan(before.contents)
    expect(await titles(search, 'same')).toEqual([])
    // Its alert is kept, and with it what the alert says.
    const found = search.incidents(read('third', 'incidents'), 10, null)
    expect(found.items.map(({ number }) => number)).toEqual([1])
    search.host.close()
  })

  it('before it was indexed, is taken from the states that things have', async () => {
    const search = openSearchInside(inside, smallLimits)
    search.settle()
    await inside.send(events(0, 30))
    for (const incident of await inside.incidents())
      await inside.act({ kind: 'resolve', incidentId: incident.id })
    await inside.send(events(30, 32))
    await keepNewest(4)
    for (let round = 0; round < 2; round += 1) {
      const found = await allPages((after) => search.incidents(read('"number 7 of"', 'incidents'), 10, after))
      expect(found.map(({ title }) => title)).toEqual(['Problem number 7 of them'])
      search.settle()
    }
    search.host.close()
  })
})

/** Forgets all but the newest entries, and what has to be kept with them. */
async function keepNewest(newest: number): Promise<void> {
  const rule = { committedBefore: null, newest, bytes: null }
  while ((await inside.store.forgetLog(rule, 20)).hasMore);
}

function overwrite(file: string): void {
  const handle = openSync(file, 'r+')
  for (let page = 1; page < Math.min(200, statSync(file).size / 4096); page += 1)
    writeSync(handle, Buffer.alloc(4096, 0xa5), 0, 4096, page * 4096)
  closeSync(handle)
}

function change(file: string, sql: string): void {
  const database = new Database(file)
  database.exec(sql)
  database.close()
}
