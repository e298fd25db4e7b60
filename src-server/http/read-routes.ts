import * as z from 'zod'
import { idSchema } from '../../src-shared/domain/ids.ts'
import { incidentStatusSchema } from '../../src-shared/domain/incident.ts'
import type { LogStore } from '../log/log-store.ts'
import { notFound } from './input-error.ts'
import type { App } from './zod-routes.ts'

const pageQuery = {
  /** The `next` of the page before. */
  after: z.string().min(1).max(512).optional(),
  limit: z.coerce.number().int().min(1).max(1000).default(100),
}
const incidentsQuery = z.strictObject({
  /** One or several, separated by commas; all when absent. */
  status: z
    .string()
    .transform((text) => text.split(','))
    .pipe(z.array(incidentStatusSchema).min(1))
    .optional(),
  ...pageQuery,
})
const eventsQuery = z.strictObject({
  dedupKey: z.string().min(1).max(255).optional(),
  incidentId: idSchema.optional(),
  ...pageQuery,
})
const detailQuery = z.strictObject(pageQuery)
const idParams = z.object({ id: idSchema })

/** What the log holds, for programs and for people with curl. */
export function addReadRoutes(app: App, store: LogStore): void {
  app.get(
    '/v1/incidents',
    {
      schema: { querystring: incidentsQuery },
      config: {
        summary: 'Incidents, newest number first',
        answers: { 200: 'IncidentList' },
        problems: [400],
      },
    },
    async ({ query }) =>
      store.incidents({ statuses: query.status ?? null, after: query.after ?? null, limit: query.limit }),
  )

  app.get(
    '/v1/incidents/:id',
    {
      schema: { params: idParams, querystring: detailQuery },
      config: {
        summary: 'One incident with its alerts and a page of its timeline, oldest first',
        answers: { 200: 'IncidentDetail' },
        problems: [400, 404],
      },
    },
    async ({ params, query }) => {
      const found = await store.incident(params.id)
      if (found === null) throw notFound(`there is no incident ${params.id}`)
      const timeline = await store.timeline(params.id, query.after ?? null, query.limit)
      return { ...found, timeline }
    },
  )

  app.get(
    '/v1/events',
    {
      schema: { querystring: eventsQuery },
      config: { summary: 'Events, newest first', answers: { 200: 'EventList' }, problems: [400] },
    },
    async ({ query }) => {
      const { dedupKey = null, incidentId = null, after = null, limit } = query
      const { items, next } = await store.events({ dedupKey, incidentId, after, limit })
      return { items: items.map((entry) => entry.event), next }
    },
  )

  app.get(
    '/v1/events/:id/raw',
    {
      schema: { params: idParams },
      config: {
        summary: 'The payload of an event as it came',
        answers: { 200: { text: 'application/json' } },
        problems: [400, 404],
      },
    },
    async ({ params }, reply) => {
      const raw = await store.rawPayload(params.id)
      if (raw === null) throw notFound(`no payload is kept for event ${params.id}`)
      reply.serializer((text: string) => text)
      return reply.type('application/json; charset=utf-8').send(raw)
    },
  )
}
