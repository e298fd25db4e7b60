import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { incidentStatuses } from '../../src-shared/domain/incident.ts'
import { priorities, severities } from '../../src-shared/domain/severity.ts'
import {
  comparisons,
  conditionWords,
  durationFields,
  instantFields,
  numberFields,
  textFields,
  type Condition,
  type Filter,
} from '../../src-shared/filter/filter.ts'
import { parseFilter } from '../../src-shared/filter/parse-filter.ts'
import { printFilter } from '../../src-shared/filter/print-filter.ts'

function terms(text: string): unknown[] {
  const reading = parseFilter(text)
  if (!reading.ok) throw new Error(reading.problem.message)
  return reading.filter.terms.map(({ negated, condition }) => ({ negated, condition }))
}

function problem(text: string) {
  const reading = parseFilter(text)
  if (reading.ok) throw new Error(`it was read: ${printFilter(reading.filter)}`)
  const { code, message, span, instead } = reading.problem
  return { code, message, at: text.slice(span.from, span.to), from: span.from, instead }
}

const text = fc.string({ unit: fc.constantFrom(...'ab-:"\\*,<>=! #%é.O'), minLength: 1, maxLength: 8 })
const pattern = fc
  .array(fc.oneof(fc.constant(''), text), { minLength: 1, maxLength: 4 })
  // As the scanner makes them: no two stars beside each other.
  .map((pieces) =>
    pieces.filter((piece, index) => piece !== '' || index === 0 || index === pieces.length - 1),
  )
const patterns = fc.array(pattern, { minLength: 1, maxLength: 3 })
const several = <T>(values: readonly T[]) =>
  fc.array(fc.constantFrom(...values), { minLength: 1, maxLength: 3 })
const byOrder = fc.constantFrom(...comparisons)

function comparable<T>(values: fc.Arbitrary<T>) {
  return fc.oneof(
    fc.record({
      operator: fc.constant(':' as const),
      anyOf: fc.array(values, { minLength: 1, maxLength: 3 }),
    }),
    fc.record({ operator: byOrder, anyOf: fc.tuple(values) }),
  )
}

const condition: fc.Arbitrary<Condition> = fc.oneof(
  text.map((value): Condition => ({ kind: 'words', text: value })),
  fc.record({ kind: fc.constant('text' as const), field: fc.constantFrom(...textFields), anyOf: patterns }),
  fc.record({ kind: fc.constant('label' as const), name: text, anyOf: patterns }),
  several(incidentStatuses).map((anyOf): Condition => ({ kind: 'status', anyOf })),
  several(conditionWords).map((anyOf): Condition => ({ kind: 'is', anyOf })),
  comparable(fc.constantFrom(...severities)).map((more): Condition => ({ kind: 'severity', ...more })),
  comparable(fc.constantFrom(...priorities)).map((more): Condition => ({ kind: 'priority', ...more })),
  fc
    .tuple(fc.constantFrom(...numberFields), comparable(fc.nat()))
    .map(([field, more]): Condition => ({ kind: 'number', field, ...more })),
  fc.record({
    kind: fc.constant('duration' as const),
    field: fc.constantFrom(...durationFields),
    operator: byOrder,
    ms: fc.nat({ max: 100_000_000 }).map((seconds) => seconds * 1000),
  }),
  fc.record({
    kind: fc.constant('instant' as const),
    field: fc.constantFrom(...instantFields.filter((field) => field !== 'received')),
    operator: byOrder,
    at: fc.oneof(
      fc.nat({ max: 100_000 }).map((days) => days * 86_400_000),
      fc.nat({ max: Date.UTC(2100, 0, 1) }),
    ),
  }),
)
const filter: fc.Arbitrary<Filter> = fc
  .array(fc.record({ negated: fc.boolean(), condition, span: fc.constant({ from: 0, to: 0 }) }), {
    maxLength: 5,
  })
  .map((all) => ({ terms: all }))

