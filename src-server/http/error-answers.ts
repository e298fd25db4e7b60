import type { FastifyError, FastifyInstance, FastifyReply } from 'fastify'
import type { Problem } from '../../src-shared/protocol/problem.ts'
import { StoreUnavailableError } from '../log/log-store.ts'
import { SearchError } from '../search/search.ts'
import type { StreamLog } from '../stream/stream-service.ts'
import { InputError } from './input-error.ts'

interface Answer {
  status: number
  problem: Problem
  retryAfterSeconds?: number | undefined
}

/** A full disk is not emptied in a second. */
const storeRetryAfterSeconds = 5

/** Gives every failure of a request the one form of error answers. */
export function answerErrors(app: FastifyInstance, log: StreamLog): void {
  app.setErrorHandler<FastifyError>((error, _request, reply) => {
    const answer = answerFor(error)
    // What was ended because its client had gone is no failure. All else is, also when nobody waits for it any more.
    const wasLeft = reply.raw.destroyed && error.name === 'AbortError'
    if (answer.status >= 500 && !wasLeft) log.error({ error: describe(error) }, 'a request failed')
    sendProblem(reply, answer)
  })
}

export function sendProblem(reply: FastifyReply, { status, problem, retryAfterSeconds }: Answer): void {
  if (retryAfterSeconds !== undefined) reply.header('retry-after', retryAfterSeconds)
  reply.code(status).send({ error: problem })
}

function answerFor(error: FastifyError | Error): Answer {
  if (error instanceof InputError) return error
  if (error instanceof StoreUnavailableError) {
    const problem = { code: 'storeUnavailable', message: error.message.slice(0, 1024), field: null }
    return { status: 503, problem, retryAfterSeconds: storeRetryAfterSeconds }
  }
  if (error instanceof SearchError) {
    const problem = { code: searchCodes[error.code], message: error.message, field: null }
    return { status: error.code === 'busy' ? 429 : 503, problem, retryAfterSeconds: 1 }
  }
  const known = 'code' in error ? knownErrors[error.code] : undefined
  if (known)
    return { status: known.status, problem: { code: known.code, message: known.message, field: null } }
  const status = 'statusCode' in error ? (error.statusCode ?? 500) : 500
  if (status >= 400 && status < 500) {
    return { status, problem: { code: 'invalid', message: error.message.slice(0, 1024), field: null } }
  }
  const message = 'the server failed at this request; its log says why'
  return { status: 500, problem: { code: 'internal', message, field: null } }
}

const searchCodes = { busy: 'busy', unavailable: 'searchUnavailable' } as const

/** What the HTTP library calls the failures that have words of their own here. */
const knownErrors: Readonly<Record<string, { status: number; code: string; message: string }>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: {
    status: 413,
    code: 'tooLarge',
    message: 'the body is too large: 512 KiB at most for ingest, 64 KiB elsewhere',
  },
  FST_ERR_CTP_INVALID_MEDIA_TYPE: {
    status: 415,
    code: 'unsupportedMediaType',
    message: 'send JSON with Content-Type: application/json',
  },
  FST_ERR_CTP_INVALID_JSON_BODY: { status: 400, code: 'notJson', message: 'the body is not valid JSON' },
  FST_ERR_CTP_EMPTY_JSON_BODY: { status: 400, code: 'notJson', message: 'the body is empty; send JSON' },
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: {
    status: 400,
    code: 'invalid',
    message: 'the body is not as long as Content-Length says',
  },
  FST_ERR_BAD_URL: { status: 400, code: 'invalid', message: 'the address is not a valid URL path' },
}

function describe(error: Error): string {
  return error.stack ?? error.message
}
