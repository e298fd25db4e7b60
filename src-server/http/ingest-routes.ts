import * as z from 'zod'
import { streamDefaults } from '../../src-shared/protocol/limits.ts'
import type { Ingest } from '../ingest/ingest.ts'
import { identityOf } from './access-check.ts'
import { InputError } from './input-error.ts'
import type { ServerMetrics } from './metrics.ts'
import type { App } from './zod-routes.ts'

/** More requests than this wait for the disk at once: senders come back later instead of piling up in memory. */
const maxWaiting = 2_000

/** Where monitoring sends its events. */
export function addIngestRoutes(app: App, ingest: Ingest, metrics: ServerMetrics): void {
  let waiting = 0
  app.post(
    '/v1/ingest/:kind',
    {
      schema: { params: z.object({ kind: z.string().max(64) }) },
      bodyLimit: streamDefaults.maxIngestBytes,
      config: {
        access: 'send',
        summary: 'Takes events in the form of one kind of source: events, alertmanager',
        requestBody: 'IngestRequest',
        answers: { 202: 'IngestAnswer' },
        problems: [400, 404, 413, 415, 429, 503],
      },
    },
    async (request, reply) => {
      if (waiting >= maxWaiting) {
        reply.header('retry-after', 1)
        const message = 'more arrives than the disk takes; send again in a second'
        throw new InputError(429, { code: 'tooMuch', message, field: null })
      }
      // A missing body has no type that could be wrong: it is said as what it is.
      if (request.rawText === '') {
        throw new InputError(400, { code: 'notJson', message: 'the body is empty; send JSON', field: null })
      }
      const { kind } = request.params
      const startedAt = performance.now()
      waiting += 1
      try {
        const answer = await ingest.accept(kind, identityOf(request), request.body, request.rawText)
        metrics.ingested(answer.status, (performance.now() - startedAt) / 1000)
        return await reply.code(answer.status).send(answer.body)
      } finally {
        waiting -= 1
      }
    },
  )
}
