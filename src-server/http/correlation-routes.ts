import { previewRequestSchema } from '../../src-shared/protocol/reads.ts'
import type { CorrelationPreview } from '../incidents/correlation-preview.ts'
import { oneAtATime } from './one-at-a-time.ts'
import type { App } from './zod-routes.ts'

/** Trying out correlation rules on what really came. */
export function addCorrelationRoutes(app: App, preview: CorrelationPreview, stopping: AbortSignal): void {
  const alone = oneAtATime(
    'another preview is being made: one at a time, ask again when it is done',
    stopping,
  )
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
    async ({ body }, reply) => alone(reply, (stop) => preview(body.rules, body.hours, stop)),
  )
}
