import type { Freshness, SiteView } from '../../src-shared/console-views.ts'
import type { ShellLink } from '../bridge/renderer-bridge.ts'

/** What the top of the screen says about freshness: the worst of all sites, and of the shell behind the page. */
export interface FreshnessView {
  state: Freshness['state']
  since: number
  /** Up to when everything shown is complete; null when nothing is known. */
  completeAt: number | null
  roundTripMs: number | null
  /** True while a site is followed by long polling: fresh within a poll instead of at once. */
  isPolling: boolean
  behind: number
  siteCount: number
  /** The site that is spoken of, where there are several. */
  siteName: string | null
  reason: string | null
  nextAttemptAt: number | null
  /** Actions that wait for a connection. */
  waiting: number
  /** True when it is the shell itself that does not answer, not a server. */
  shellGone: boolean
  failedAttempts: number
  /** The proxies that ask for a login, each once. */
  proxiesAsking: readonly string[]
}

const worstFirst = ['blind', 'stale', 'connecting', 'live'] as const

/** Never better than the worst of its parts; a shell that does not answer makes everything blind. */
export function viewFreshness(sites: readonly Freshness[], link: ShellLink): FreshnessView {
  const worst = sites.toSorted((a, b) => worstFirst.indexOf(a.state) - worstFirst.indexOf(b.state))[0]
  const known = sites.map((site) => site.completeAt)
  const view: FreshnessView = {
    state: worst?.state ?? 'connecting',
    since: worst?.since ?? 0,
    completeAt: known.includes(null) || known.length === 0 ? null : Math.min(...known.map((at) => at ?? 0)),
    roundTripMs: sites.reduce<number | null>((most, site) => maxOrNull(most, site.roundTripMs), null),
    isPolling: sites.some((site) => site.transport === 'longPoll'),
    behind: sites.reduce((sum, site) => sum + site.behind, 0),
    siteCount: sites.length,
    siteName: sites.length > 1 ? (worst?.siteName ?? null) : null,
    reason: worst?.reason ?? null,
    nextAttemptAt: worst?.nextAttemptAt ?? null,
    waiting: sites.reduce((sum, site) => sum + site.waiting, 0),
    shellGone: false,
    failedAttempts: 0,
    proxiesAsking: [...new Set(sites.flatMap(({ proxyAsksLogin }) => proxyAsksLogin ?? []))],
  }
  if (link.state !== 'gone') return view
  return {
    ...view,
    state: 'blind',
    since: link.since,
    // Nothing that the shell said before it fell silent is known to hold after.
    completeAt: view.completeAt === null ? null : Math.min(view.completeAt, link.since),
    roundTripMs: null,
    isPolling: false,
    reason: null,
    nextAttemptAt: link.nextAttemptAt,
    shellGone: true,
    failedAttempts: link.failedAttempts,
    // There is nobody to hand a login to.
    proxiesAsking: [],
  }
}

export interface SourcesView {
  total: number
  silent: { name: string; since: number }[]
}

/** How many sources there are, and which are silent, longest first. */
export function viewSources(sites: readonly SiteView[]): SourcesView {
  const sources = sites.flatMap((site) => site.sources)
  const silent = sources.flatMap(({ name, silentSince }) =>
    silentSince === null ? [] : [{ name, since: silentSince }],
  )
  return { total: sources.length, silent: silent.sort((a, b) => a.since - b.since) }
}

function maxOrNull(a: number | null, b: number | null): number | null {
  return a === null ? b : b === null ? a : Math.max(a, b)
}
