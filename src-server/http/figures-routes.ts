import * as z from 'zod'
import { instantSchema } from '../../src-shared/domain/ids.ts'
import { teamSchema } from '../../src-shared/domain/service.ts'
import type { FiguresOf } from '../search/log-figures.ts'
import { InputError } from './input-error.ts'
import { oneAtATime } from './one-at-a-time.ts'
import type { App } from './zod-routes.ts'

/** As long as the log goes back by default, and a day. */
const longestWindowMs = 31 * 86_400_000
const dayMs = 86_400_000

/** Milliseconds since 1970, or ISO 8601. Nothing is no instant: a variable that a script forgot to set. */
const instant = z
  .union(
    [
      z.string().regex(/^\d+$/).transform(Number),
      z.iso.datetime({ offset: true }).transform((text) => Date.parse(text)),
    ],
    { error: 'must be milliseconds since 1970, or a time such as 2026-11-23T14:30:00Z' },
  )
  .pipe(instantSchema)
const figuresQuery = z.strictObject({
  from: instant.optional(),
  to: instant.optional(),
  /** Counts what the services of this team did: an operating position. */
  team: teamSchema.min(1).optional(),
})

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
          'Response times, counts and alarm health from `from` to `to`, of a team’s services or of all; the last 24 hours when not given',
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
      const team = query.team ?? null
      const answer = await alone(reply, (stop) => figuresOf({ window: { from, to }, team }, stop))
      if (answer) return answer
      const message = `no service is of the team ${team}: name another, or none for all services`
      throw new InputError(400, { code: 'invalid', message, field: 'team' })
    },
  )
}
