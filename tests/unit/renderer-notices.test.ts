import { describe, expect, it } from 'vitest'
import { AwayStore, viewAway } from '../../src-renderer/state/away-store.ts'
import { NoticesStore } from '../../src-renderer/state/notices-store.ts'
import { texts } from '../../src-renderer/texts.ts'
import { awayAccount, notice, settledAction } from '../support/renderer-harness/sample-news.ts'
import { id } from '../support/renderer-harness/sample-rows.ts'

const now = 1_800_000_000_000
const ids = (store: NoticesStore) => store.store.getState().notices.map((each) => each.id)

describe('notices', () => {
  it('shows what survived a restart, oldest first, with what to do about it', () => {
    const store = new NoticesStore()
    const damaged = notice('error', 'The cache was damaged.', now)
    store.open({ notices: [damaged], settled: [settledAction({}, now)] })
    expect(store.store.getState().notices).toMatchObject([
      { id: damaged.id, tone: 'critical', message: 'The cache was damaged.', advice: null },
      { id: id(9, 9), tone: 'warning', advice: texts.notices.advice.conflict },
    ])
  })

  it('says nothing of actions that went as asked', () => {
    const store = new NoticesStore()
    store.settle([settledAction({ status: 'done' }), settledAction({ status: 'alreadyDone' })])
    expect(ids(store)).toEqual([])
  })

  it('names the incident of an action, and none where it belongs to none', () => {
    const serviceId = id(2, 1)
    const body = {
      kind: 'editService',
      serviceId,
      seen: 1,
      team: 'reds',
      runbookUrl: null,
      labels: {},
    } as const
    const ofNone = { body, number: null, incidentId: null } as const
    const titled = (...args: Parameters<typeof settledAction>): string =>
      texts.notices.settled(settledAction(...args))
    expect(titled({ number: 42 })).toMatch(/^\w+ #42: someone was there first$/)
    expect(titled(ofNone)).toBe('Edit service: someone was there first')
    expect(titled({ ...ofNone, status: 'rejected' })).toBe('Edit service was refused')
  })

  it('shows a result once, though it comes with the board and as a change', () => {
    const store = new NoticesStore()
    store.settle([settledAction()])
    store.open({ notices: [], settled: [settledAction()] })
    store.settle([settledAction()])
    expect(ids(store)).toEqual([id(9, 9)])
  })

  it('drops what another window dismissed, and keeps what only this page knows', () => {
    const store = new NoticesStore()
    const own = { id: 'own', origin: 'page', at: now, tone: 'critical', title: 'Note was not sent' } as const
    store.add({ ...own, message: '', advice: null, incidentId: null })
    store.settle([settledAction()])
    store.ofProgram([notice('warning', 'The disk is nearly full.')])
    store.settledDismissed([id(9, 9)])
    store.ofProgram([])
    store.open({ notices: [], settled: [] })
    expect(ids(store)).toEqual(['own'])
  })
})

describe('the account of an absence', () => {
  it('says how long, how many changes, and that none was lost', () => {
    const view = viewAway([awayAccount()])
    expect(view && texts.away.line(view)).toBe('You were away 3 min 12 s: 14 changes caught up, none lost')
    expect(texts.away.incidents(awayAccount())).toBe(
      '2 incidents triggered · 1 resolved · 3 changed otherwise.',
    )
  })

  it('never says that none was lost when one site lost something', () => {
    const gap = awayAccount({ siteId: id(1, 2), durationMs: 1000, lost: 'Events from 02:11 to 03:04.' })
    const view = viewAway([awayAccount(), gap])
    expect(view && texts.away.line(view)).toBe('You were away 3 min 12 s: not everything could be caught up')
    expect(texts.away.caughtUp(gap)).not.toMatch(/none lost|nothing happened/)
    expect(texts.away.caughtUp({ ...gap, changes: 0 })).not.toMatch(/none lost|nothing happened/)
  })

  it('tells of an absence once, however often the accounts come', () => {
    const store = new AwayStore()
    expect(store.set([awayAccount({}, now)])).toHaveLength(1)
    expect(store.set([awayAccount({}, now)])).toHaveLength(0)
    expect(store.set([awayAccount({}, now + 60_000)])).toHaveLength(1)
    expect(viewAway([])).toBeNull()
  })
})
