import { beforeEach, describe, expect, it } from 'vitest'
import { LogSearchStore } from '../../src-renderer/state/log-search-store.ts'
import type { MethodAnswer, MethodInput } from '../../src-shared/console-api.ts'
import { loggedEvent } from '../support/renderer-harness/sample-reads.ts'
import { siteId } from '../support/renderer-harness/sample-rows.ts'

type Answer = MethodAnswer<'findInLog'>

/** What was asked, each with how to answer it. */
let asked: { input: MethodInput<'findInLog'>; answer: (answer: Answer) => void }[]
let opened: number
let search: LogSearchStore

beforeEach(() => {
  asked = []
  opened = 0
  search = new LogSearchStore(
    (input) => new Promise((resolve) => asked.push({ input, answer: resolve })),
    () => (opened += 1),
  )
})

const state = () => search.store.getState()
const found = (numbers: number[], next: string | null): Answer => ({
  ok: true,
  value: { incidents: [], events: numbers.map((number) => loggedEvent(number)), next },
})
const gone: Answer = { ok: false, code: 'unreachable', message: 'nothing answers' }
async function answer(given: Answer): Promise<void> {
  asked.at(-1)?.answer(given)
  await Promise.resolve()
  await Promise.resolve()
}
const ids = () => state().found.events.map(({ id }) => id)
const idsOf = (...numbers: number[]) => numbers.map((number) => loggedEvent(number).id)

describe('the search in the log', () => {
  it('opens its panel with a question of somebody else, and asks it', () => {
    const question = { siteId, about: 'events', text: 'key:"disk/orders-1"' } as const
    search.begin(question)
    expect(opened).toBe(1)
    expect(asked.map(({ input }) => input)).toEqual([{ ...question, after: null }])
    expect(state()).toMatchObject({ written: question, asked: question, isSearching: true })
  })

  it('does not ask what cannot be read, and keeps what was found', async () => {
    search.begin({ siteId, about: 'events', text: 'disk' })
    await answer(found([1], null))
    search.begin({ siteId, about: 'events', text: 'severity:eror' })
    expect(opened).toBe(2)
    expect(asked).toHaveLength(1)
    expect(state().asked?.text).toBe('disk')
    expect(ids()).toEqual(idsOf(1))
  })

  it('adds page to page, through one with nothing in it, to the end', async () => {
    search.begin({ siteId, about: 'events', text: 'disk' })
    await answer(found([1, 2], '90'))
    void search.more()
    expect(asked.at(-1)?.input.after).toBe('90')
    await answer(found([], '40'))
    expect(state()).toMatchObject({ came: 0, next: '40', isSearching: false })
    void search.more()
    await answer(found([3], null))
    expect(ids()).toEqual(idsOf(1, 2, 3))
    expect(state()).toMatchObject({ came: 1, next: null })
  })

  it('asks for a page once, however often that is pressed', async () => {
    search.begin({ siteId, about: 'events', text: 'disk' })
    await answer(found([1], '90'))
    void search.more()
    void search.more()
    expect(asked).toHaveLength(2)
  })

  it('takes no answer to a question before the newest', async () => {
    search.begin({ siteId, about: 'events', text: 'disk' })
    const late = asked[0]
    search.begin({ siteId, about: 'events', text: 'lag' })
    await answer(found([2], null))
    late?.answer(found([1], '90'))
    await Promise.resolve()
    await Promise.resolve()
    expect(ids()).toEqual(idsOf(2))
    expect(state()).toMatchObject({ next: null, isSearching: false })
  })

  it('keeps what it has when a page does not come, and asks for that page again', async () => {
    search.begin({ siteId, about: 'events', text: 'disk' })
    await answer(found([1], '90'))
    void search.more()
    await answer(gone)
    expect(state()).toMatchObject({
      failure: { code: 'unreachable', message: 'nothing answers' },
      next: '90',
    })
    expect(ids()).toEqual(idsOf(1))
    void search.more()
    expect(asked.at(-1)?.input.after).toBe('90')
    await answer(found([2], null))
    expect(ids()).toEqual(idsOf(1, 2))
    expect(state().failure).toBeNull()
  })
})
