import type { CorrelationPreview } from '../incidents/correlation-preview.ts'
import { previewRequestSchema } from './api-schemas.ts'
import { InputError } from './input-error.ts'
import type { App } from './zod-routes.ts'

/** Trying out correlation rules on what really came. */
export function addCorrelationRoutes(app: App, preview: CorrelationPreview, stopping: AbortSignal): void {
  let isBusy = false
  app.post(
    '/v1/correlation/preview',
    {
      schema: { body: previewRequestSchema },
      config: {
        access: 'act',
        summary:
          'What these rules, before the built-in ones, would have made of the events of the last hours',
        requestBody: 'PreviewRequest',
        answers: { 200: 'CorrelationPreview' },
        problems: [400, 413, 415, 429],
      },
    },
    async ({ body }, reply) => {
      if (isBusy) {
        reply.header('retry-after', 1)
        const message = 'another preview is being made: one at a time, ask again when it is done'
        throw new InputError(429, { code: 'busy', message, field: null })
      }
      isBusy = true
      try {
        return await preview(body.rules, body.hours, stopping)
      } finally {
        isBusy = false
      }
    },
  )
}
