import type * as z from 'zod'
import { problemOf, type Problem } from '../../src-shared/protocol/problem.ts'

/** What a client sent is wrong: answered with the status and the problem, never logged as a failure. */
export class InputError extends Error {
  override readonly name = 'InputError'
  readonly status: number
  readonly problem: Problem
  readonly retryAfterSeconds: number | undefined

  constructor(status: number, problem: Problem, retryAfterSeconds?: number) {
    super(problem.message)
    this.status = status
    this.problem = problem
    this.retryAfterSeconds = retryAfterSeconds
  }

  static fromSchema(error: z.ZodError): InputError {
    return new InputError(400, problemOf(error))
  }
}

export function notFound(message: string): InputError {
  return new InputError(404, { code: 'notFound', message, field: null })
}
