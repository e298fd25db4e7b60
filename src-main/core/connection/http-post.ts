import { request as requestHttp } from 'node:http'
import { request as requestHttps } from 'node:https'
import { promisify } from 'node:util'
import { gunzip } from 'node:zlib'
import { isThisMachine, type Route } from './route.ts'

/** The largest answer that is read: a snapshot page of large entries is a few MiB. */
const maxAnswerBytes = 64 * 1_048_576

const unzip = promisify(gunzip)

export interface PostAnswer {
  status: number
  /** Of `Retry-After`; null without one. */
  retryAfterMs: number | null
  isJson: boolean
  text: string
}

/** Posts JSON and reads the whole answer. Rejects with the network's own error; an abort rejects too. */
export function postJson(
  url: URL,
  body: unknown,
  { token, route, signal }: { token: string; route: Route; signal: AbortSignal },
): Promise<PostAnswer> {
  const text = JSON.stringify(body)
  const request = url.protocol === 'https:' ? requestHttps : requestHttp
  return new Promise((resolve, reject) => {
    const posted = request(url, {
      method: 'POST',
      agent: route.agent,
      ...route.secure,
      signal,
      headers: {
        authorization: `Bearer ${token}`,
        'content-type': 'application/json',
        ...(isThisMachine(url.href) ? {} : { 'accept-encoding': 'gzip' }),
        'content-length': Buffer.byteLength(text),
      },
    })
    posted.on('error', reject)
    posted.on('response', (response) => {
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
    posted.end(text)
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
