import * as z from 'zod'
import type { FiguresOf } from '../search/log-figures.ts'
import { InputError } from './input-error.ts'
import { oneAtATime } from './one-at-a-time.ts'
import type { App } from './zod-routes.ts'

/** As long as the log goes back by default, and a day. */
const longestWindowMs = 31 * 86_400_000
const dayMs = 86_400_000

/** Milliseconds since 1970, or ISO 8601. */
const instant = z.union(
  [z.coerce.number().int().min(0), z.iso.datetime({ offset: true }).transform((text) => Date.parse(text))],
  { error: 'must be milliseconds since 1970, or a time such as 2026-11-23T14:30:00Z' },
)
const figuresQuery = z.strictObject({ from: instant.optional(), to: instant.optional() })

export interface FiguresRoutes {
  figuresOf: FiguresOf
  clock: { now(): number }
  stopping: AbortSignal
}

/** How quickly people answered, and how healthy the alarms are. */
export function addFiguresRoutes(app: App, { figuresOf, clock, stopping }: FiguresRoutes): void {
  const alone = oneAtATime(
    'other figures are being computed: one at a time, ask again when they are done',
    stopping,
  )
  app.get(
    '/v1/figures',
    {
      schema: { querystring: figuresQuery },
      config: {
        summary:
          'Response times, counts and alarm health from `from` to `to`; the last 24 hours when not given',
        answers: { 200: 'Figures' },
        problems: [400, 429],
      },
    },
    async ({ query }, reply) => {
      const to = query.to ?? clock.now()
      const from = query.from ?? to - dayMs
      if (from >= to || to - from > longestWindowMs) {
        const message = 'from has to be before to, by 31 days at most'
        throw new InputError(400, { code: 'invalid', message, field: 'from' })
      }
      return alone(reply, (stop) => figuresOf({ from, to }, stop))
    },
  )
}
