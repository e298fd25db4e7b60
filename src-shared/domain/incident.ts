import * as z from 'zod'
import { actorSchema, idSchema, instantSchema, revisionSchema } from './ids.ts'
import { prioritySchema, rulePrioritySchema, severitySchema } from './severity.ts'

export const incidentStatuses = ['triggered', 'acknowledged', 'resolved'] as const
export const incidentStatusSchema = z.enum(incidentStatuses)
export type IncidentStatus = z.infer<typeof incidentStatusSchema>

/** A time to look again, and why ("vendor calls"). */
export const followUpSchema = z.object({
  at: instantSchema,
  text: z.string().trim().max(500),
  /** True once its time has come and was announced. */
  isDue: z.boolean(),
})
export type FollowUp = z.infer<typeof followUpSchema>

/** A reference to a ticket in another system. */
export const ticketSchema = z.object({
  key: z.string().trim().min(1).max(100),
  url: z
    .string()
    .max(2048)
    .regex(/^https?:\/\//i, 'must start with http:// or https://')
    .nullable(),
})
export type Ticket = z.infer<typeof ticketSchema>
export const mostTickets = 20

/** More services than this are not listed in an incident; its alerts still name each of theirs. */
export const mostServices = 1000

/** Another incident, as people and programs name it. */
export const incidentNameSchema = z.object({ id: idSchema, number: z.int().min(1) })

/**
 * An alert of the incident keeps coming and going; each reopening moves `until`, at which it is over. `worst`: the severity
 * that these reopenings gave the incident at most, which is no news with the next of them.
 */
const flappingSchema = z.object({
  since: instantSchema,
  until: instantSchema,
  worst: severitySchema.nullable().default(null),
})
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
  /** Who set the priority by hand: then neither severity nor rules move it. Null: it is a rule's, or follows the severity. */
  prioritySetBy: actorSchema.nullable().default(null),
  /** The most urgent that rules say of its alerts; holds unless a person says otherwise. Null: no rule says any. */
  rulePriority: rulePrioritySchema.nullable().default(null),
  title: z.string().max(1024),
  /** In the order in which they joined. */
  serviceIds: z.array(idSchema).min(1).max(mostServices),
  /** None once all were moved away by a merge. */
  alertCount: z.int().min(0),
  openAlertCount: z.int().min(0),
  assignee: z.string().max(200).nullable(),
  triggeredAt: instantSchema,
  /** First time in this occurrence; null again after a reopening. */
  acknowledgedAt: instantSchema.nullable(),
  acknowledgedBy: actorSchema.nullable(),
  /** When the acknowledgement ends by itself, unless somebody acts on it before; null: it does not. */
  ackExpiresAt: instantSchema.nullable().default(null),
  /** For how long it was given, and lasts again after each action. Null: it does not end by itself, or an earlier version gave it. */
  ackLastsMs: z.int().min(1).nullable().default(null),
  /** Set while it is snoozed: acknowledged until then, triggered afterwards. */
  snoozedUntil: instantSchema.nullable().default(null),
  resolvedAt: instantSchema.nullable(),
  resolvedBy: actorSchema.nullable(),
  /** Set while it waits for its settle time after the last alert closed; it resolves itself then. */
  settlesAt: instantSchema.nullable(),
  /** How often it has been reopened. */
  flapCount: z.int().min(0),
  /** Not null: it flaps or did lately. While it does, reopenings are counted and not announced. */
  flapping: flappingSchema.nullable().default(null),
  noteCount: z.int().min(0),
  followUp: followUpSchema.nullable().default(null),
  tickets: z.array(ticketSchema).max(mostTickets).default([]),
  /** What it was, by a person's word, once it is resolved. */
  cause: z.string().max(2000).nullable().default(null),
  /** Where its alerts went, when it was merged into another: then it is over and stays so. */
  mergedInto: incidentNameSchema.nullable().default(null),
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
  'ackExpired',
  'snoozed',
  'snoozeEnded',
  'assigned',
  'prioritised',
  'followUpSet',
  'followUpDue',
  'ticketAdded',
  'ticketRemoved',
  'causeSet',
  'merged',
  'mergedFrom',
  'splitOff',
  'splitFrom',
] as const

/** What made an incident's new revision: one line of its timeline. */
export const incidentChangeSchema = z.object({
  kind: z.enum(incidentChangeKinds),
  by: actorSchema,
  /** The console that sent the command: from where it was done. Null for sources and the server itself. */
  clientId: idSchema.nullable().default(null),
  /** The status before, where it changed. */
  from: incidentStatusSchema.nullable(),
  /** A note's text, an alert's title, a ticket's key, an assignee, another incident's number, …: what it was about. */
  text: z.string().max(8192).nullable(),
  /** Why, in words. */
  reason: z.string().max(512).nullable(),
  alertId: idSchema.nullable(),
  eventId: idSchema.nullable(),
})
export type IncidentChange = z.infer<typeof incidentChangeSchema>
