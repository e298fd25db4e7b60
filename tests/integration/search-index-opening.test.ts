import { mkdirSync, renameSync, rmdirSync, unlinkSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createSearch } from '../../src-server/search/search.ts'
import type { EventPage } from '../../src-server/search/search-messages.ts'
import { parseFilter } from '../../src-shared/filter/parse-filter.ts'
import { openServerInside, type ServerInside } from '../support/server-inside.ts'
import { openSearchInside, type SearchInside } from '../support/search/search-inside.ts'

const minuteMs = 60_000
let inside: ServerInside
/** Of the index. A folder in its place can be neither opened nor removed as a file, whoever tries. */
let file: string
beforeEach(async () => {
  inside = openServerInside()
  file = join(inside.dataDir, 'search.db')
  await inside.send([
    { service: 'mail', title: 'Queue is long' },
    { service: 'orders', title: 'Disk is full' },
  ])
})
afterEach(() => inside.close())

const reading = parseFilter('disk', 'events')
if (!reading.ok) throw new Error(reading.problem.message)
const { filter } = reading

function find(search: SearchInside): EventPage {
  const page = search.events(filter, 10, null)
  expect(page.items.map(({ title }) => title)).toEqual(['Disk is full'])
  return page
}

describe('an index that cannot be opened', () => {
  it('is opened once that is possible, after a minute at the soonest, and searches are right meanwhile', () => {
    mkdirSync(file)
    const search = openSearchInside(inside)
    search.settle()
    expect(find(search).index).toMatchObject({ indexedTo: 0 })
    search.pass(minuteMs)
    search.settle()
    expect(find(search).index).toMatchObject({ indexedTo: 0 })
    expect(search.notices).toEqual([expect.stringContaining('there is no search index')])

    rmdirSync(file)
    search.pass(minuteMs - 1)
    search.settle()
    expect(find(search).index).toMatchObject({ indexedTo: 0 })
    search.pass(1)
    search.settle()
    expect(find(search).index).toMatchObject({ indexedTo: inside.store.head(), isBuilding: false })
    expect(search.notices.slice(1)).toEqual([
      'the search index is made anew: there was none',
      'there is a search index again',
    ])
    search.host.close()
  })

  it('goes on from where it was', () => {
    const first = openSearchInside(inside)
    first.settle()
    first.host.close()
    renameSync(file, `${file}-aside`)
    mkdirSync(file)
    const second = openSearchInside(inside)
    expect(find(second).index).toMatchObject({ indexedTo: 0 })
    rmdirSync(file)
    renameSync(`${file}-aside`, file)
    second.pass(minuteMs)
    second.host.work()
    expect(find(second).index).toMatchObject({ indexedTo: inside.store.head() })
    expect(second.notices).toEqual([
      expect.stringContaining('there is no search index'),
      'there is a search index again',
    ])
    second.host.close()
  })

  it('after it was damaged is none, and searches go through the log until it can be made anew', () => {
    const search = openSearchInside(inside)
    search.settle()
    const damage = new Database(file)
    damage.exec('drop table content')
    damage.close()
    unlinkSync(file)
    mkdirSync(file)
    for (let times = 0; times < 2; times += 1)
      expect(find(search).index).toMatchObject({ indexedTo: 0, isBuilding: true })
    rmdirSync(file)
    search.pass(minuteMs)
    search.settle()
    expect(find(search).index).toMatchObject({ indexedTo: inside.store.head() })
    search.host.close()
  })

  it('is tried again in its thread by itself, whether anything is written and asked or not', async () => {
    mkdirSync(file)
    const notices: unknown[] = []
    const search = createSearch({
      dataDir: inside.dataDir,
      epoch: inside.store.identity.epoch,
      nativeBinding: undefined,
      isIndexed: true,
      anewAfterMs: 50,
      startAfterMs: 0,
      onCommit: () => () => undefined,
      log: { info: (details) => void notices.push(details), error: (details) => void notices.push(details) },
    })
    try {
      await expect.poll(() => notices.length, { timeout: 10_000 }).toBe(1)
      rmdirSync(file)
      await expect
        .poll(() => notices.at(-1), { timeout: 10_000 })
        .toEqual({ notice: 'there is a search index again' })
    } finally {
      await search.close()
    }
  })
})
