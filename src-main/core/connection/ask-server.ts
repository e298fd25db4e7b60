import type { SecureContext } from 'node:tls'
import * as z from 'zod'
import { failure, success, type Result } from '../../../src-shared/domain/result.ts'
import { problemSchema } from '../../../src-shared/protocol/problem.ts'
import type { Clock, Proxies } from '../ports.ts'
import { endingOfError, endingOfStatus, proxyName } from './failure-words.ts'
import { getAnswer, postJson, type HttpAnswer } from './http-exchange.ts'
import { createRoute } from './route.ts'

export interface AskContext {
  clock: Clock
  proxies: Proxies
  certificates: () => SecureContext
}

/** One request to a server beside its stream. */
export interface ServerQuestion<T extends z.ZodType> {
  /** From the server's address on, with its query. */
  path: string
  /** Posted as JSON; without one it is a GET. */
  body?: unknown
  answer: T
  /** Longer than an answer may take, in ms. */
  withinMs: number
}

export interface AskedServer {
  url: string
  token: string
}

const refusalSchema = z.object({ error: problemSchema })

/**
 * Asks, on the way that the stream takes too. Fails with the server's own code and words where it refuses, and when to ask
 * again if it says so; with `unreachable` where it cannot be asked or does not answer in time; with `notUnderstood` where it
 * gives anything else.
 */
export async function askServer<T extends z.ZodType>(
  context: AskContext,
  target: () => Promise<Result<AskedServer>>,
  question: ServerQuestion<T>,
): Promise<Result<z.output<T>>> {
  const over = new AbortController()
  const late = new Promise<Result<never>>((resolve) => {
    over.signal.addEventListener('abort', () =>
      resolve(failure('unreachable', 'the server has not answered in time')),
    )
  })
  const cancel = context.clock.setTimer(question.withinMs, () => over.abort())
  try {
    // The token and the proxy may never be told, and know of no signal.
    return await Promise.race([exchange(context, target, question, over.signal), late])
  } finally {
    cancel()
    over.abort()
  }
}

async function exchange<T extends z.ZodType>(
  { proxies, certificates }: AskContext,
  target: () => Promise<Result<AskedServer>>,
  { path, body, answer }: ServerQuestion<T>,
  signal: AbortSignal,
): Promise<Result<z.output<T>>> {
  let proxyUrl: string | null = null
  try {
    const found = await target()
    if (!found.ok) return found
    const { url, token } = found.value
    proxyUrl = await proxies.proxyFor(url)
    const secureContext = url.startsWith('https:') ? certificates() : null
    const route = createRoute({ url, proxyUrl, secureContext, isTunnel: false, signal })
    const at = new URL(path, url.endsWith('/') ? url : `${url}/`)
    const context = { token, route, signal }
    const answered = await (body === undefined ? getAnswer(at, context) : postJson(at, body, context))
    if (answered.status < 200 || answered.status > 299)
      return refused(answered, proxyUrl, route.proxyStatus() !== null)
    const checked = answer.safeParse(jsonOf(answered))
    return checked.success
      ? success(checked.data)
      : failure('notUnderstood', 'the server gave an answer that cannot be understood')
  } catch (error) {
    const cause = error instanceof Error ? error : new Error(String(error))
    const { message } = endingOfError(cause, proxyUrl === null ? null : proxyName(proxyUrl))
    return failure('unreachable', message)
  }
}

function refused(answered: HttpAnswer, proxyUrl: string | null, isProxy: boolean): Result<never> {
  const { status, retryAfterMs } = answered
  const refusal = refusalSchema.safeParse(jsonOf(answered))
  if (refusal.success && !isProxy) {
    const { code, message } = refusal.data.error
    return { ...failure(code, message), ...(retryAfterMs !== null && { retryAfterMs }) }
  }
  const proxy = proxyUrl === null ? null : proxyName(proxyUrl)
  const hasLogin = proxyUrl !== null && new URL(proxyUrl).username !== ''
  const by = { isWatchfloor: false, proxy, isProxy, hasLogin }
  return failure('unreachable', endingOfStatus(status, retryAfterMs, by).message)
}

/** Undefined for what is no JSON. */
function jsonOf({ isJson, text }: HttpAnswer): unknown {
  try {
    return isJson ? JSON.parse(text) : undefined
  } catch {
    return undefined
  }
}
