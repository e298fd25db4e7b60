import { eventActions, eventEffects } from '../domain/event.ts'
import { incidentStatuses } from '../domain/incident.ts'
import { priorities, severities } from '../domain/severity.ts'
import {
  comparisons,
  conditionWords,
  durationFields,
  fieldsOf,
  instantFields,
  numberFields,
  type FilterAbout,
  type Span,
} from './filter.ts'
import { printLabelName, printValue } from './print-filter.ts'

/** What is known of the estate, to be offered as values. */
export interface KnownValues {
  services: readonly string[]
  sources: readonly string[]
  operators: readonly string[]
  /** Their keys. */
  tickets: readonly string[]
  /** The values seen of each label, by its name. */
  labels: Readonly<Record<string, readonly string[]>>
}

export interface Suggestion {
  kind: 'field' | 'operator' | 'value'
  /** What to show. */
  label: string
  /** What to put in place of the span. */
  insert: string
}

export interface Suggestions {
  /** The text that an accepted suggestion replaces. */
  span: Span
  items: Suggestion[]
}

/** As many as a list under the line shows without scrolling. */
const most = 12

/** What could be written at the cursor: fields, then operators, then values, those first that begin as what is there. */
export function suggestFilter(
  text: string,
  position: number,
  known: KnownValues,
  about: FilterAbout = 'incidents',
): Suggestions {
  const { from, isQuoted } = termAt(text, position)
  const before = text.slice(from, position)
  const written = /^(-?)(label\.(?:"[^"]*"|[^\s:=<>!",]*)|[a-z][\w.\-/]*)(>=|<=|[:=<>])/i.exec(before)
  if (!written) {
    if (before.replace(/^-/, '').startsWith('"')) return { span: { from: position, to: position }, items: [] }
    const start = before.startsWith('-') ? from + 1 : from
    return {
      span: { from: start, to: wordEnd(text, position) },
      items: fieldItems(text.slice(start, position), known, fieldsOf[about]),
    }
  }
  const [, , field = ''] = written
  const start = valueStart(text, from + written[0].length, position)
  const typed = text.slice(start, position).replaceAll('"', '').toLowerCase()
  const values = valuesOf(field, known)
  const items = values
    .filter((value) => value.toLowerCase().includes(typed))
    .toSorted((a, b) => Number(b.toLowerCase().startsWith(typed)) - Number(a.toLowerCase().startsWith(typed)))
    .slice(0, most)
    .map((value): Suggestion => ({ kind: 'value', label: value, insert: printValue(value) }))
  return { span: { from: start, to: isQuoted ? quoteEnd(text, position) : wordEnd(text, position) }, items }
}

function fieldItems(typed: string, known: KnownValues, fields: readonly string[]): Suggestion[] {
  const lower = typed.toLowerCase()
  if (fields.includes(lower)) {
    return operatorsOf(lower).map((operator) => ({
      kind: 'operator',
      label: operator,
      insert: `${lower}${operator}`,
    }))
  }
  const labels = Object.keys(known.labels).map((name) => `label.${printLabelName(name)}`)
  return [...fields, ...labels]
    .filter((name) => name.toLowerCase().startsWith(lower))
    .slice(0, most)
    .map((name) => ({ kind: 'field', label: name, insert: `${name}${operatorsOf(name)[0] ?? ':'}` }))
}

/** The operators that a field takes, the usual one first. */
function operatorsOf(field: string): readonly string[] {
  const has = (fields: readonly string[]): boolean => fields.includes(field)
  if (has(durationFields)) return ['<', '>', '<=', '>=']
  if (has(instantFields)) return comparisons
  if (field === 'severity' || field === 'priority' || has(numberFields)) return [':', ...comparisons]
  return [':']
}

function valuesOf(field: string, known: KnownValues): readonly string[] {
  const lower = field.toLowerCase()
  if (lower.startsWith('label.')) {
    const name = field.slice('label.'.length).replace(/^"(.*)"$/, '$1')
    return Object.hasOwn(known.labels, name) ? (known.labels[name] ?? []) : []
  }
  switch (lower) {
    case 'service':
      return known.services
    case 'source':
      return known.sources
    case 'assignee':
      return ['me', 'none', ...known.operators]
    case 'ticket':
      return known.tickets
    case 'status':
      return incidentStatuses
    case 'action':
      return eventActions
    case 'effect':
      return eventEffects
    case 'severity':
      return severities.toReversed()
    case 'priority':
      return priorities
    case 'is':
      return conditionWords
    case 'age':
    case 'quiet':
      return ['15m', '1h', '4h', '1d', '1w']
    default:
      return []
  }
}

/** Where the term under the cursor begins, and whether the cursor is inside of quotes. */
function termAt(text: string, position: number): { from: number; isQuoted: boolean } {
  let from = 0
  let isQuoted = false
  for (let at = 0; at < position; at += 1) {
    const character = text.charAt(at)
    if (isQuoted && character === '\\') at += 1
    else if (character === '"') isQuoted = !isQuoted
    else if (!isQuoted && /\s/.test(character)) from = at + 1
  }
  return { from, isQuoted }
}

/** After the last comma outside of quotes. */
function valueStart(text: string, from: number, position: number): number {
  let start = from
  let isQuoted = false
  for (let at = from; at < position; at += 1) {
    const character = text.charAt(at)
    if (isQuoted && character === '\\') at += 1
    else if (character === '"') isQuoted = !isQuoted
    else if (!isQuoted && character === ',') start = at + 1
  }
  return start
}

function wordEnd(text: string, position: number): number {
  const rest = /^[^\s,":<>=]*/.exec(text.slice(position))
  return position + (rest?.[0].length ?? 0)
}

function quoteEnd(text: string, position: number): number {
  const end = text.indexOf('"', position)
  return end < 0 ? text.length : end + 1
}
