import { request as requestHttp } from 'node:http'
import { request as requestHttps } from 'node:https'
import type { Route } from './route.ts'

/** The largest answer that is read: a snapshot page of large entries is a few MiB. */
const maxAnswerBytes = 64 * 1_048_576

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
      response.on('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          retryAfterMs: retryAfterMsOf(response.headers['retry-after']),
          isJson: isJson(response.headers['content-type']),
          text: Buffer.concat(chunks).toString('utf8'),
        }),
      )
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
