import {
  consoleMethods,
  isMethodName,
  type MethodAnswer,
  type MethodInput,
  type MethodName,
  type MethodOutput,
} from '../../src-shared/console-api.ts'
import type { Result } from '../../src-shared/domain/result.ts'
import { problemOf } from '../../src-shared/protocol/problem.ts'
import type { Log } from './ports.ts'

/** What answers each method of the contract. */
export type MethodHandlers = {
  [M in MethodName]: (input: MethodInput<M>) => Promise<Result<MethodOutput<M>>>
}

/** Checks a call and has it answered. Never rejects: what goes wrong is an answer with a code. */
export async function answerCall(
  handlers: MethodHandlers,
  method: string,
  input: unknown,
  log: Log,
): Promise<MethodAnswer<MethodName>> {
  if (!isMethodName(method))
    return { ok: false, code: 'unknownMethod', message: `there is no method ${method}` }
  const checked = consoleMethods[method].input.safeParse(input)
  if (!checked.success) {
    const { code, message } = problemOf(checked.error)
    return { ok: false, code, message }
  }
  try {
    // The input was parsed by the schema of this very method, which TypeScript cannot see through the union.
    const handler = handlers[method] as (input: unknown) => Promise<Result<MethodOutput<MethodName>>>
    return await handler(checked.data)
  } catch (error) {
    log('error', `${method} failed`, { error: String(error) })
    return { ok: false, code: 'failed', message: error instanceof Error ? error.message : String(error) }
  }
}
