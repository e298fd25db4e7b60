import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import {
  FiguresStore,
  figuresRanges,
  leastWaitMs,
  type FiguresRange,
} from '../../src-renderer/state/figures-store.ts'
import type { MethodAnswer, MethodInput } from '../../src-shared/console-api.ts'
import { figures } from '../support/renderer-harness/sample-figures.ts'
import { id, siteId } from '../support/renderer-harness/sample-rows.ts'

type Answer = MethodAnswer<'figures'>

const day = { ...figures(0, 86_400_000), teams: ['data', 'payments'] }
const week = figures(0, 7 * 86_400_000)
const month = figures(0, 30 * 86_400_000)
const busy: Answer = { ok: false, code: 'busy', message: 'other figures are being computed' }
const otherSite = id(1, 2)

beforeEach(() => void vi.useFakeTimers())
afterEach(() => vi.useRealTimers())

const of = (range: FiguresRange, team: string | null = null) => ({ range, team })

/** A store whose questions are answered by hand. */
function asking() {
  const waiting: ((answer: Answer) => void)[] = []
  const asked: [site: string, days: number][] = []
  const teamsAsked: (string | null)[] = []
  const store = new FiguresStore(({ siteId: site, from, to, team }: MethodInput<'figures'>) => {
    teamsAsked.push(team)
    asked.push([site === siteId ? 'this' : 'other', (to - from) / figuresRanges.day])
    return new Promise<Answer>((resolve) => waiting.push(resolve))
  })
  const answer = async (index: number, given: Answer): Promise<void> => {
    waiting[index]?.(given)
    await vi.advanceTimersByTimeAsync(0)
  }
  return { store, asked, teamsAsked, answer, state: () => store.store.getState() }
}

describe('the figures', () => {
  it('are asked for once while the same is waited for', () => {
    const { store, asked } = asking()
    store.read(siteId, of('day'))
    store.read(siteId, of('day'))
    expect(asked).toHaveLength(1)
  })

  it('stay while the same is read anew, and are shown under no other question', async () => {
    const { store, answer, state } = asking()
    store.read(siteId, of('day'))
    await answer(0, { ok: true, value: day })
    store.read(siteId, of('day'))
    expect(state()).toMatchObject({ activity: 'counting', figures: { window: day.window } })
    await answer(1, { ok: false, code: 'unreachable', message: 'there is no network' })
    expect(state()).toMatchObject({ figures: { window: day.window }, failure: 'there is no network' })
    store.read(siteId, of('week'))
    expect(state()).toMatchObject({ activity: 'counting', figures: null, failure: null })
  })
})

describe('another choice during a count', () => {
  it('waits for the count, which is then not shown, and only the newest is asked for', async () => {
    const { store, asked, answer, state } = asking()
    store.read(siteId, of('day'))
    store.read(siteId, of('week'))
    store.read(siteId, of('month'))
    expect(state()).toMatchObject({ range: 'month', activity: 'afterOwn' })
    expect(asked).toEqual([['this', 1]])
    await answer(0, { ok: true, value: day })
    expect(asked).toEqual([
      ['this', 1],
      ['this', 30],
    ])
    expect(state()).toMatchObject({ range: 'month', activity: 'counting', figures: null })
    await answer(1, { ok: true, value: month })
    expect(state()).toMatchObject({ activity: null, figures: { window: month.window } })
  })

  it('comes next also when the count has failed', async () => {
    const { store, asked, answer, state } = asking()
    store.read(siteId, of('month'))
    store.read(siteId, of('day'))
    await answer(0, { ok: false, code: 'unreachable', message: 'the server has not answered in time' })
    expect(asked.at(-1)).toEqual(['this', 1])
    expect(state()).toMatchObject({ activity: 'counting', failure: null })
  })

  it('that is taken back takes the count that goes on', async () => {
    const { store, asked, answer, state } = asking()
    store.read(siteId, of('day'))
    store.read(siteId, of('week'))
    store.read(siteId, of('day'))
    expect(state().activity).toBe('counting')
    await answer(0, { ok: true, value: day })
    expect(state()).toMatchObject({ activity: null, figures: { window: day.window } })
    expect(asked).toHaveLength(1)
  })

  it('of another server waits for nothing, and takes no answer of the first', async () => {
    const { store, asked, answer, state } = asking()
    store.read(siteId, of('day'))
    store.read(otherSite, of('day'))
    expect(asked.at(-1)).toEqual(['other', 1])
    await answer(0, { ok: true, value: week })
    expect(state()).toMatchObject({ activity: 'counting', figures: null })
    await answer(1, { ok: true, value: day })
    expect(state()).toMatchObject({ activity: null, figures: { window: day.window } })
  })

  it('may be of an operating position; the teams that a server named stay to be chosen, and are not another’s', async () => {
    const { store, teamsAsked, answer, state } = asking()
    store.read(siteId, of('day'))
    await answer(0, { ok: true, value: day })
    expect(state()).toMatchObject({ team: null, teams: ['data', 'payments'] })
    store.read(siteId, of('day', 'data'))
    expect(state()).toMatchObject({ team: 'data', teams: ['data', 'payments'], figures: null })
    store.read(siteId, of('day', 'payments'))
    expect(state().activity).toBe('afterOwn')
    await answer(1, { ok: true, value: { ...day, team: 'data' } })
    expect(state()).toMatchObject({ activity: 'counting', figures: null })
    await answer(2, { ok: true, value: { ...day, team: 'payments' } })
    expect(state()).toMatchObject({ activity: null, figures: { team: 'payments' } })
    expect(teamsAsked).toEqual([null, 'data', 'payments'])
    store.read(otherSite, of('day'))
    expect(state().teams).toEqual([])
  })

  it('is not asked for once nobody looks; what was counted is there for who comes back', async () => {
    const { store, asked, answer, state } = asking()
    store.read(siteId, of('day'))
    store.read(siteId, of('week'))
    store.leave()
    await answer(0, { ok: true, value: day })
    expect(asked).toHaveLength(1)
    store.read(siteId, of('day'))
    store.leave()
    await answer(1, { ok: true, value: day })
    expect(state()).toMatchObject({ activity: null, figures: { window: day.window } })
  })

  it('is still told to wait after a look elsewhere', async () => {
    const { store, asked, answer, state } = asking()
    store.read(siteId, of('month'))
    store.leave()
    store.read(siteId, of('month'))
    expect(state().activity).toBe('counting')
    store.leave()
    store.read(siteId, of('day'))
    expect(state().activity).toBe('afterOwn')
    await answer(0, { ok: true, value: month })
    expect(asked).toEqual([
      ['this', 30],
      ['this', 1],
    ])
  })
})

