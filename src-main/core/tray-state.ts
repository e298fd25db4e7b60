import type { Counts, Freshness } from '../../src-shared/console-views.ts'
import { worseSeverity, type Severity } from '../../src-shared/domain/severity.ts'
import type { TrayState } from './ports.ts'
import type { TraySlice } from './store/store-api.ts'

const rank = { live: 0, connecting: 1, stale: 2, blind: 3 } as const satisfies Record<
  Freshness['state'],
  number
>
const newestShown = 5

/** What the tray shows of all sites: the worst freshness, the triggered incidents. */
export function trayStateOf(
  freshness: readonly Freshness[],
  counts: Counts,
  slices: readonly TraySlice[],
): TrayState {
  const worst = freshness.toSorted((a, b) => rank[b.state] - rank[a.state])[0]
  const severities = slices.flatMap((slice) => slice.worst ?? [])
  return {
    freshness: worst?.state ?? null,
    freshnessText: worst ? freshnessText(worst) : 'No server yet',
    worst: severities.reduce<Severity | null>((a, b) => (a === null ? b : worseSeverity(a, b)), null),
    triggered: counts.triggered,
    newest: slices
      .flatMap((slice) => slice.newest)
      .toSorted((a, b) => b.triggeredAt - a.triggeredAt)
      .slice(0, newestShown)
      .map(({ siteId, id, number, title, severity }) => ({
        siteId,
        incidentId: id,
        number,
        title,
        severity,
      })),
  }
}

function freshnessText({ state, since, roundTripMs, reason }: Freshness): string {
  switch (state) {
    case 'live':
      return roundTripMs === null ? 'Live' : `Live, ${Math.round(roundTripMs)} ms`
    case 'connecting':
      return 'Connecting'
    case 'stale':
      return `Stale since ${timeOf(since)}: ${reason ?? 'nothing heard'}`
    case 'blind':
      return `Blind since ${timeOf(since)}: ${reason ?? 'not connected'}`
  }
}

/** The operator's own time of day. */
function timeOf(at: number): string {
  return new Date(at).toTimeString().slice(0, 8)
}
