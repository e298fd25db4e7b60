import { eventActions, eventEffects } from '../domain/event.ts'
import { incidentStatuses } from '../domain/incident.ts'
import { assertNever } from '../domain/result.ts'
import { priorities, severities } from '../domain/severity.ts'
import {
  comparisons,
  conditionWords,
  durationFields,
  fieldsOf,
  instantFields,
  isPlainField,
  numberFields,
  textFields,
  type Comparison,
  type Condition,
  type FilterAbout,
  type FilterProblem,
  type FilterReading,
  type Operator,
  type Term,
} from './filter.ts'
import { readCount, readDuration, readInstant } from './filter-values.ts'
import { nearestWord } from './nearest-word.ts'
import { quote } from './print-filter.ts'
import { scanFilter, type WrittenTerm, type WrittenValue } from './scan-filter.ts'

type WrittenField = Extract<WrittenTerm, { kind: 'field' }>
type Read<T> = { ok: true; value: T } | { ok: false; problem: FilterProblem }

/**
 * Reads a filter as an operator writes it: `service:payments,checkout severity>=error -label.env:staging "disk full"`.
 * Fails with the first problem, at its characters, with what to write instead. An empty text lets everything through.
 * A field that only the other of incidents and events has is a problem too, and says so.
 */
export function parseFilter(text: string, about: FilterAbout = 'incidents'): FilterReading {
  const scan = scanFilter(text)
  if (!scan.ok) return scan
  const terms: Term[] = []
  for (const written of scan.terms) {
    const condition = written.kind === 'words' ? readWords(written, about) : readField(written, about)
    if (!condition.ok) return condition
    terms.push({ negated: written.negated, condition: condition.value, span: written.span })
  }
  return { ok: true, filter: { terms } }
}

/** A map: people search for any word, `constructor` too. */
const reserved: ReadonlyMap<string, string> = new Map([
  ['OR', 'alternatives are values of one field, with commas between them (status:triggered,acknowledged)'],
  ['AND', 'every term has to hold without saying so'],
  ['NOT', 'write a - before what is to be left out'],
])

function readWords(written: Extract<WrittenTerm, { kind: 'words' }>, about: FilterAbout): Read<Condition> {
  const { text, isQuoted, span, negated } = written
  if (isQuoted) return read({ kind: 'words', text })
  const number = /^#(\d{1,15})$/.exec(text)
  if (number && about === 'events') {
    const message = `${text} is the number of an incident, events have none: put it in quotes to search for the text`
    return failed('otherField', message, span, `${negated ? '-' : ''}${quote(text)}`)
  }
  if (number) return read({ kind: 'number', field: 'number', operator: ':', anyOf: [Number(number[1])] })
  const advice = reserved.get(text)
  if (advice === undefined) return read({ kind: 'words', text })
  const instead = `${negated ? '-' : ''}${quote(text)}`
  return failed('reservedWord', `${advice}; to search for the word, put it in quotes`, span, instead)
}

function readField(written: WrittenField, about: FilterAbout): Read<Condition> {
  const { name: writtenName, nameSpan, label, operatorSpan } = written
  const operator = written.operator === '=' ? ':' : written.operator
  if (operator === '!=') {
    const message = 'a field is left out with a - before it'
    return failed('wrongOperator', message, { ...written.span, to: operatorSpan.to }, `-${writtenName}:`)
  }
  if (label !== null) return readLabel(written, label, operator)
  const name = writtenName.toLowerCase()
  if (!isPlainField(name)) {
    const near = nearestWord(name, fieldsOf[about])
    const advice = near ? `write ${near}` : `a label is label.${writtenName}`
    const message = `there is no field ${writtenName}: ${advice}, or put it in quotes to search for the text`
    return failed('unknownField', message, nameSpan, near)
  }
  if (!fieldsOf[about].includes(name)) {
    const [other, instead] =
      about === 'events' ? (['incidents', 'received'] as const) : (['events', null] as const)
    const message = `${name} is a field of ${other}, not of ${about}: those have ${fieldsOf[about].join(', ')} and labels`
    return failed('otherField', message, nameSpan, isOneOf(instantFields, name) ? instead : null)
  }
  switch (name) {
    case 'status':
      return choice(written, operator, incidentStatuses, (anyOf) => ({ kind: 'status', anyOf }))
    case 'is':
      return choice(written, operator, conditionWords, (anyOf) => ({ kind: 'is', anyOf }))
    case 'action':
      return choice(written, operator, eventActions, (anyOf) => ({ kind: 'action', anyOf }))
    case 'effect':
      return choice(written, operator, eventEffects, (anyOf) => ({ kind: 'effect', anyOf }))
    case 'key':
      return readKey(written, operator)
    case 'severity':
      return ordered(written, operator, severities, (fit, anyOf) => ({
        kind: 'severity',
        operator: fit,
        anyOf,
      }))
    case 'priority':
      return ordered(written, operator, priorities, (fit, anyOf) => ({
        kind: 'priority',
        operator: fit,
        anyOf,
      }))
    default:
      break
  }
  if (isOneOf(textFields, name)) {
    if (operator !== ':') return notOrdered(written)
    return read({ kind: 'text', field: name, anyOf: written.values.map((value) => value.pattern) })
  }
  if (isOneOf(numberFields, name)) {
    const anyOf = readAll(written, operator, readCount, 'a whole number', '10')
    return anyOf.ok
      ? read({ kind: 'number', field: name, operator: asOperator(operator), anyOf: anyOf.value })
      : anyOf
  }
  if (operator === ':') {
    const message = `${name} is compared with <, <=, > or >=`
    return failed('wrongOperator', message, operatorSpan, isOneOf(durationFields, name) ? '<' : '>=')
  }
  if (isOneOf(durationFields, name)) {
    const ms = readAll(written, operator, readDuration, 'a duration such as 15m, 2h or 1d', '2h')
    return ms.ok
      ? read({ kind: 'duration', field: name, operator: asComparison(operator), ms: ms.value[0] ?? 0 })
      : ms
  }
  if (isOneOf(instantFields, name)) {
    const form = 'a day or a time in UTC such as 2026-11-23 or 2026-11-23T14:30'
    const at = readAll(written, operator, readInstant, form, null)
    return at.ok
      ? read({ kind: 'instant', field: name, operator: asComparison(operator), at: at.value[0] ?? 0 })
      : at
  }
  return assertNever(name)
}

