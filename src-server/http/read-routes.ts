import type { FastifyReply } from 'fastify'
import * as z from 'zod'
import { idSchema } from '../../src-shared/domain/ids.ts'
import { incidentStatusSchema } from '../../src-shared/domain/incident.ts'
import { parseFilter } from '../../src-shared/filter/parse-filter.ts'
import type { Filter, FilterAbout, FilterProblem } from '../../src-shared/filter/filter.ts'
import type { LogStore } from '../log/log-store.ts'
import type { Search } from '../search/search.ts'
import { identityOf } from './access-check.ts'
import { InputError, notFound } from './input-error.ts'
import type { App } from './zod-routes.ts'

const pageQuery = {
  /** The `next` of the page before. */
  after: z
    .string()
    .regex(/^\d{1,15}$/, 'is not the `next` of a page')
    .optional(),
  limit: z.coerce.number().int().min(1).max(1000).default(100),
}
/** A filter as operators write it. */
const filterText = z.string().max(2048).default('')
const incidentsQuery = z.strictObject({
  /** One or several, separated by commas; all when absent. */
  status: z
    .string()
    .transform((text) => text.split(','))
    .pipe(z.array(incidentStatusSchema).min(1))
    .optional(),
  q: filterText,
  ...pageQuery,
})
const eventsQuery = z.strictObject({
  q: filterText,
  dedupKey: z.string().min(1).max(255).optional(),
  incidentId: idSchema.optional(),
  ...pageQuery,
})
const detailQuery = z.strictObject(pageQuery)
const idParams = z.object({ id: idSchema })

export interface ReadRoutes {
  store: LogStore
  search: Search
  clock: { now(): number }
}

/** What the log holds, for programs and for people with curl. */
export function addReadRoutes(app: App, { store, search, clock }: ReadRoutes): void {
  app.get(
    '/v1/incidents',
    {
      schema: { querystring: incidentsQuery },
      config: {
        summary: 'Incidents, newest number first',
        answers: { 200: 'IncidentList' },
        problems: [400, 429, 503],
      },
    },
    async (request, reply) => {
      const { status: statuses = null, after = null, limit, q } = request.query
      const filter = readFilter(q, 'incidents')
      if (filter.terms.length === 0) return store.incidents({ statuses, after, limit })
      const me = identityOf(request).name
      return sendJson(
        reply,
        await search.ask({ about: 'incidents', filter, me, statuses, after, limit, now: clock.now() }),
      )
    },
  )

  app.get(
    '/v1/incidents/:id',
    {
      schema: { params: idParams, querystring: detailQuery },
      config: {
        summary: 'One incident with the first page of its alerts and a page of its timeline, oldest first',
        answers: { 200: 'IncidentDetail' },
        problems: [400, 404],
      },
    },
    async ({ params, query }) => {
      const found = await store.incident(params.id, query.limit)
      if (found === null) throw notFound(`there is no incident ${params.id}`)
      const timeline = await store.timeline(params.id, query.after ?? null, query.limit)
      return { ...found, timeline }
    },
  )

  app.get(
    '/v1/incidents/:id/alerts',
    {
      schema: { params: idParams, querystring: detailQuery },
      config: {
        summary: 'Alerts of one incident, in the order in which they opened',
        answers: { 200: 'AlertList' },
        problems: [400, 404],
      },
    },
    async ({ params, query }) => {
      const page = await store.alerts(params.id, query.after ?? null, query.limit)
      if (page.items.length === 0 && (await store.incident(params.id, 0)) === null)
        throw notFound(`there is no incident ${params.id}`)
      return page
    },
  )

  app.get(
    '/v1/events',
    {
      schema: { querystring: eventsQuery },
      config: { summary: 'Events, newest first', answers: { 200: 'EventList' }, problems: [400, 429, 503] },
    },
    async ({ query }, reply) => {
      const { dedupKey = null, incidentId = null, after = null, limit, q } = query
      const filter = withKey(readFilter(q, 'events'), dedupKey)
      if (filter.terms.length > 0) {
        const now = clock.now()
        return sendJson(reply, await search.ask({ about: 'events', filter, incidentId, after, limit, now }))
      }
      const { items, next } = await store.events({ incidentId, after, limit })
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
      return sendJson(reply, raw)
    },
  )
}

/** What is JSON already. */
function sendJson(reply: FastifyReply, text: string): FastifyReply {
  reply.serializer((json: string) => json)
  return reply.type('application/json; charset=utf-8').send(text)
}

function readFilter(text: string, about: FilterAbout): Filter {
  const reading = parseFilter(text, about)
  if (reading.ok) return reading.filter
  const { problem } = reading
  throw new InputError(400, { code: problem.code, message: sentenceFor(text, problem), field: 'q' })
}

function withKey(filter: Filter, dedupKey: string | null): Filter {
  if (dedupKey === null) return filter
  const condition = { kind: 'key', anyOf: [dedupKey] } as const
  return { terms: [...filter.terms, { negated: false, condition, span: { from: 0, to: 0 } }] }
}

/** Characters are counted from 1, as people count: one outside of the first plane of Unicode is one, too. */
function sentenceFor(text: string, { message, span, instead }: FilterProblem): string {
  const first = [...text.slice(0, span.from)].length + 1
  const last = Math.max(first, [...text.slice(0, span.to)].length)
  const where = last === first ? `character ${last}` : `characters ${first} to ${last}`
  // That something is to be left out, or a space to be put in, the message says.
  const advice = instead !== null && /^\S/.test(instead) ? `; did you mean ${instead}` : ''
  return `${where}: ${message}${advice}`.slice(0, 1024)
}
