import type { EventAction, EventEffect } from '../domain/event.ts'
import type { Priority, Severity } from '../domain/severity.ts'
import type { IncidentStatus } from '../domain/incident.ts'

/** What a filter is written for: the two have most of their fields in common. */
export type FilterAbout = 'incidents' | 'events'

/** Where something stands in the filter's text: `from` up to, not including, `to`, in UTF-16 units. */
export interface Span {
  from: number
  to: number
}

/**
 * A text to compare with, as its literal pieces with any run of characters between two of them: `pay*` is
 * `['pay', '']`, `payments` is `['payments']`. A star in quotes is a literal star.
 */
export type Pattern = readonly string[]

/** Fields whose values are free text, compared without regard to case. `assignee` knows `me` and `none`; `ticket` is a key. */
export const textFields = ['service', 'source', 'title', 'assignee', 'ticket'] as const
export type TextField = (typeof textFields)[number]

/** Fields that are numbers: of the incident, its alerts, the events that fed them, reopenings and notes. */
export const numberFields = ['number', 'alerts', 'count', 'flaps', 'notes'] as const
export type NumberField = (typeof numberFields)[number]

/** Time that has passed: since it was triggered or received, and since anything about it changed. */
export const durationFields = ['age', 'quiet'] as const
export type DurationField = (typeof durationFields)[number]

/** Points in time. One that has not come about (an unresolved incident's `resolved`) fits no comparison. */
export const instantFields = ['triggered', 'acknowledged', 'resolved', 'updated', 'received'] as const
export type InstantField = (typeof instantFields)[number]

/**
 * What an incident can be, beside its status. `flapping`: now; those that ever did have `flaps>0`. `followup`: there is a
 * time to look again, come or not; `due`: it has come.
 */
export const conditionWords = [
  'unresolved',
  'snoozed',
  'assigned',
  'unassigned',
  'flapping',
  'settling',
  'grouped',
  'noted',
  'merged',
  'followup',
  'due',
] as const
export type ConditionWord = (typeof conditionWords)[number]

export const comparisons = ['>=', '<=', '>', '<'] as const
export type Comparison = (typeof comparisons)[number]

/** How a value is compared: one of several (`:`), or by order. */
export type Operator = ':' | Comparison

/**
 * What one term asks. Of several values one has to fit. By order, `severity>=error` is error or worse, and
 * `priority>=P2` is P2 or more urgent.
 */
export type Condition =
  | { kind: 'words'; text: string }
  | { kind: 'text'; field: TextField; anyOf: readonly Pattern[] }
  | { kind: 'label'; name: string; anyOf: readonly Pattern[] }
  /** Of events: the dedup key, whole and as it was sent. */
  | { kind: 'key'; anyOf: readonly string[] }
  | { kind: 'status'; anyOf: readonly IncidentStatus[] }
  | { kind: 'severity'; operator: Operator; anyOf: readonly Severity[] }
  | { kind: 'priority'; operator: Operator; anyOf: readonly Priority[] }
  | { kind: 'action'; anyOf: readonly EventAction[] }
  | { kind: 'effect'; anyOf: readonly EventEffect[] }
  | { kind: 'number'; field: NumberField; operator: Operator; anyOf: readonly number[] }
  | { kind: 'duration'; field: DurationField; operator: Comparison; ms: number }
  | { kind: 'instant'; field: InstantField; operator: Comparison; at: number }
  | { kind: 'is'; anyOf: readonly ConditionWord[] }

export interface Term {
  /** Written with a `-` before it: what fits the condition is left out. */
  negated: boolean
  condition: Condition
  span: Span
}

/** A filter that was read: every term has to hold; none lets everything through. */
export interface Filter {
  terms: readonly Term[]
}

/** What is wrong with a filter's text, at which characters, and what to write instead. */
export interface FilterProblem {
  code: FilterProblemCode
  /** One sentence for people, without the position. */
  message: string
  span: Span
  /** Text to put in place of the span, where one is likely; null otherwise. */
  instead: string | null
}

export type FilterProblemCode =
  | 'unknownField'
  | 'otherField'
  | 'unknownValue'
  | 'wrongOperator'
  | 'missingValue'
  | 'unclosedQuote'
  | 'strayCharacter'
  | 'reservedWord'

export type FilterReading = { ok: true; filter: Filter } | { ok: false; problem: FilterProblem }

/** Names that fields have in the text, with what follows `label.` left to the user. */
export const plainFields = [
  ...textFields,
  'status',
  'severity',
  'priority',
  'is',
  ...numberFields,
  ...durationFields,
  ...instantFields,
  'action',
  'effect',
  'key',
] as const
export type PlainField = (typeof plainFields)[number]

const both = ['service', 'source', 'title', 'severity', 'age'] as const satisfies readonly PlainField[]
const ofEvents = ['received', 'action', 'effect', 'key'] as const satisfies readonly PlainField[]

/** The fields that each of the two has; labels and words both have. */
export const fieldsOf: Readonly<Record<FilterAbout, readonly PlainField[]>> = {
  incidents: plainFields.filter((name) => !(ofEvents as readonly string[]).includes(name)),
  events: [...both, ...ofEvents],
}

export function isPlainField(name: string): name is PlainField {
  return (plainFields as readonly string[]).includes(name)
}
