import * as z from 'zod'
import { idSchema } from '../../src-shared/domain/ids.ts'
import type { EntryOf } from '../../src-shared/domain/log-entry.ts'
import type { Source } from '../../src-shared/domain/service.ts'
import { expectSource } from '../ingest/source-silence.ts'
import type { LogStore } from '../log/log-store.ts'
import { identityOf } from './access-check.ts'
import { sourceRequestSchema } from './api-schemas.ts'
import { notFound } from './input-error.ts'
import type { App } from './zod-routes.ts'

const pageLimit = { entries: 1_000, bytes: 1_048_576 }

/** Who sends events here, when they were last heard, and how often they should be. */
export function addSourceRoutes(app: App, store: LogStore): void {
  app.get(
    '/v1/sources',
    {
      config: {
        summary: 'Sources with their heartbeat and silence, by name',
        answers: { 200: 'SourceList' },
      },
    },
    async () => ({ items: await allSources(store) }),
  )

  app.put(
    '/v1/sources/:id',
    {
      schema: { params: z.object({ id: idSchema }), body: sourceRequestSchema },
      config: {
        access: 'administer',
        summary: 'Says how often a source is to be heard; null: it is never silent',
        requestBody: 'SourceRequest',
        answers: { 200: 'Source' },
        problems: [400, 404, 413, 415, 503],
      },
    },
    async (request) => {
      const { id } = request.params
      const { expectedEveryMs } = request.body
      const { name } = identityOf(request)
      const source = await store.write((turn) => expectSource(turn, id, expectedEveryMs, name))
      if (source === null) throw notFound(`there is no source ${id}`)
      return source
    },
  )
}

async function allSources(store: LogStore): Promise<Source[]> {
  const sources: Source[] = []
  let after: string | null = null
  do {
    const page = await store.readSnapshot(['sources'], after, pageLimit)
    for (const { json } of page.items) sources.push((JSON.parse(json) as EntryOf<'source'>).source)
    after = page.next
  } while (after !== null)
  return sources.toSorted((a, b) => (a.name < b.name ? -1 : 1))
}
