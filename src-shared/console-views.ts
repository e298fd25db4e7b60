import * as z from 'zod'
import { alertSchema } from './domain/alert.ts'
import { commandBodySchema, commandStatuses } from './domain/command.ts'
import { eventActionSchema, eventEffectSchema } from './domain/event.ts'
import { idSchema, instantSchema, seqSchema } from './domain/ids.ts'
import {
  followUpSchema,
  incidentChangeSchema,
  incidentSchema,
  incidentStatusSchema,
} from './domain/incident.ts'
import { prioritySchema, rulePrioritySchema, severitySchema } from './domain/severity.ts'
import { serviceSchema, sourceSchema } from './domain/service.ts'
import { summarySchema } from './domain/summary.ts'

/** The shapes that the core shows to a renderer: made for a screen, not for the wire. */

/** One server that the console is connected to, by its `serverId`: the key of everything cached. */
export const siteIdSchema = idSchema

/**
 * live: heartbeat and sequence checks hold. stale: nothing heard for `staleMs`, or a gap is being read again.
 * blind: no connection. connecting: the first attempt since the start, nothing known yet.
 */
export const freshnessStates = ['connecting', 'live', 'stale', 'blind'] as const

export const freshnessSchema = z.object({
  siteId: siteIdSchema.nullable(),
  siteName: z.string(),
  state: z.enum(freshnessStates),
  since: instantSchema,
  /** The instant up to which what is shown is known to be complete; null before the first batch. */
  completeAt: instantSchema.nullable(),
  roundTripMs: z.number().min(0).nullable(),
  /** Log positions still to come (`head − to`). */
  behind: z.int().min(0),
  transport: z.enum(['websocket', 'longPoll']).nullable(),
  /** Why it is not live, in one sentence; null when live. */
  reason: z.string().nullable(),
  /** When the next attempt is due; null when connected, or when only a person can help. */
  nextAttemptAt: instantSchema.nullable(),
  /** Actions in the outbox that have no result yet. */
  waiting: z.int().min(0),
  /** The proxy (`http://host:port`) that asks for a login, answered with `setProxyLogin`; null when none does. */
  proxyAsksLogin: z.string().nullable(),
})
export type Freshness = z.infer<typeof freshnessSchema>

/** An action that was taken here and whose effect has not been read yet. */
export const pendingActionSchema = z.object({
  commandId: idSchema,
  kind: z.string(),
  issuedAt: instantSchema,
  /** `waiting` for a connection or its turn; `sent` and unanswered; `done`, but what it did has not been read back. */
  state: z.enum(['waiting', 'sent', 'done']),
})
export type PendingAction = z.infer<typeof pendingActionSchema>

/** One that belongs to no incident. */
export const pendingOtherSchema = pendingActionSchema.extend({ body: commandBodySchema })
export type PendingOther = z.infer<typeof pendingOtherSchema>

/** A row of the list. */
export const incidentRowSchema = z.object({
  siteId: siteIdSchema,
  id: idSchema,
  revision: z.int(),
  number: z.int(),
  status: incidentStatusSchema,
  severity: severitySchema,
  priority: prioritySchema,
  rulePriority: rulePrioritySchema.nullable(),
  title: z.string(),
  serviceName: z.string(),
  serviceCount: z.int(),
  alertCount: z.int(),
  openAlertCount: z.int(),
  eventCount: z.int(),
  flapCount: z.int(),
  assignee: z.string().nullable(),
  acknowledgedBy: z.string().nullable(),
  /** Set while it is snoozed. */
  snoozedUntil: instantSchema.nullable(),
  followUp: followUpSchema.pick({ at: true, isDue: true }).nullable(),
  triggeredAt: instantSchema,
  resolvedAt: instantSchema.nullable(),
  updatedAt: instantSchema,
  pending: z.array(pendingActionSchema),
})
export type IncidentRow = z.infer<typeof incidentRowSchema>

export const countsSchema = z.object({
  triggered: z.int(),
  acknowledged: z.int(),
  resolved: z.int(),
  bySeverity: z.record(severitySchema, z.int()),
})
/** Unresolved incidents by status and severity (`bySeverity` counts triggered and acknowledged ones). */
export type Counts = z.infer<typeof countsSchema>

/** A line of an incident's timeline: what was logged, in the order of the log, newest first. */
export const timelineItemSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('change'), seq: seqSchema, at: instantSchema, change: incidentChangeSchema }),
  z.object({
    kind: z.literal('event'),
    seq: seqSchema,
    at: instantSchema,
    eventId: idSchema,
    action: eventActionSchema,
    severity: severitySchema,
    effect: eventEffectSchema,
    title: z.string(),
    sourceName: z.string(),
    serviceName: z.string(),
  }),
  z.object({
    kind: z.literal('summary'),
    seq: seqSchema,
    at: instantSchema,
    provider: z.string(),
    tookMs: z.int(),
  }),
])
export type TimelineItem = z.infer<typeof timelineItemSchema>

