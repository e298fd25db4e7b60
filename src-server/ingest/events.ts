import * as z from 'zod'
import { eventActionSchema, type NormalisedEvent } from '../../src-shared/domain/event.ts'
import { instantSchema, labelsSchema, linkSchema } from '../../src-shared/domain/ids.ts'
import { severitySchema } from '../../src-shared/domain/severity.ts'
import { problemOf } from '../../src-shared/protocol/problem.ts'
import {
  nestedTooDeeply,
  rawTextOf,
  type Member,
  type Normalised,
  type Normaliser,
  type NormaliserContext,
} from './normaliser.ts'

/** At most this many events in one request. */
export const maxEventsInArray = 1000

const occurredAtSchema = z
  .union([z.iso.datetime({ offset: true }).transform((text) => Date.parse(text)), z.int()], {
    error: 'must be a date and time as in RFC 3339, or milliseconds since 1970',
  })
  .refine(
    (at) => instantSchema.safeParse(at).success,
    'must not be before 1970, nor beyond what dates can say',
  )
  .nullable()

/** The store keeps no half characters: of two ids that differ in these alone the second would be taken for the first again. */
const eventIdSchema = z
  .string()
  .min(1)
  .max(255)
  .refine((id) => id.isWellFormed(), 'has half a character in it (an unpaired surrogate)')

/** What people read in a list: blank, it would be a row without words. */
const shownText = (most: number) => z.string().max(most).regex(/\S/, 'must not be blank')

/** An event in our own JSON; unknown fields are allowed and stay in the raw payload. */
export const incomingEventSchema = z
  .object({
    id: eventIdSchema.optional(),
    action: eventActionSchema.default('trigger'),
    dedupKey: z.string().min(1).max(255).optional(),
    severity: severitySchema.default('error'),
    service: shownText(200).optional(),
    title: shownText(1024).optional(),
    description: z.string().max(16_384).default(''),
    labels: labelsSchema.default({}),
    links: z.array(linkSchema).max(32).default([]),
    occurredAt: occurredAtSchema.default(null),
  })
  .superRefine((event, context) => {
    const required = event.action === 'trigger' ? (['service', 'title'] as const) : (['dedupKey'] as const)
    for (const field of required) {
      if (event[field] === undefined) {
        context.addIssue({
          code: 'custom',
          path: [field],
          message: `is required for the action ${event.action}`,
        })
      }
    }
  })
type IncomingEvent = z.output<typeof incomingEventSchema>

/** Our own JSON: one event or an array of them. */
export const normaliseEvents: Normaliser = (body, rawText, context): Normalised => {
  if (!Array.isArray(body)) return { ok: true, members: [member(body, () => rawText, context, [])] }
  if (body.length === 0 || body.length > maxEventsInArray) {
    const message = `an array of events has 1 to ${maxEventsInArray} members, this one has ${body.length}`
    return { ok: false, problem: { code: 'invalid', message, field: null } }
  }
  const members = body.map((each: unknown, index) => member(each, () => rawTextOf(each), context, [index]))
  return { ok: true, members }
}

function member(
  value: unknown,
  raw: () => string | null,
  context: NormaliserContext,
  path: readonly number[],
): Member {
  const parsed = incomingEventSchema.safeParse(value)
  if (!parsed.success) return { ok: false, problem: problemOf(parsed.error, path) }
  const isServiceGuessed = parsed.data.service === undefined
  const text = raw()
  if (text === null) return nestedTooDeeply(path)
  return { ok: true, event: normalised(parsed.data, context), raw: text, isServiceGuessed }
}

function normalised(event: IncomingEvent, context: NormaliserContext): NormalisedEvent {
  const { id, action, severity, description, labels, links, occurredAt } = event
  const dedupKey = event.dedupKey ?? context.newKey()
  return {
    eventId: id ?? null,
    action,
    dedupKey,
    severity,
    service: event.service ?? 'unknown',
    title: event.title ?? dedupKey,
    description,
    labels,
    links,
    occurredAt,
    group: null,
  }
}
