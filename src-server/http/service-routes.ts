import * as z from 'zod'
import { idSchema } from '../../src-shared/domain/ids.ts'
import type { LogStore } from '../log/log-store.ts'
import { notFound } from './input-error.ts'
import type { App } from './zod-routes.ts'

const servicesQuery = z.strictObject({
  /** All of a name, without regard to case; `*` stands for any run of characters. */
  name: z.string().min(1).max(200).optional(),
  /** The `next` of the page before. */
  after: z.string().min(1).max(512).optional(),
  limit: z.coerce.number().int().min(1).max(1000).default(100),
})

/** The catalogue: what can break, whose it is, and where its runbook is. */
export function addServiceRoutes(app: App, store: LogStore): void {
  app.get(
    '/v1/services',
    {
      schema: { querystring: servicesQuery },
      config: { summary: 'Services, by name', answers: { 200: 'ServiceList' }, problems: [400] },
    },
    async ({ query }) => {
      const { name = null, after = null, limit } = query
      return store.serviceList({ name, after, limit })
    },
  )

  app.get(
    '/v1/services/:id',
    {
      schema: { params: z.object({ id: idSchema }) },
      config: { summary: 'One service', answers: { 200: 'Service' }, problems: [400, 404] },
    },
    async ({ params }) => {
      const [service] = await store.services([params.id])
      if (service === undefined) throw notFound(`there is no service ${params.id}`)
      return service
    },
  )
}
