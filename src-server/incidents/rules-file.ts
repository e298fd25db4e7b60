import { readFileSync } from 'node:fs'
import type * as z from 'zod'
import { correlationRulesSchema, type CorrelationRule } from '../../src-shared/correlation/rule.ts'
import { problemOf } from '../../src-shared/protocol/problem.ts'
import { serviceRulesSchema, type ServiceRule } from '../../src-shared/services/service-rule.ts'

/** The correlation rules of a JSON file, in its order. Throws with the file and the field that is wrong. */
export function readRulesFile(path: string): CorrelationRule[] {
  return readFile('--rules', path, correlationRulesSchema)
}

/** The rules of a JSON file by which events get their service, likewise. */
export function readServiceRulesFile(path: string): ServiceRule[] {
  return readFile('--service-rules', path, serviceRulesSchema)
}

function readFile<T>(option: string, path: string, schema: z.ZodType<T>): T {
  let content: unknown
  try {
    // Editors on Windows begin a file with a mark that JSON does not know.
    content = JSON.parse(readFileSync(path, 'utf8').replace(/^\uFEFF/, ''))
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause)
    throw new Error(`${option} ${path}: ${why}`, { cause })
  }
  const parsed = schema.safeParse(content)
  if (!parsed.success) throw new Error(`${option} ${path}: ${problemOf(parsed.error).message}`)
  return parsed.data
}
