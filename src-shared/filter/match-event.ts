import type { MonitoringEvent } from '../domain/event.ts'
import { assertNever } from '../domain/result.ts'
import { severityRank } from '../domain/severity.ts'
import { anyPattern, comparison } from './condition-tests.ts'
import type { Condition, Filter, Pattern, TextField } from './filter.ts'

/** What a filter looks at of an event. */
export type EventSubject = Pick<
  MonitoringEvent,
  | 'title'
  | 'description'
  | 'service'
  | 'sourceName'
  | 'labels'
  | 'severity'
  | 'action'
  | 'effect'
  | 'receivedAt'
  | 'dedupKey'
>

/** Says whether an event is let through, at this time (`now` decides ages). */
export type EventMatch = (event: EventSubject, now: number) => boolean

/**
 * Makes of a filter a test that can be asked for thousands of events. Words are looked for in the title, the description,
 * the service and the labels. What only incidents have fits no event: reading the filter refuses it before.
 */
export function createEventMatch({ terms }: Pick<Filter, 'terms'>): EventMatch {
  const tests = terms.map(({ negated, condition }): EventMatch => {
    const test = testOf(condition)
    return negated ? (event, now) => !test(event, now) : test
  })
  return (event, now) => tests.every((test) => test(event, now))
}

function testOf(condition: Condition): EventMatch {
  switch (condition.kind) {
    case 'words':
      return wordsTest(condition.text)
    case 'text':
      return textTest(condition.field, condition.anyOf)
    case 'label': {
      const fits = anyPattern(condition.anyOf)
      return ({ labels }) => {
        const value = Object.hasOwn(labels, condition.name) ? labels[condition.name] : undefined
        return value !== undefined && fits(value)
      }
    }
    case 'key':
      return ({ dedupKey }) => condition.anyOf.includes(dedupKey)
    case 'severity': {
      const compare = comparison(condition.operator, condition.anyOf.map(severityRank))
      return ({ severity }) => compare(severityRank(severity))
    }
    case 'action':
      return ({ action }) => condition.anyOf.includes(action)
    case 'effect':
      return ({ effect }) => condition.anyOf.includes(effect)
    case 'duration': {
      if (condition.field !== 'age') return never
      const compare = comparison(condition.operator, [condition.ms])
      return ({ receivedAt }, now) => compare(now - receivedAt)
    }
    case 'instant': {
      if (condition.field !== 'received') return never
      const compare = comparison(condition.operator, [condition.at])
      return ({ receivedAt }) => compare(receivedAt)
    }
    case 'status':
    case 'priority':
    case 'number':
    case 'is':
      return never
    default:
      return assertNever(condition)
  }
}

const never: EventMatch = () => false

function wordsTest(text: string): EventMatch {
  const wanted = text.toLowerCase()
  const has = (candidate: string): boolean => candidate.toLowerCase().includes(wanted)
  return ({ title, description, service, labels }) =>
    has(title) || has(description) || has(service) || Object.values(labels).some(has)
}

function textTest(field: TextField, anyOf: readonly Pattern[]): EventMatch {
  const fits = anyPattern(anyOf)
  switch (field) {
    case 'service':
      return ({ service }) => fits(service)
    case 'source':
      return ({ sourceName }) => fits(sourceName)
    case 'title':
      return ({ title }) => fits(title)
    case 'assignee':
    case 'ticket':
      return never
    default:
      return assertNever(field)
  }
}
