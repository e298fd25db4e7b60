import type { Incident, IncidentStatus } from '../../src-shared/domain/incident.ts'
import type { MonitoringEvent } from '../../src-shared/domain/event.ts'
import type { Filter } from '../../src-shared/filter/filter.ts'

interface Question {
  filter: Filter
  /** The `next` of the page before. */
  after: string | null
  limit: number
  /** What ages are counted from, in ms since 1970. */
  now: number
}

export interface EventsQuestion extends Question {
  about: 'events'
  incidentId: string | null
}

export interface IncidentsQuestion extends Question {
  about: 'incidents'
  /** Whom `assignee:me` means. */
  me: string
  statuses: readonly IncidentStatus[] | null
}

export type SearchQuestion = EventsQuestion | IncidentsQuestion

/** How far the index is that a page was found with. Where it does not reach, the log itself was searched. */
export interface IndexReach {
  indexedTo: number
  head: number
  /** True while it is far behind: pages take longer then, and are short more often. */
  isBuilding: boolean
}

/** A page may be short, or empty, and still have a `next`: its time was over. */
export interface SearchPage<T> {
  items: T[]
  next: string | null
  index: IndexReach
}

export type EventPage = SearchPage<MonitoringEvent>
export type IncidentPage = SearchPage<Incident>

export interface SearchSetup {
  dataDir: string
  epoch: string
  nativeBinding: string | undefined
  /** False: searches go through the log itself. */
  isIndexed: boolean
  /** An index that was damaged or could not be opened is made or opened anew no sooner, in ms: a minute, if not said. */
  anewAfterMs?: number
}

/** To the search's thread. */
export type ToSearch =
  | { kind: 'ask'; id: number; question: SearchQuestion }
  /** The log has grown. */
  | { kind: 'changed' }
  | { kind: 'close' }

/** From it. A page travels as the JSON that is answered. */
export type FromSearch =
  | { kind: 'page'; id: number; json: string }
  | { kind: 'failed'; id: number; message: string }
  | { kind: 'notice'; message: string }
