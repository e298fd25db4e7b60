import type { Alert } from '../../src-shared/domain/alert.ts'
import { incidentStatuses, type Incident, type IncidentStatus } from '../../src-shared/domain/incident.ts'
import type { Condition, Filter } from '../../src-shared/filter/filter.ts'
import { createFilterMatch } from '../../src-shared/filter/match-filter.ts'
import { readEntryOf } from '../log/read-entry.ts'
import type { Budget } from './budget.ts'
import { incidentCandidates } from './incident-candidates.ts'
import type { IncidentPage, IncidentsQuestion } from './search-messages.ts'
import type { SearchedIndex } from './searched-index.ts'

const stepIncidents = 100

/** A page of the incidents that a filter lets through, newest number first; it ends when it is full or its time is over. */
export function findIncidents(
  index: SearchedIndex,
  question: IncidentsQuestion,
  budget: Budget,
): IncidentPage {
  const { filter, me, after, limit, now } = question
  const match = createFilterMatch(filter, { me })
  const needsAlerts = filter.terms.some(({ condition }) => isAboutAlerts(condition))
  const statuses = statusesAsked(filter, question.statuses)
  const items: Incident[] = []
  let before = after === null ? Number.MAX_SAFE_INTEGER : Number(after)
  const numbers = incidentCandidates(index, filter)
  for (const incident of numbers ? listed(index, numbers, before) : walked(index, statuses, before)) {
    if (budget.isOver()) return { items, next: String(before), index: index.reach() }
    before = incident.number
    if (!statuses.includes(incident.status)) continue
    const serviceNames = incident.serviceIds.flatMap((id) => index.reads.service(id)?.name ?? [])
    const alerts: Alert[] = needsAlerts
      ? index.reads.alerts(incident.id, null, incident.alertCount).items
      : []
    if (!match({ incident, serviceNames, alerts }, now)) continue
    items.push(incident)
    if (items.length === limit) {
      const isLast = numbers ? before <= (numbers.at(-1) ?? 0) : before === 1
      return { items, next: isLast ? null : String(before), index: index.reach() }
    }
  }
  return { items, next: null, index: index.reach() }
}

function* listed({ log }: SearchedIndex, numbers: readonly number[], before: number): Generator<Incident> {
  const byNumber = log
    .prepare<[number], string>(
      "select thing.json from incident join thing on thing.key = 'incident:' || incident.id where incident.number = ?",
    )
    .pluck()
  for (const number of numbers) {
    if (number >= before) continue
    const json = byNumber.get(number)
    if (json !== undefined) yield readEntryOf(json, 'incident').incident
  }
}

function* walked(
  { reads }: SearchedIndex,
  statuses: readonly IncidentStatus[],
  before: number,
): Generator<Incident> {
  const wanted = statuses.length === incidentStatuses.length ? null : statuses
  for (let after: string | null = String(before); after !== null;) {
    const page = reads.incidents({ statuses: wanted, after, limit: stepIncidents })
    yield* page.items
    after = page.next
  }
}

/** The statuses that an incident can have which both the filter and the question let through. */
function statusesAsked({ terms }: Filter, asked: readonly IncidentStatus[] | null): IncidentStatus[] {
  return incidentStatuses.filter(
    (status) =>
      (asked?.includes(status) ?? true) &&
      terms.every(({ negated, condition }) => {
        if (condition.kind === 'status') return condition.anyOf.includes(status) !== negated
        const isUnresolved = condition.kind === 'is' && condition.anyOf.every((word) => word === 'unresolved')
        return !isUnresolved || (status !== 'resolved') !== negated
      }),
  )
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
