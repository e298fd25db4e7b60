import type { MonitoringEvent } from '../domain/event.ts'
import type { Incident } from '../domain/incident.ts'
import { assertNever } from '../domain/result.ts'
import type { RulePriority } from '../domain/severity.ts'
import { createWildcard } from '../domain/text-pattern.ts'
import type { CorrelationRule, RuleCondition, RuleField, RulePlainField } from './rule.ts'

/** What correlation looks at of an event that opens an alert. */
export type CorrelatedEvent = Pick<
  MonitoringEvent,
  | 'dedupKey'
  | 'severity'
  | 'service'
  | 'title'
  | 'labels'
  | 'group'
  | 'sourceId'
  | 'sourceKind'
  | 'sourceName'
>

/** What conditions of rules look at. */
export type RuledEvent = Omit<CorrelatedEvent, 'sourceId'>

/** A way to find the incident that a new alert belongs to: tried in order, the first that holds decides. */
export interface GroupCandidate {
  /** Remembered with the incident, so that the next alert of the group finds it. */
  key: string
  /** The rule that says so. */
  rule: string
  /** In words that an operator reads. */
  reason: string
  /** Whether this incident, found by the key, is one that the alert may still join. */
  admits(incident: Pick<Incident, 'status' | 'updatedAt'>): boolean
}

/** What the rules say of an event. */
export interface Correlation {
  /** The groups that its alert may belong to, in the order of the rules. */
  groups: GroupCandidate[]
  /** Of the first rule that fits and has one. */
  priority: RulePriority | null
}

/** Asks all rules, in order, about an event that arrived at this time. */
export type Correlator = (event: CorrelatedEvent, at: number) => Correlation

/** Why an alert that found no group opened an incident of its own. */
export const openedAlone = 'opened by its first alert'

/** A group's reason as the log keeps it. */
const longestReason = 512

/** Makes of rules a function for the hot path; values are compared as `CorrelationRule` says. */
export function createCorrelator(rules: readonly CorrelationRule[]): Correlator {
  const prepared = rules.map(prepare)
  return (event, at) => {
    const said: Correlation = { groups: [], priority: null }
    for (const ask of prepared) ask(event, at, said)
    return said
  }
}

/** Adds what the rule says, if it fits. */
function prepare(rule: CorrelationRule): (event: CorrelatedEvent, at: number, said: Correlation) => void {
  const { name, withinMs, groupBy, priority } = rule
  const holds = rule.match.map(conditionTest)
  return (event, at, said) => {
    if (!holds.every((test) => test(event))) return
    const values: string[] = [name]
    for (const field of groupBy) {
      const value = groupValue(event, field)
      if (value === null) return
      values.push(value)
    }
    if (priority !== null) said.priority ??= { priority, rule: name }
    if (groupBy.length === 0) return
    said.groups.push({
      key: JSON.stringify(values),
      rule: name,
      reason: fill(rule.reason, event),
      admits: ({ status, updatedAt }) =>
        status !== 'resolved' && (withinMs === null || at - updatedAt <= withinMs),
    })
  }
}

/** A function that says whether an event fits a condition. */
export function conditionTest({ field, anyOf, negated }: RuleCondition): (event: RuledEvent) => boolean {
  const fits = anyOf.map(createWildcard)
  return (event) => {
    const value = fieldValue(event, field)
    return (value !== null && fits.some((test) => test(value))) !== negated
  }
}

/** A source's group is its own: two sources may use the same key for different things. */
function groupValue(event: CorrelatedEvent, field: RuleField): string | null {
  if (field !== 'group') return fieldValue(event, field)
  return event.group ? `${event.sourceId} ${event.group.key}` : null
}

/** What an event has in a field; null when it has nothing there. */
export function fieldValue(event: RuledEvent, field: RuleField): string | null {
  if (!isPlain(field)) {
    const name = field.slice('label.'.length)
    return Object.hasOwn(event.labels, name) ? (event.labels[name] ?? null) : null
  }
  switch (field) {
    case 'service':
    case 'severity':
    case 'title':
    case 'dedupKey':
    case 'sourceKind':
      return event[field]
    case 'source':
      return event.sourceName
    case 'group':
      return event.group?.key ?? null
    default:
      return assertNever(field)
  }
}

function isPlain(field: RuleField): field is RulePlainField {
  return !field.startsWith('label.')
}

/** Puts the event's own words into a reason. What it does not have is left as it was written. */
function fill(reason: string, event: CorrelatedEvent): string {
  if (!reason.includes('{')) return reason
  const filled = reason.replaceAll(/\{([^{}]+)\}/g, (written, field: string) => {
    if (field === 'group') return event.group?.reason ?? written
    if (field.startsWith('label.') || isReadable(field))
      return fieldValue(event, field as RuleField) ?? written
    return written
  })
  return filled.slice(0, longestReason)
}

function isReadable(field: string): boolean {
  return ['service', 'severity', 'source', 'sourceKind', 'title', 'dedupKey'].includes(field)
}
