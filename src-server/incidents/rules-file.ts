import { readFileSync } from 'node:fs'
import { correlationRulesSchema, type CorrelationRule } from '../../src-shared/correlation/rule.ts'
import { problemOf } from '../../src-shared/protocol/problem.ts'

/** The correlation rules of a JSON file, in its order. Throws with the file and the field that is wrong. */
export function readRulesFile(path: string): CorrelationRule[] {
  let content: unknown
  try {
    content = JSON.parse(readFileSync(path, 'utf8'))
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause)
    throw new Error(`--rules ${path}: ${why}`, { cause })
  }
  const parsed = correlationRulesSchema.safeParse(content)
  if (!parsed.success) throw new Error(`--rules ${path}: ${problemOf(parsed.error).message}`)
  return parsed.data
}
