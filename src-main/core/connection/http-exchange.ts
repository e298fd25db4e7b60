import { request as requestHttp } from 'node:http'
import { request as requestHttps } from 'node:https'
import { promisify } from 'node:util'
import { gunzip } from 'node:zlib'
import { isThisMachine, type Route } from './route.ts'

/** The largest answer that is read: a snapshot page of large entries is a few MiB. */
const maxAnswerBytes = 64 * 1_048_576

const unzip = promisify(gunzip)

export interface HttpAnswer {
  status: number
  /** Of `Retry-After`; null without one. */
  retryAfterMs: number | null
  isJson: boolean
  text: string
}

export interface HttpContext {
  token: string
  route: Route
  signal: AbortSignal
}

/** Posts JSON and reads the whole answer. Rejects with the network's own error; an abort rejects too. */
export function postJson(url: URL, body: unknown, context: HttpContext): Promise<HttpAnswer> {
  return exchange(url, JSON.stringify(body), context)
}

/** Reads the whole answer to a GET; rejects as `postJson` does. */
export function getAnswer(url: URL, context: HttpContext): Promise<HttpAnswer> {
  return exchange(url, null, context)
}

function exchange(url: URL, body: string | null, { token, route, signal }: HttpContext): Promise<HttpAnswer> {
  const request = url.protocol === 'https:' ? requestHttps : requestHttp
  const content =
    body === null ? {} : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }
  return new Promise((resolve, reject) => {
    const sent = request(url, {
      method: body === null ? 'GET' : 'POST',
      agent: route.agent,
      ...route.secure,
      signal,
      headers: {
        authorization: `Bearer ${token}`,
        ...(isThisMachine(url.href) ? {} : { 'accept-encoding': 'gzip' }),
        ...content,
      },
    })
    sent.on('error', reject)
    sent.on('response', (response) => {
      const chunks: Buffer[] = []
      let bytes = 0
      response.on('data', (chunk: Buffer) => {
        chunks.push(chunk)
        bytes += chunk.length
        if (bytes > maxAnswerBytes) response.destroy(new Error('the answer is too large'))
      })
      response.on('error', reject)
      response.on('end', () => {
        const { statusCode: status = 0, headers } = response
        const retryAfterMs = retryAfterMsOf(headers['retry-after'])
        const facts = { status, retryAfterMs, isJson: isJson(headers['content-type']) }
        const whole = Buffer.concat(chunks)
        if (headers['content-encoding'] === 'gzip')
          unzip(whole, { maxOutputLength: maxAnswerBytes }).then(
            (bytes) => resolve({ ...facts, text: bytes.toString('utf8') }),
            reject,
          )
        else resolve({ ...facts, text: whole.toString('utf8') })
      })
    })
    sent.end(body ?? undefined)
  })
}

/** Seconds as servers of this protocol write them; null for anything else. */
export function retryAfterMsOf(header: string | undefined): number | null {
  const seconds = header === undefined ? Number.NaN : Number(header)
  return Number.isFinite(seconds) && seconds >= 0 ? seconds * 1_000 : null
}

export function isJson(contentType: string | undefined): boolean {
  return contentType?.startsWith('application/json') === true
}
