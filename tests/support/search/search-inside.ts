import type { Incident } from '../../../src-shared/domain/incident.ts'
import type { MonitoringEvent } from '../../../src-shared/domain/event.ts'
import type { Filter } from '../../../src-shared/filter/filter.ts'
import { createEventMatch } from '../../../src-shared/filter/match-event.ts'
import { createFilterMatch } from '../../../src-shared/filter/match-filter.ts'
import { SearchHost } from '../../../src-server/search/search-host.ts'
import { defaultLimits, type SearchLimits } from '../../../src-server/search/search-limits.ts'
import type { SearchPage, SearchQuestion } from '../../../src-server/search/search-messages.ts'
import type { ServerInside } from '../server-inside.ts'

/** So small that a few events go every way that a search can go. */
export const smallLimits: SearchLimits = {
  pageMs: 20,
  eventsPerBlock: 4,
  lookedAtFirst: 2,
  mostListed: 6,
  mostContents: 4,
  mostIncidents: 4,
  mostNotIndexed: 10,
}

/** The search of a server's log in this thread. Each look at its clock takes `tickMs`, so that pages end early. */
export function openSearchInside(inside: ServerInside, limits: Partial<SearchLimits> = {}, tickMs = 0) {
  const notices: string[] = []
  let at = 0
  const clock = (): number => (at += tickMs)
  const setup = {
    dataDir: inside.dataDir,
    epoch: inside.store.identity.epoch,
    nativeBinding: undefined,
    isIndexed: true,
  }
  const host = new SearchHost(setup, clock, (message) => notices.push(message), {
    ...defaultLimits,
    ...limits,
  })
  const ask = <T>(question: SearchQuestion): SearchPage<T> =>
    JSON.parse(host.answer(question)) as SearchPage<T>
  return {
    host,
    notices,
    /** Moves the clock on by so many milliseconds. */
    pass: (ms: number): void => void (at += ms),
    /** Indexes all there is. */
    settle: () => {
      while (host.work());
    },
    events: (filter: Filter, limit: number, after: string | null): SearchPage<MonitoringEvent> =>
      ask({
        about: 'events',
        filter,
        incidentId: null,
        limit,
        after,
        now: inside.clock.at,
      }),
    incidents: (filter: Filter, limit: number, after: string | null): SearchPage<Incident> =>
      ask({
        about: 'incidents',
        filter,
        me: 'mira',
        statuses: null,
        limit,
        after,
        now: inside.clock.at,
      }),
  }
}

export type SearchInside = ReturnType<typeof openSearchInside>

/** All pages of a search, one after the other; `between` happens before each next one. */
export async function allPages<T>(
  page: (after: string | null) => SearchPage<T>,
  between: () => Promise<void> | void = () => undefined,
): Promise<T[]> {
  const items: T[] = []
  let after: string | null = null
  do {
    const { items: more, next }: SearchPage<T> = page(after)
    items.push(...more)
    if (next === after && next !== null) throw new Error(`the page after ${next} does not get on`)
    after = next
    if (after !== null) await between()
  } while (after !== null)
  return items
}

/** What a filter of events lets through, asked of each event that the log has. */
export async function eventsThatFit(inside: ServerInside, filter: Filter): Promise<MonitoringEvent[]> {
  const match = createEventMatch(filter)
  const { items } = await inside.store.events({
    incidentId: null,
    after: null,
    limit: 100_000,
  })
  return items.map((entry) => entry.event).filter((event) => match(event, inside.clock.at))
}

/** What a filter of incidents lets through, asked of each incident with all that belongs to it. */
export async function incidentsThatFit(inside: ServerInside, filter: Filter): Promise<Incident[]> {
  const match = createFilterMatch(filter, { me: 'mira' })
  const fitting: Incident[] = []
  for (const incident of await inside.incidents()) {
    const alerts = (await inside.store.incident(incident.id))?.alerts ?? []
    const serviceNames = (await inside.store.services(incident.serviceIds)).map(({ name }) => name)
    const subject = { incident, serviceNames, alerts }
    if (match(subject, inside.clock.at)) fitting.push(incident)
  }
  return fitting
}
