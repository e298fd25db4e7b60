import type { DemoControl } from '../demo/demo.ts'
import { InputError } from './input-error.ts'
import type { App } from './zod-routes.ts'

/** For those who give a demo; other servers have none of these. */
export function addDemoRoutes(app: App, demo: DemoControl): void {
  app.get(
    '/v1/demo',
    { config: { summary: 'Where the story of the demo is', answers: { 200: 'DemoStatus' } } },
    async () => demo.status(),
  )

  app.post(
    '/v1/demo/storm',
    {
      config: {
        access: 'act',
        summary: 'Begins a storm of 10,000 events that ends by itself',
        answers: { 202: 'DemoStorm' },
        problems: [429],
      },
    },
    async (_request, reply) => {
      const storm = demo.requestStorm()
      if (!storm.ok) {
        reply.header('retry-after', 10)
        throw new InputError(429, { code: storm.code, message: storm.message, field: null })
      }
      return reply.code(202).send(storm.value)
    },
  )
}