/** What was decided about notifying the operator of a change, and why. */
export const notifyDecisionSchema = z.object({
  at: instantSchema,
  siteId: siteIdSchema,
  incidentId: idSchema,
  number: z.int(),
  /** What happened: it was triggered, reopened, got worse, nobody has it any more, or what was asked for is there. */
  occasion: z.enum([
    'triggered',
    'reopened',
    'flapping',
    'raised',
    'spread',
    'unacknowledged',
    'snoozeEnded',
    'ackExpired',
    'followUpDue',
    'summary',
  ]),
  severity: severitySchema,
  notified: z.boolean(),
  /** In words: "shown: critical incident", "not shown: you were looking at it". */
  reason: z.string(),
})
export type NotifyDecision = z.infer<typeof notifyDecisionSchema>

export const incidentDetailSchema = z.object({
  siteId: siteIdSchema,
  row: incidentRowSchema,
  incident: incidentSchema,
  services: z.array(serviceSchema),
  /** Edits of these services that wait here, in their order. */
  serviceEdits: z.array(pendingOtherSchema),
  /** At most `alertsLimit` of `row.alertCount`, open ones first, of those the worst. */
  alerts: z.array(alertSchema),
  /** Newest first, at most `timelineLimit`. */
  timeline: z.array(timelineItemSchema),
  timelineTotal: z.int(),
  /** False while only part of the timeline is known here (not yet read from the server, or offline). */
  timelineComplete: z.boolean(),
  summary: summarySchema.nullable(),
  /** Text that a summary in the making has so far. */
  summaryInProgress: z.string().nullable(),
  decisions: z.array(notifyDecisionSchema),
})
export type IncidentDetail = z.infer<typeof incidentDetailSchema>
export const timelineLimit = 200
export const alertsLimit = 500

/** A line of the event feed. */
export const feedLineSchema = z.object({
  siteId: siteIdSchema,
  seq: seqSchema,
  receivedAt: instantSchema,
  action: eventActionSchema,
  severity: severitySchema,
  effect: eventEffectSchema,
  serviceName: z.string(),
  title: z.string(),
  sourceName: z.string(),
  incidentId: idSchema.nullable(),
})
export type FeedLine = z.infer<typeof feedLineSchema>

/** A finished action: a conflict or a rejection is shown until the operator has seen it. */
export const settledActionSchema = z.object({
  commandId: idSchema,
  siteId: siteIdSchema,
  /** Null for actions that belong to no incident. */
  incidentId: idSchema.nullable(),
  number: z.int().nullable(),
  body: commandBodySchema,
  status: z.enum(commandStatuses),
  message: z.string().nullable(),
  at: instantSchema,
})
export type SettledAction = z.infer<typeof settledActionSchema>

export const siteViewSchema = z.object({
  siteId: siteIdSchema.nullable(),
  name: z.string(),
  url: z.string(),
  /** The operator whom the site's token names; null until the first connection. */
  operator: z.object({ name: z.string(), role: z.string() }).nullable(),
  /** The bundled server with its demo estate: nothing on it is real. */
  isDemo: z.boolean(),
  sources: z.array(sourceSchema),
})
export type SiteView = z.infer<typeof siteViewSchema>

/** Something that the operator should know of this console itself: a damaged store was kept aside, … */
export const noticeSchema = z.object({
  id: idSchema,
  at: instantSchema,
  level: z.enum(['info', 'warning', 'error']),
  text: z.string(),
})
export type Notice = z.infer<typeof noticeSchema>

/** Why a console did not follow a server for a while. */
export const awayCauses = ['offline', 'asleep', 'notRunning'] as const

/** "You were away": what happened at a site while it was not followed, told once all of it is caught up. */
export const awayAccountSchema = z.object({
  siteId: siteIdSchema,
  /** From the last instant at which the console was live to the one at which it was again; its own clock. */
  from: instantSchema,
  to: instantSchema,
  durationMs: z.int().min(0),
  cause: z.enum(awayCauses),
  /** Log positions that were caught up. */
  changes: z.int().min(0),
  incidentsTriggered: z.int().min(0),
  incidentsResolved: z.int().min(0),
  /** Incidents that are otherwise than before and neither triggered nor resolved meanwhile. */
  incidentsChanged: z.int().min(0),
  /** Null: none lost. Otherwise a sentence that says exactly what could not be caught up. */
  lost: z.string().nullable(),
})
export type AwayAccount = z.infer<typeof awayAccountSchema>
