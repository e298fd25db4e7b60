import * as z from 'zod'
import { actorSchema, idSchema, instantSchema, revisionSchema } from './ids.ts'
import { prioritySchema, severitySchema } from './severity.ts'

export const incidentStatuses = ['triggered', 'acknowledged', 'resolved'] as const
export const incidentStatusSchema = z.enum(incidentStatuses)
export type IncidentStatus = z.infer<typeof incidentStatusSchema>

/** An alert of the incident keeps coming and going; each reopening moves `until`, at which it is over. */
const flappingSchema = z.object({ since: instantSchema, until: instantSchema })
export type Flapping = z.infer<typeof flappingSchema>

/** What a person works on: groups one or more alerts. */
export const incidentSchema = z.object({
  id: idSchema,
  revision: revisionSchema,
  /** For humans: `#1042`. */
  number: z.int().min(1),
  status: incidentStatusSchema,
  /** The highest of its open alerts; kept as it was once all are closed. */
  severity: severitySchema,
  priority: prioritySchema,
  title: z.string().max(1024),
  /** In the order in which they joined. */
  serviceIds: z.array(idSchema).min(1).max(1000),
  alertCount: z.int().min(1),
  openAlertCount: z.int().min(0),
  assignee: z.string().max(200).nullable(),
  triggeredAt: instantSchema,
  /** First time in this occurrence; null again after a reopening. */
  acknowledgedAt: instantSchema.nullable(),
  acknowledgedBy: actorSchema.nullable(),
  resolvedAt: instantSchema.nullable(),
  resolvedBy: actorSchema.nullable(),
  /** Set while it waits for its settle time after the last alert closed; it resolves itself then. */
  settlesAt: instantSchema.nullable(),
  /** How often it has been reopened. */
  flapCount: z.int().min(0),
  /** Not null: it flaps or did lately. While it does, reopenings are counted and not announced. */
  flapping: flappingSchema.nullable().default(null),
  noteCount: z.int().min(0),
  groupReason: z.string().max(512),
  updatedAt: instantSchema,
})
export type Incident = z.infer<typeof incidentSchema>

export const incidentChangeKinds = [
  'triggered',
  'alertJoined',
  'alertClosed',
  'severityRaised',
  'severityLowered',
  'acknowledged',
  'unacknowledged',
  'resolved',
  'reopened',
  'noted',
] as const

/** What made an incident's new revision: one line of its timeline. */
export const incidentChangeSchema = z.object({
  kind: z.enum(incidentChangeKinds),
  by: actorSchema,
  /** The status before, where it changed. */
  from: incidentStatusSchema.nullable(),
  /** A note's text, an alert's title. */
  text: z.string().max(8192).nullable(),
  /** Why, in words. */
  reason: z.string().max(512).nullable(),
  alertId: idSchema.nullable(),
  eventId: idSchema.nullable(),
})
export type IncidentChange = z.infer<typeof incidentChangeSchema>
