import { stillFlapping } from '../correlation/flapping.ts'
import type { Alert } from '../domain/alert.ts'
import type { Incident } from '../domain/incident.ts'
import { assertNever } from '../domain/result.ts'
import { priorities, severityRank } from '../domain/severity.ts'
import { anyPattern, comparison, isWord } from './condition-tests.ts'
import type {
  Condition,
  ConditionWord,
  DurationField,
  Filter,
  InstantField,
  NumberField,
  Pattern,
  TextField,
} from './filter.ts'

/** What a filter looks at: an incident with what belongs to it. */
export interface FilterSubject {
  incident: Incident
  serviceNames: readonly string[]
  alerts: readonly Pick<Alert, 'title' | 'labels' | 'sourceName' | 'count'>[]
}

export interface FilterContext {
  /** The operator whom `assignee:me` means; null where there is none: nothing is theirs. */
  me: string | null
}

/** Says whether an incident is let through, at this time (`now` decides ages). */
export type FilterMatch = (subject: FilterSubject, now: number) => boolean

type Test = FilterMatch

/**
 * Makes of a filter a test that can be asked for thousands of incidents. What only events have fits no incident: reading
 * the filter refuses it before.
 */
export function createFilterMatch(filter: Filter, context: FilterContext): FilterMatch {
  const tests = filter.terms.map(({ negated, condition }) => {
    const test = testOf(condition, context)
    return negated ? (subject: FilterSubject, now: number) => !test(subject, now) : test
  })
  return (subject, now) => tests.every((test) => test(subject, now))
}

function testOf(condition: Condition, context: FilterContext): Test {
  switch (condition.kind) {
    case 'words':
      return wordsTest(condition.text)
    case 'text':
      return textTest(condition.field, condition.anyOf, context)
    case 'label':
      return labelTest(condition.name, condition.anyOf)
    case 'status':
      return ({ incident }) => condition.anyOf.includes(incident.status)
    case 'severity': {
      const compare = comparison(condition.operator, condition.anyOf.map(severityRank))
      return ({ incident }) => compare(severityRank(incident.severity))
    }
    case 'priority': {
      // P1 ranks above P2, as people say it.
      const rank = (priority: Incident['priority']): number => -priorities.indexOf(priority)
      const compare = comparison(condition.operator, condition.anyOf.map(rank))
      return ({ incident }) => compare(rank(incident.priority))
    }
    case 'action':
    case 'effect':
    case 'key':
      return () => false
    case 'number': {
      const compare = comparison(condition.operator, condition.anyOf)
      return (subject) => compare(numbers[condition.field](subject))
    }
    case 'duration': {
      const compare = comparison(condition.operator, [condition.ms])
      return ({ incident }, now) => compare(now - starts[condition.field](incident))
    }
    case 'instant': {
      const compare = comparison(condition.operator, [condition.at])
      return ({ incident }) => {
        const at = instants[condition.field](incident)
        return at !== null && compare(at)
      }
    }
    case 'is':
      return (subject, now) => condition.anyOf.some((word) => states[word](subject, now))
    default:
      return assertNever(condition)
  }
}

const numbers: Record<NumberField, (subject: FilterSubject) => number> = {
  number: ({ incident }) => incident.number,
  alerts: ({ incident }) => incident.alertCount,
  count: ({ alerts }) => alerts.reduce((sum, alert) => sum + alert.count, 0),
  flaps: ({ incident }) => incident.flapCount,
  notes: ({ incident }) => incident.noteCount,
}

const starts: Record<DurationField, (incident: Incident) => number> = {
  age: (incident) => incident.triggeredAt,
  quiet: (incident) => incident.updatedAt,
}

const instants: Record<InstantField, (incident: Incident) => number | null> = {
  triggered: (incident) => incident.triggeredAt,
  acknowledged: (incident) => incident.acknowledgedAt,
  resolved: (incident) => incident.resolvedAt,
  updated: (incident) => incident.updatedAt,
  received: () => null,
}

const states: Record<ConditionWord, FilterMatch> = {
  unresolved: ({ incident }) => incident.status !== 'resolved',
  snoozed: ({ incident }) => incident.snoozedUntil !== null,
  assigned: ({ incident }) => incident.assignee !== null,
  unassigned: ({ incident }) => incident.assignee === null,
  flapping: ({ incident }, now) => stillFlapping(incident.flapping, now) !== null,
  settling: ({ incident }) => incident.settlesAt !== null,
  grouped: ({ incident }) => incident.alertCount > 1,
  noted: ({ incident }) => incident.noteCount > 0,
  merged: ({ incident }) => incident.mergedInto !== null,
  followup: ({ incident }) => incident.followUp !== null,
  due: ({ incident }) => incident.followUp?.isDue === true,
}

/** A word or phrase anywhere in what an operator reads of the incident. */
function wordsTest(text: string): Test {
  const wanted = text.toLowerCase()
  const has = (candidate: string): boolean => candidate.toLowerCase().includes(wanted)
  return ({ incident, serviceNames, alerts }) =>
    has(incident.title) ||
    has(`#${incident.number}`) ||
    serviceNames.some(has) ||
    alerts.some(({ title, labels }) => has(title) || Object.values(labels).some(has))
}

function textTest(field: TextField, anyOf: readonly Pattern[], { me }: FilterContext): Test {
  const fits = anyPattern(anyOf)
  switch (field) {
    case 'service':
      return ({ serviceNames }) => serviceNames.some(fits)
    case 'source':
      return ({ alerts }) => alerts.some(({ sourceName }) => fits(sourceName))
    case 'title':
      return ({ incident }) => fits(incident.title)
    case 'ticket':
      return ({ incident }) => incident.tickets.some(({ key }) => fits(key))
    case 'assignee': {
      const wantsMine = anyOf.some((pattern) => isWord(pattern, 'me'))
      const wantsNobodys = anyOf.some((pattern) => isWord(pattern, 'none'))
      return ({ incident: { assignee } }) => {
        if (assignee === null) return wantsNobodys
        return fits(assignee) || (wantsMine && assignee === me)
      }
    }
    default:
      return assertNever(field)
  }
}

function labelTest(name: string, anyOf: readonly Pattern[]): Test {
  const fits = anyPattern(anyOf)
  return ({ alerts }) =>
    alerts.some(({ labels }) => {
      const value = Object.hasOwn(labels, name) ? labels[name] : undefined
      return value !== undefined && fits(value)
    })
}