describe('the filter language', () => {
  it('reads fields with alternatives, order, negation, labels and phrases', () => {
    expect(
      terms('service:payments,checkout severity>=error status:triggered -label.env:staging "disk full"'),
    ).toEqual([
      { negated: false, condition: { kind: 'text', field: 'service', anyOf: [['payments'], ['checkout']] } },
      { negated: false, condition: { kind: 'severity', operator: '>=', anyOf: ['error'] } },
      { negated: false, condition: { kind: 'status', anyOf: ['triggered'] } },
      { negated: true, condition: { kind: 'label', name: 'env', anyOf: [['staging']] } },
      { negated: false, condition: { kind: 'words', text: 'disk full' } },
    ])
  })

  it('reads stars outside of quotes as gaps, and inside as stars', () => {
    expect(terms('service:pay*,"pay*"')).toMatchObject([{ condition: { anyOf: [['pay', ''], ['pay*']] } }])
    expect(terms('title:"disk full"*/var')).toMatchObject([{ condition: { anyOf: [['disk full', '/var']] } }])
  })

  it('reads numbers, ages and instants, and what looks like a field but is none as words', () => {
    expect(terms('#1042 age<1h30m triggered>=2026-11-23T14:30 10.0.0.1:8080 5%')).toMatchObject([
      { condition: { kind: 'number', field: 'number', operator: ':', anyOf: [1042] } },
      { condition: { kind: 'duration', field: 'age', operator: '<', ms: 5_400_000 } },
      { condition: { kind: 'instant', at: Date.UTC(2026, 10, 23, 14, 30) } },
      { condition: { kind: 'words', text: '10.0.0.1:8080' } },
      { condition: { kind: 'words', text: '5%' } },
    ])
  })

  it.each(['constructor', 'toString', '__proto__'])('looks for %s like for any other word', (text) => {
    expect(terms(text)).toEqual([{ negated: false, condition: { kind: 'words', text } }])
  })

  it('says of each term where it stands', () => {
    const reading = parseFilter('  a  -service:b')
    expect(reading.ok && reading.filter.terms.map(({ span }) => span)).toEqual([
      { from: 2, to: 3 },
      { from: 5, to: 15 },
    ])
  })

  it('points at the characters that are wrong and says what to write instead', () => {
    expect(problem('a sevrity:error')).toMatchObject({
      code: 'unknownField',
      at: 'sevrity',
      instead: 'severity',
    })
    expect(problem('env:prod').message).toContain('label.env')
    expect(problem('severity>=eror')).toMatchObject({ code: 'unknownValue', at: 'eror', instead: 'error' })
    expect(problem('status:open').message).toBe('status is one of triggered, acknowledged, resolved')
    expect(problem('service>pay')).toMatchObject({ code: 'wrongOperator', at: '>', instead: ':' })
    expect(problem('status!=resolved')).toMatchObject({ at: 'status!=', instead: '-status:' })
    expect(problem('age:2h')).toMatchObject({ code: 'wrongOperator', at: ':', instead: '<' })
    expect(problem('age<soon')).toMatchObject({ at: 'soon', instead: '2h' })
    expect(problem('triggered>2026-02-30')).toMatchObject({ at: '2026-02-30' })
    expect(problem('x service: y')).toMatchObject({ code: 'missingValue', at: ':', from: 9 })
    expect(problem('x "disk full')).toMatchObject({ code: 'unclosedQuote', from: 2, instead: '"disk full"' })
    expect(problem('severity>=error,info')).toMatchObject({ at: ',info', instead: '' })
    expect(problem('a OR b')).toMatchObject({ code: 'reservedWord', at: 'OR', instead: '"OR"' })
    expect(problem('"a"b')).toMatchObject({ code: 'strayCharacter', at: 'b', instead: ' b' })
    expect(problem('"a"😀')).toMatchObject({ at: '😀', instead: ' 😀' })
    expect(problem('a "')).toMatchObject({ code: 'unclosedQuote', at: '"', instead: null })
    expect(problem('a - b')).toMatchObject({ code: 'strayCharacter', at: '-', from: 2 })
  })

  it('prints a filter so that it is read back the same', () => {
    fc.assert(
      fc.property(filter, (written) => {
        const expected = written.terms.map(({ negated, condition: asked }) => ({ negated, condition: asked }))
        expect(terms(printFilter(written))).toEqual(expected)
      }),
      { numRuns: 1000 },
    )
  })

  it('reads any text or points inside of it, and what it proposes for a field or a quote is read', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom(...'aservice:label.x"\\*,<>=- #1'), maxLength: 24 }),
        (any) => {
          const reading = parseFilter(any)
          if (reading.ok) {
            const printed = printFilter(reading.filter)
            expect(terms(printed)).toEqual(terms(any))
            return
          }
          const { span, instead, code } = reading.problem
          expect(span.from).toBeGreaterThanOrEqual(0)
          expect(span.to).toBeGreaterThan(span.from)
          expect(span.to).toBeLessThanOrEqual(any.length)
          if (instead === null) return
          const next = parseFilter(any.slice(0, span.from) + instead + any.slice(span.to))
          if (code === 'unclosedQuote' && !next.ok) expect(next.problem.code).not.toBe('unclosedQuote')
        },
      ),
      { numRuns: 2000 },
    )
  })
})
