import * as z from 'zod'
import { eventActionSchema, eventEffectSchema } from '../domain/event.ts'
import { idSchema, instantSchema } from '../domain/ids.ts'
import { severitySchema } from '../domain/severity.ts'

/** The time that figures are about, in log time: from, inclusive, to, exclusive. */
export const figuresWindowSchema = z.object({ from: instantSchema, to: instantSchema })
export type FiguresWindow = z.infer<typeof figuresWindowSchema>

/** As many offenders as a figure names. */
export const offendersShown = 10

/** What a person resolves and a person reopens within this was never over: it was a slip. */
export const takenBackWithinMs = 60_000

const countSchema = z.int().min(0)
const durationSchema = z.number().min(0).nullable()

/** A dedup key of a source, behind a figure; leads to its alerts. */
export const keyOffenderSchema = z.object({
  sourceId: idSchema,
  sourceName: z.string(),
  dedupKey: z.string(),
  serviceId: idSchema,
  title: z.string(),
  times: countSchema,
})
export type KeyOffender = z.infer<typeof keyOffenderSchema>

/** An incident behind a mean: the longest first. */
export const incidentOffenderSchema = z.object({
  incidentId: idSchema,
  number: z.int(),
  title: z.string(),
  tookMs: countSchema,
})
export type IncidentOffender = z.infer<typeof incidentOffenderSchema>

/** An incident to which something happened again and again: the most often first. */
export const repeatOffenderSchema = incidentOffenderSchema
  .omit({ tookMs: true })
  .extend({ times: countSchema })
export type RepeatOffender = z.infer<typeof repeatOffenderSchema>

/** How long occurrences took: an incident that was reopened has several. All null when there was none. */
export const durationFigureSchema = z.object({
  count: countSchema,
  meanMs: durationSchema,
  /** What half of them, and nine of ten, do not exceed: one that did occur, the smallest of which that is true. */
  medianMs: durationSchema,
  p90Ms: durationSchema,
  longest: z.array(incidentOffenderSchema),
})
export type DurationFigure = z.infer<typeof durationFigureSchema>

export const floodSchema = z.object({
  from: instantSchema,
  to: instantSchema,
  alarms: countSchema,
  /** The most alarms in one of its ten minutes. */
  peak: countSchema,
})
export type Flood = z.infer<typeof floodSchema>

export const standingAlertSchema = z.object({
  alertId: idSchema,
  incidentId: idSchema.nullable(),
  sourceName: z.string(),
  dedupKey: z.string(),
  title: z.string(),
  openedAt: instantSchema,
  /** Null while it stands. */
  closedAt: instantSchema.nullable(),
})
export type StandingAlert = z.infer<typeof standingAlertSchema>

export const alarmHealthSchema = z.object({
  /** Alarms annunciated: an alert opened, came back or got worse, and its incident said so. */
  annunciated: countSchema,
  /** Reopenings of flapping incidents that were not announced, and are no alarms. */
  damped: countSchema,
  dampedKeys: z.array(keyOffenderSchema),
  per10Minutes: z.number().min(0),
  /** Each ten minutes of the clock (UTC) that had any, in order. */
  intervals: z.array(z.object({ at: instantSchema, alarms: countSchema })),
  floods: z.array(floodSchema),
  /** Share of the window that was flooded, 0 to 1. */
  floodShare: z.number().min(0).max(1),
  /** Alerts that had stood for more than 24 hours, by day (UTC); the worst day decides. */
  staleByDay: z.array(z.object({ day: instantSchema, alerts: countSchema })),
  staleOnWorstDay: countSchema,
  stale: z.array(standingAlertSchema),
  /** Keys that came three or more times within a minute; `times` are the alarms that did. */
  chatteringKeys: countSchema,
  chattering: z.array(keyOffenderSchema),
  /** Alerts that ended by themselves within a minute, of keys that do not chatter. */
  fleeting: countSchema,
  fleetingKeys: z.array(keyOffenderSchema),
  /** Share of the ten loudest keys in what was annunciated, 0 to 1. */
  loudestShare: z.number().min(0).max(1),
  loudest: z.array(keyOffenderSchema),
  /** P4 and P5, P3, P1 and P2. */
  byPriority: z.object({ low: countSchema, medium: countSchema, high: countSchema }),
})
export type AlarmHealth = z.infer<typeof alarmHealthSchema>

/** What became of incidents. Those that are not over rise by the first three, and fall by `resolved` and `merged`. */
export const incidentCountsSchema = z.object({
  triggered: countSchema,
  splitOff: countSchema,
  /** After they were resolved. */
  reopened: countSchema,
  /** Given, the first time or again. */
  acknowledged: countSchema,
  /** Acknowledgements that ended by themselves: nobody acted in time. */
  ackExpired: countSchema,
  resolved: countSchema,
  /** Resolved without anybody having acknowledged them in that occurrence. */
  resolvedUnseen: countSchema,
  /** Resolutions that were taken back at once, and count nowhere else. */
  takenBack: countSchema,
  /** Merged into another: their alerts go on there. */
  merged: countSchema,
})
export type IncidentCounts = z.infer<typeof incidentCountsSchema>
/** What the log's events alone say. */
export type EventCounts = Omit<
  LogCounts,
  keyof IncidentCounts | 'ackExpiredIncidents' | 'resolvedUnseenIncidents'
>

export const logCountsSchema = z.object({
  events: countSchema,
  byAction: z.record(eventActionSchema, countSchema),
  bySeverity: z.record(severitySchema, countSchema),
  byEffect: z.record(eventEffectSchema, countSchema),
  eventsPerMinute: z.number().min(0),
  /** The most in one minute of the clock, and when; null when there was no event. */
  peakMinute: z.object({ at: instantSchema, events: countSchema }).nullable(),
  /** Sources and services by name, the loudest first, at most `offendersShown` of each. */
  sources: z.array(z.object({ name: z.string(), events: countSchema })),
  services: z.array(z.object({ name: z.string(), events: countSchema })),
  ...incidentCountsSchema.shape,
  ackExpiredIncidents: z.array(repeatOffenderSchema),
  /** From the beginning to resolved, the longest first. */
  resolvedUnseenIncidents: z.array(incidentOffenderSchema),
})
export type LogCounts = z.infer<typeof logCountsSchema>

export const figuresSchema = z.object({
  window: figuresWindowSchema,
  counts: logCountsSchema,
  /** MTTA: from its beginning to first acknowledged or snoozed, of occurrences acknowledged in the window. */
  acknowledged: durationFigureSchema,
  /** MTTR: from its beginning to resolved, of occurrences resolved in the window. */
  resolved: durationFigureSchema,
  health: alarmHealthSchema,
})
export type Figures = z.infer<typeof figuresSchema>
