import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readJson } from '../../src-renderer/state/json-text.ts'
import { RulesStore } from '../../src-renderer/state/rules-store.ts'
import { readRules } from '../../src-renderer/state/rules-text.ts'
import { texts } from '../../src-renderer/texts.ts'
import type { MethodAnswer, MethodInput } from '../../src-shared/console-api.ts'
import { previewAnswer } from '../support/renderer-harness/sample-reads.ts'
import { siteId } from '../support/renderer-harness/sample-rows.ts'

const example = texts.rules.example.text
const problemOf = (text: string) => {
  const reading = readRules(text)
  return reading.ok ? null : reading.problem.message
}

describe('JSON as it is written', () => {
  it.each([
    ['', 'Line 1, column 1: there is nothing here.'],
    ['[\n  { "name": "x" "match": [] }\n]', 'Line 2, column 17: a comma or a } is missing here.'],
    ['[{ "name" "x" }]', 'Line 1, column 11: a colon is missing here, between a name and its value.'],
    ['[{ "name": x }]', /^Line 1, column 12: this stands for nothing here; .* in double quotes/],
    ['[{ name: "x" }]', /^Line 1, column 4: this stands for nothing here; .* in double quotes/],
    ["['x']", /^Line 1, column 2: this stands for nothing here; .* in double quotes/],
    ['{ "a": , }', /^Line 1, column 8: a value is missing here: text in quotes/],
    ['{ "a": 1, 2 }', 'Line 1, column 11: the name of a field is missing here, in quotes.'],
    ['[{ "a": 1, }]', 'Line 1, column 12: after the last field there is no comma.'],
    ['[1, ]', 'Line 1, column 5: a value is missing before the ]; after the last one there is no comma.'],
    ['[\n{\n', 'Line 3, column 1: the text ends too early: } ] is missing.'],
    ['['.repeat(3000), /^Line 1, column 3001: the text ends too early: (\] ){10}and 2990 more is missing\.$/],
    ['["a\nb"]', /^Line 1, column 2: this text in quotes does not end on its line/],
    [String.raw`["\x"]`, /^Line 1, column 2: this text in quotes has a \\ that stands for nothing/],
    ['["a\tb"]', /^Line 1, column 2: this text in quotes has a tab or the like/],
    ['[\n  // of the disks\n]', 'Line 2, column 3: there are no comments in JSON.'],
    ['[1, /* disks */ 2]', 'Line 1, column 5: there are no comments in JSON.'],
    ['[{ "a": [1 2] }]', 'Line 1, column 12: a comma or a ] is missing here.'],
    ['[1e]', 'Line 1, column 2: this number is not complete.'],
    ['{ "a"', 'Line 1, column 6: the text ends too early: } is missing.'],
    ['[] []', 'Line 1, column 4: the rules have ended before this.'],
    ['[01]', 'Line 1, column 3: a comma or a ] is missing here.'],
    ['[1}', 'Line 1, column 3: a comma or a ] is missing here.'],
  ])('%j says where it is wrong, and what was expected there', (text, message) => {
    expect(problemOf(text)).toMatch(message)
  })

  it('is wrong too where it is deeper than can be looked through', () => {
    expect(problemOf('['.repeat(50_000))).toBe(
      'Line 1, column 1: there are too many brackets within each other.',
    )
  })

  it('is read where the browser reads it, and else points into the text or at its end', () => {
    const pieces = fc.constantFrom(
      '[',
      ']',
      '{',
      '}',
      ',',
      ':',
      '"a"',
      '"',
      '1',
      '-',
      'null',
      ' ',
      '\n',
      '\\',
    )
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 12 }), (parts) => {
        const text = parts.join('')
        const reading = readJson(text)
        if (reading.ok) return JSON.stringify(JSON.parse(text)) === JSON.stringify(reading.value)
        const { at, line, column } = reading.problem
        const lines = text.slice(0, at).split('\n')
        return at <= text.length && line === lines.length && column === (lines.at(-1)?.length ?? 0) + 1
      }),
    )
  })

  it('is wrong at the character that was put in', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const text = JSON.stringify([value])
        const reading = readJson(`${text.slice(0, -1)}§${text.slice(-1)}`)
        // A word takes what is written onto it, and is wrong from its beginning.
        const isWord = typeof value === 'boolean' || value === null
        return !reading.ok && reading.problem.at === (isWord ? 1 : text.length - 1)
      }),
    )
  })
})

describe('rules as they are written', () => {
  it('begin with an example that is right', () => {
    expect(readRules(example)).toMatchObject({ ok: true, rules: [{ name: 'service' }, { name: 'income' }] })
  })

  it('are sent so that who gets them reads the same rules again', () => {
    const reading = readRules(example)
    const sent = reading.ok ? reading.rules : []
    expect(readRules(JSON.stringify(sent))).toEqual({ ok: true, rules: sent })
  })

  it('say which rule is wrong, at which field, and how many more there are', () => {
    const rules = [{ name: 'zone', reason: 'same zone', groupBy: ['zone'] }, { name: 'x' }]
    expect(problemOf(JSON.stringify(rules))).toMatch(
      /^Rule 1 \(zone\), groupBy\.0: is no field of an event: .*label\. and the name of a label\. And 1 more mistake\.$/,
    )
    expect(problemOf('[{ "title": "x" }]')).toMatch(/^Rule 1, name: /)
    expect(problemOf('{}')).toMatch(/^The rules as a whole: /)
  })

  it('are told to be too long, instead of ending the connection', () => {
    const match = [{ field: 'service', anyOf: Array.from({ length: 200 }, () => 'x'.repeat(400)) }]
    expect(problemOf(JSON.stringify([{ name: 'x', match, priority: 'P1' }]))).toMatch(/60 KB/)
  })
})

describe('a trial of rules', () => {
  const busy: MethodAnswer<'previewRules'> = { ok: false, code: 'busy', message: 'one at a time' }
  function start() {
    const asked: MethodInput<'previewRules'>[] = []
    const answers: ((answer: MethodAnswer<'previewRules'>) => void)[] = []
    const rules = new RulesStore((input) => {
      asked.push(input)
      return new Promise((resolve) => answers.push(resolve))
    })
    return { rules, asked, answer: (given: MethodAnswer<'previewRules'>) => answers.at(-1)?.(given) }
  }

  it('sends what is written, one at a time, and keeps its answer when the next has none', async () => {
    const { rules, asked, answer } = start()
    rules.write({ hours: 2 })
    const first = rules.try(siteId)
    void rules.try(siteId)
    expect(asked).toMatchObject([{ siteId, hours: 2, rules: [{ name: 'service' }, { name: 'income' }] }])
    answer({ ok: true, value: previewAnswer() })
    await first
    const second = rules.try(siteId)
    answer(busy)
    await second
    expect(rules.store.getState()).toMatchObject({
      isTrying: false,
      failure: 'one at a time',
      answer: { tried: { siteId, hours: 2 }, preview: { events: 412 } },
    })
  })

  it('asks nobody about what cannot be read, and forgets the mistake with the next key', async () => {
    const { rules, asked } = start()
    rules.write({ text: '[' })
    await rules.try(siteId)
    expect(asked).toEqual([])
    expect(rules.store.getState().problem?.at).toBe(1)
    rules.write({ text: '[]' })
    expect(rules.store.getState().problem).toBeNull()
  })
})