describe('another person’s count', () => {
  it('is waited for as long as the server says, again and again, without a failure on screen', async () => {
    const { store, asked, answer, state } = asking()
    store.read(siteId, of('day'))
    await answer(0, { ...busy, retryAfterMs: 7_000 })
    expect(state()).toMatchObject({ activity: 'afterOther', failure: null })
    await vi.advanceTimersByTimeAsync(6_999)
    expect(asked).toHaveLength(1)
    await vi.advanceTimersByTimeAsync(1)
    expect(asked).toHaveLength(2)
    await answer(1, busy)
    expect(state().activity).toBe('afterOther')
    await vi.advanceTimersByTimeAsync(leastWaitMs)
    await answer(2, { ok: true, value: day })
    expect(state()).toMatchObject({ activity: null, figures: { window: day.window } })
  })

  it('is not asked after without a pause, whatever the server says', async () => {
    const { store, asked, answer } = asking()
    store.read(siteId, of('day'))
    await answer(0, { ...busy, retryAfterMs: 0 })
    await vi.advanceTimersByTimeAsync(leastWaitMs - 1)
    expect(asked).toHaveLength(1)
  })

  it('is followed by what was chosen meanwhile, and no question is sent before', async () => {
    const { store, asked, answer, state } = asking()
    store.read(siteId, of('day'))
    await answer(0, busy)
    store.read(siteId, of('week'))
    expect(state()).toMatchObject({ range: 'week', activity: 'afterOther' })
    expect(asked).toHaveLength(1)
    await vi.advanceTimersByTimeAsync(leastWaitMs)
    expect(asked).toEqual([
      ['this', 1],
      ['this', 7],
    ])
  })

  it('keeps nobody from another server', async () => {
    const { store, asked, answer } = asking()
    store.read(siteId, of('day'))
    await answer(0, busy)
    store.read(otherSite, of('day'))
    await answer(1, { ok: true, value: day })
    await vi.advanceTimersByTimeAsync(60_000)
    expect(asked).toEqual([
      ['this', 1],
      ['other', 1],
    ])
  })

  it('is waited for only while somebody looks', async () => {
    const { store, asked, answer, state } = asking()
    store.read(siteId, of('day'))
    await answer(0, busy)
    store.leave()
    await vi.advanceTimersByTimeAsync(60_000)
    expect(asked).toHaveLength(1)
    store.read(siteId, of('day'))
    store.leave()
    await answer(1, busy)
    await vi.advanceTimersByTimeAsync(60_000)
    expect(asked).toHaveLength(2)
    store.read(siteId, of('day'))
    expect(state()).toMatchObject({ activity: 'counting', failure: null })
  })
})
