import type { MethodInput } from '../../src-shared/console-api.ts'
import { correlationRulesSchema } from '../../src-shared/correlation/rule.ts'
import { texts } from '../texts.ts'
import { readJson } from './json-text.ts'

const words = texts.rules

/** What carries a question takes 64 KiB (`maxClientFrameBytes`), with what stands around the rules. */
const mostBytes = 60_000

/** What is wrong with rules as they are written, in a sentence; `at` where that is one character of the text. */
export interface RulesProblem {
  message: string
  at: number | null
}

export type RulesReading =
  { ok: true; rules: MethodInput<'previewRules'>['rules'] } | { ok: false; problem: RulesProblem }

/** Reads rules as the file of a server has them; what is wrong with them names its line, or the rule and its field. */
export function readRules(text: string): RulesReading {
  const json = readJson(text)
  if (!json.ok) {
    const { line, column, message, at } = json.problem
    return { ok: false, problem: { message: words.place(line, column, message), at } }
  }
  const parsed = correlationRulesSchema.safeParse(json.value)
  if (!parsed.success)
    return { ok: false, problem: { message: flawsOf(parsed.error.issues, json.value), at: null } }
  if (new TextEncoder().encode(JSON.stringify(parsed.data)).length > mostBytes)
    return { ok: false, problem: { message: words.whole(words.tooLong), at: null } }
  return { ok: true, rules: parsed.data }
}

interface Flaw {
  path: readonly PropertyKey[]
  message: string
}

function flawsOf([first, ...others]: readonly Flaw[], rules: unknown): string {
  if (first === undefined) return ''
  const [index, ...field] = first.path
  const more = others.length === 0 ? '' : words.more(others.length)
  if (typeof index !== 'number') return words.whole(first.message) + more
  return words.field(index + 1, nameOf(rules, index), field.map(String).join('.'), first.message) + more
}

function nameOf(rules: unknown, index: number): string | null {
  const rule: unknown = Array.isArray(rules) ? rules[index] : null
  if (typeof rule !== 'object' || rule === null || !('name' in rule)) return null
  return typeof rule.name === 'string' && rule.name !== '' ? rule.name.slice(0, 100) : null
}
