import Fastify, { type FastifyInstance } from 'fastify'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { answerErrors } from '../../src-server/http/error-answers.ts'
import { oneAtATime } from '../../src-server/http/one-at-a-time.ts'

/** What is long in the making, over real HTTP: here it takes until it is stopped. */

let app: FastifyInstance
let url: string
const failures: string[] = []
const stopping = new AbortController()
beforeEach(async () => {
  failures.length = 0
  app = Fastify()
  const error = (_details: object, message: string): void => void failures.push(message)
  answerErrors(app, { info: () => undefined, warn: () => undefined, error })
  const alone = oneAtATime('one at a time', stopping.signal)
  app.get('/quick', (_request, reply) => alone(reply, () => Promise.resolve('done')))
  app.get('/endless', (_request, reply) =>
    alone(
      reply,
      (stop) =>
        new Promise((_, reject) => stop.addEventListener('abort', () => reject(stop.reason as Error))),
    ),
  )
  app.get('/failing', (_request, reply) =>
    alone(
      reply,
      (stop) =>
        new Promise((_, reject) =>
          stop.addEventListener('abort', () => reject(new Error('the disk is gone'))),
        ),
    ),
  )
  url = await app.listen({ port: 0, host: '127.0.0.1' })
})
afterEach(() => app.close())

it('is made for one at a time, and for nobody who has gone', async () => {
  const leaving = new AbortController()
  const endless = fetch(`${url}/endless`, { signal: leaving.signal }).catch((error: unknown) => String(error))
  await expect.poll(async () => (await fetch(`${url}/quick`)).status).toBe(429)
  const refused = await fetch(`${url}/quick`)
  expect([refused.headers.get('retry-after'), await refused.json()]).toEqual([
    '1',
    { error: { code: 'busy', message: 'one at a time', field: null } },
  ])
  leaving.abort()
  expect(await endless).toContain('abort')
  await expect.poll(async () => (await fetch(`${url}/quick`)).status).toBe(200)
  expect(failures).toEqual([])
})

it('is in the log when it fails by itself, also when nobody waits for it any more', async () => {
  const leaving = new AbortController()
  const failing = fetch(`${url}/failing`, { signal: leaving.signal }).catch(String)
  await expect.poll(async () => (await fetch(`${url}/quick`)).status).toBe(429)
  leaving.abort()
  await failing
  await expect.poll(() => failures).toEqual(['a request failed'])
})
