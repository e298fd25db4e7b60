import type { LogStore } from '../log/log-store.ts'
import { InputError } from './input-error.ts'
import type { ServerMetrics } from './metrics.ts'
import type { App } from './zod-routes.ts'

/** For those who watch the watcher. */
export function addHealthRoutes(
  app: App,
  store: LogStore,
  metrics: ServerMetrics,
  stopping: AbortSignal,
): void {
  app.get(
    '/healthz',
    { config: { access: 'open', summary: 'The process lives', answers: { 200: 'Health' } } },
    async () => ({ status: 'ok' }),
  )

  app.get(
    '/readyz',
    {
      config: {
        access: 'open',
        summary: 'It can accept events',
        answers: { 200: 'Health' },
        problems: [503],
      },
    },
    async () => {
      const reason = stopping.aborted ? 'the server is stopping' : store.unavailable()
      if (reason !== null) {
        throw new InputError(503, { code: 'notReady', message: reason.slice(0, 1024), field: null })
      }
      return { status: 'ok' }
    },
  )

  app.get(
    '/metrics',
    { config: { summary: 'Figures for Prometheus', answers: { 200: { text: 'text/plain' } } } },
    async (_request, reply) => {
      const text = await metrics.text()
      reply.serializer((ready: string) => ready)
      return reply.type(metrics.contentType).send(text)
    },
  )

  app.get(
    '/v1/openapi.json',
    { config: { summary: 'This description', answers: { 200: { text: 'application/json' } } } },
    async () => app.swagger(),
  )
}
