import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Alert } from '../../src-shared/domain/alert.ts'
import type { Incident, IncidentStatus } from '../../src-shared/domain/incident.ts'
import type { Condition, Filter } from '../../src-shared/filter/filter.ts'
import { createFilterMatch } from '../../src-shared/filter/match-filter.ts'
import type { LogStore, Page } from '../log/log-store.ts'

export interface FilteredQuery {
  filter: Filter
  /** Whom `assignee:me` means. */
  me: string
  statuses: readonly IncidentStatus[] | null
  after: string | null
  limit: number
}

export interface FilterOptions {
  store: Pick<LogStore, 'incidents' | 'incident' | 'services'>
  clock: { now(): number }
  /** At most so many incidents are looked at for one page. */
  mostLookedAt?: number
}

const mostLookedAt = 5_000
/** Some milliseconds of work, after which others have their turn. */
const stepIncidents = 50

/**
 * A page of the incidents that a filter lets through, newest number first. It ends when it is full or when enough were
 * looked at: a page may be short, or empty, and still have a `next`.
 */
export async function filterIncidents(options: FilterOptions, query: FilteredQuery): Promise<Page<Incident>> {
  const { store, clock, mostLookedAt: most = mostLookedAt } = options
  const { filter, me, statuses, limit } = query
  const match = createFilterMatch(filter, { me })
  const needsAlerts = filter.terms.some(({ condition }) => isAboutAlerts(condition))
  const now = clock.now()
  const items: Incident[] = []
  let after = query.after
  for (let lookedAt = 0; lookedAt < most;) {
    const step = await store.incidents({ statuses, after, limit: stepIncidents })
    for (const incident of step.items) {
      const services = await store.services(incident.serviceIds)
      const alerts: Alert[] = needsAlerts ? ((await store.incident(incident.id))?.alerts ?? []) : []
      const serviceNames = services.map((service) => service.name)
      after = String(incident.number)
      if (!match({ incident, serviceNames, alerts, snoozedUntil: null }, now)) continue
      items.push(incident)
      if (items.length === limit) return { items, next: isLast(step, incident) ? null : after }
    }
    if (step.next === null) return { items, next: null }
    lookedAt += step.items.length
    await nextTurn()
  }
  return { items, next: after }
}

function isLast({ items, next }: Page<Incident>, incident: Incident): boolean {
  return next === null && items.at(-1) === incident
}

/** Whether a condition looks at alerts, which cost a question for each incident. */
function isAboutAlerts(condition: Condition): boolean {
  switch (condition.kind) {
    case 'words':
    case 'label':
      return true
    case 'text':
      return condition.field === 'source'
    case 'number':
      return condition.field === 'count'
    default:
      return false
  }
}
