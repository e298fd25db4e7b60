import { assertNever } from '../domain/result.ts'
import type { Condition, Filter, Pattern } from './filter.ts'
import { printDuration, printInstant } from './filter-values.ts'

/** The filter as text that is read back as the same filter, in one spelling. */
export function printFilter(filter: Filter): string {
  return filter.terms
    .map(({ negated, condition }) => `${negated ? '-' : ''}${printCondition(condition)}`)
    .join(' ')
}

/** One condition as text, without its negation. */
export function printCondition(condition: Condition): string {
  switch (condition.kind) {
    case 'words':
      return isPlainWord(condition.text) ? condition.text : quote(condition.text)
    case 'text':
      return `${condition.field}:${condition.anyOf.map(printPattern).join(',')}`
    case 'label':
      return `label.${printLabelName(condition.name)}:${condition.anyOf.map(printPattern).join(',')}`
    case 'key':
      return `key:${condition.anyOf.map(printValue).join(',')}`
    case 'status':
    case 'is':
    case 'action':
    case 'effect':
      return `${condition.kind}:${condition.anyOf.join(',')}`
    case 'severity':
    case 'priority':
      return `${condition.kind}${condition.operator}${condition.anyOf.join(',')}`
    case 'number':
      return `${condition.field}${condition.operator}${condition.anyOf.join(',')}`
    case 'duration':
      return `${condition.field}${condition.operator}${printDuration(condition.ms)}`
    case 'instant':
      return `${condition.field}${condition.operator}${printInstant(condition.at)}`
    default:
      return assertNever(condition)
  }
}

/** In quotes, with quotes and backslashes inside escaped. */
export function quote(text: string): string {
  return `"${text.replaceAll(/["\\]/g, String.raw`\$&`)}"`
}

/** A value as it has to be written: in quotes where it holds what means something else outside. */
export function printValue(text: string): string {
  return text !== '' && !/[\s",*]/.test(text) ? text : quote(text)
}

function printPattern(pattern: Pattern): string {
  if (pattern.length === 1) return printValue(pattern[0] ?? '')
  return pattern.map((piece) => (piece === '' ? '' : printValue(piece))).join('*')
}

/** A label's name as it has to follow `label.`. */
export function printLabelName(name: string): string {
  return /^[^\s:=<>!",]+$/.test(name) ? name : quote(name)
}

/** Whether a word outside of quotes is read as itself. */
function isPlainWord(text: string): boolean {
  if (!/^[^\s"\-#][^\s"]*$/.test(text)) return false
  return !/^(label\.[^\s:=<>!",]*|[a-z][\w.\-/]*)(!=|[:=<>])/i.test(text) && !/^(OR|AND|NOT)$/.test(text)
}
