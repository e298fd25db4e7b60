import { describe, expect, it } from 'vitest'
import { viewFreshness, viewSources } from '../../src-renderer/state/freshness-view.ts'
import { freshness, site } from '../support/renderer-harness/sample-rows.ts'

const now = 1_800_000_000_000
const up = { state: 'up' } as const

describe('what the top of the screen says about freshness', () => {
  it('is live only when every site is', () => {
    const live = freshness({ roundTripMs: 14 }, now)
    expect(viewFreshness([live, { ...live, roundTripMs: 80 }], up)).toMatchObject({
      state: 'live',
      roundTripMs: 80,
    })
    const blind = freshness(
      { state: 'blind', siteName: 'Oslo', completeAt: now - 9000, reason: 'no route' },
      now,
    )
    expect(viewFreshness([live, blind], up)).toMatchObject({
      state: 'blind',
      siteName: 'Oslo',
      reason: 'no route',
      completeAt: now - 9000,
    })
  })

  it('is blind when the shell is gone, however live the last word was', () => {
    const link = { state: 'gone', since: now - 3000, nextAttemptAt: now, failedAttempts: 1 } as const
    expect(viewFreshness([freshness({}, now)], link)).toMatchObject({
      state: 'blind',
      shellGone: true,
      since: now - 3000,
      completeAt: now - 3000,
      roundTripMs: null,
    })
  })

  it('is connecting, not live, before anything is known', () => {
    expect(viewFreshness([], { state: 'connecting' })).toMatchObject({
      state: 'connecting',
      completeAt: null,
    })
    expect(viewFreshness([], up).state).toBe('connecting')
  })

  it('names a proxy that asks for a login once, and says when a site is followed by polling', () => {
    const proxy = 'http://proxy.example:3128'
    const asking = freshness({ state: 'blind', transport: null, proxyAsksLogin: proxy }, now)
    const polled = freshness({ transport: 'longPoll' }, now)
    expect(viewFreshness([asking, asking, polled], up)).toMatchObject({
      proxiesAsking: [proxy],
      isPolling: true,
    })
    expect(viewFreshness([freshness({}, now)], up)).toMatchObject({ proxiesAsking: [], isPolling: false })
  })

  it('counts the silent sources of all sites and names them, longest silent first', () => {
    const sources = viewSources([site(true, now), site(false, now)])
    expect(sources.total).toBe(8)
    expect(sources.silent).toEqual([{ name: 'zabbix', since: now - 34 * 60_000 }])
  })
})
