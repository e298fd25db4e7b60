import * as z from 'zod'
import { idSchema, instantSchema, labelsSchema, linkSchema } from './ids.ts'
import { severitySchema } from './severity.ts'

export const eventActions = ['trigger', 'acknowledge', 'resolve'] as const
export const eventActionSchema = z.enum(eventActions)
export type EventAction = z.infer<typeof eventActionSchema>

export const longestGroupKey = 2_048

/** The source's own word on what belongs together (Alertmanager's `groupKey`), with the reason in words. */
export const sourceGroupSchema = z.object({
  key: z.string().max(longestGroupKey),
  reason: z.string().max(512),
})
export type SourceGroup = z.infer<typeof sourceGroupSchema>

/** What a normaliser makes of one member of a payload; the server adds identity, source and effect. */
export const normalisedEventSchema = z.object({
  /** The sender's own id, if it gave one: the same source and id again adds nothing. */
  eventId: z.string().min(1).max(255).nullable(),
  action: eventActionSchema,
  dedupKey: z.string().min(1).max(255),
  severity: severitySchema,
  service: z.string().min(1).max(200),
  title: z.string().min(1).max(1024),
  description: z.string().max(16_384),
  labels: labelsSchema,
  links: z.array(linkSchema).max(32),
  /** When the sender says that it happened; null when it does not say. */
  occurredAt: instantSchema.nullable(),
  group: sourceGroupSchema.nullable(),
})
export type NormalisedEvent = z.infer<typeof normalisedEventSchema>

/** What an event did, in one word; `none` and `suppressed` carry their reason in `effectReason`. */
export const eventEffects = [
  'opened',
  'joined',
  'reopened',
  'counted',
  'raised',
  'acknowledged',
  'resolved',
  'suppressed',
  'none',
] as const
export const eventEffectSchema = z.enum(eventEffects)
export type EventEffect = z.infer<typeof eventEffectSchema>

/** One immutable message from monitoring, as the log keeps it (the raw payload is fetched on demand). */
export const monitoringEventSchema = normalisedEventSchema.extend({
  id: idSchema,
  sourceId: idSchema,
  sourceKind: z.string().max(64),
  sourceName: z.string().max(200),
  receivedAt: instantSchema,
  alertId: idSchema.nullable(),
  incidentId: idSchema.nullable(),
  effect: eventEffectSchema,
  effectReason: z.string().max(512).nullable(),
})
export type MonitoringEvent = z.infer<typeof monitoringEventSchema>