function readLabel(written: WrittenField, name: string, operator: string): Read<Condition> {
  if (name === '') {
    const message = 'the name of a label has to follow label.'
    return failed('missingValue', message, written.nameSpan, null)
  }
  if (operator !== ':') return notOrdered(written)
  return read({ kind: 'label', name, anyOf: written.values.map((value) => value.pattern) })
}

/** Keys are what programs made: they are compared as they are, so that a star is no gap. */
function readKey(written: WrittenField, operator: string): Read<Condition> {
  if (operator !== ':') return notOrdered(written)
  const anyOf: string[] = []
  for (const value of written.values) {
    const text = plainText(value)
    if (text === null) {
      const message = 'a key is compared as a whole: a star that is part of it stands in quotes'
      return failed('unknownValue', message, value.span, quote(value.pattern.join('*')))
    }
    anyOf.push(text)
  }
  return read({ kind: 'key', anyOf })
}

function choice<W extends string>(
  written: WrittenField,
  operator: string,
  words: readonly W[],
  make: (anyOf: W[]) => Condition,
): Read<Condition> {
  if (operator !== ':') return notOrdered(written)
  const anyOf = readWordList(written, words)
  return anyOf.ok ? read(make(anyOf.value)) : anyOf
}

function ordered<W extends string>(
  written: WrittenField,
  operator: string,
  words: readonly W[],
  make: (operator: Operator, anyOf: W[]) => Condition,
): Read<Condition> {
  const anyOf = readWordList(written, words)
  if (!anyOf.ok) return anyOf
  return severalCompared(written, operator) ?? read(make(asOperator(operator), anyOf.value))
}

function readWordList<W extends string>(written: WrittenField, words: readonly W[]): Read<W[]> {
  const found: W[] = []
  for (const value of written.values) {
    const text = plainText(value)
    const word = words.find((known) => known.toLowerCase() === text?.toLowerCase())
    if (word === undefined) {
      const message = `${written.name.toLowerCase()} is one of ${words.join(', ')}`
      return failed('unknownValue', message, value.span, nearestWord(text ?? '', words))
    }
    found.push(word)
  }
  return read(found)
}

function readAll(
  written: WrittenField,
  operator: string,
  readOne: (text: string) => number | null,
  form: string,
  instead: string | null,
): Read<number[]> {
  const found: number[] = []
  for (const value of written.values) {
    const number = readOne(plainText(value) ?? '')
    if (number === null) {
      return failed(
        'unknownValue',
        `${written.name.toLowerCase()} is compared with ${form}`,
        value.span,
        instead,
      )
    }
    found.push(number)
  }
  return severalCompared(written, operator) ?? read(found)
}

/** `severity>=error,warning` says two things at once. */
function severalCompared(
  { values }: WrittenField,
  operator: string,
): { ok: false; problem: FilterProblem } | null {
  const [first, second] = values
  if (operator === ':' || !first || !second) return null
  const span = { from: first.span.to, to: values.at(-1)?.span.to ?? second.span.to }
  return failed('strayCharacter', `${operator} compares with one value`, span, '')
}

function notOrdered({ name, operator, operatorSpan }: WrittenField): { ok: false; problem: FilterProblem } {
  return failed(
    'wrongOperator',
    `${name.toLowerCase()} has no order: ${operator} does not fit`,
    operatorSpan,
    ':',
  )
}

/** A value without stars; null when it has one. */
function plainText({ pattern }: WrittenValue): string | null {
  return pattern.length === 1 ? (pattern[0] ?? '') : null
}

function asComparison(operator: string): Comparison {
  const found = comparisons.find((known) => known === operator)
  if (!found) throw new Error(`not an operator: ${operator}`)
  return found
}

function asOperator(operator: string): Operator {
  return operator === ':' ? ':' : asComparison(operator)
}

function isOneOf<W extends string>(words: readonly W[], word: string): word is W {
  return (words as readonly string[]).includes(word)
}

function read<T>(value: T): { ok: true; value: T } {
  return { ok: true, value }
}

function failed(
  code: FilterProblem['code'],
  message: string,
  span: FilterProblem['span'],
  instead: string | null,
): { ok: false; problem: FilterProblem } {
  return { ok: false, problem: { code, message, span: { from: span.from, to: span.to }, instead } }
}
