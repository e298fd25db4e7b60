import * as z from 'zod'
import { ruleConditionSchema, writtenConditionSchema } from '../correlation/rule.ts'
import { actorSchema, idSchema, instantSchema, revisionSchema } from './ids.ts'

const minutesOfDay = 1_440

/** A time zone's name that this machine knows, such as `Europe/Berlin` or `UTC`. */
export const timeZoneSchema = z.string().min(1).max(64).refine(isTimeZone, {
  error: 'is not a time zone that is known here: write it as Europe/Berlin',
})

/** Once, from the first instant (included) to the second (excluded). */
export const onceSchema = z.object({
  kind: z.literal('once'),
  startsAt: instantSchema,
  endsAt: instantSchema,
})

/** Again and again, at a time of the day as the clocks of a place show it. */
export const weeklySchema = z.object({
  kind: z.literal('weekly'),
  timeZone: timeZoneSchema,
  /** 0 is Sunday. */
  weekdays: z.array(z.int().min(0).max(6)).min(1, 'name one day at least: 0 is Sunday, 6 is Saturday').max(7),
  /** Minutes after midnight. 02:30 on the night in which clocks skip it is 03:30. */
  startMinute: z
    .int()
    .min(0)
    .max(minutesOfDay - 1),
  /** As time passes, not as clocks show it: at most six days, so that it can never meet itself. */
  durationMinutes: z
    .int()
    .min(1, 'has to be a minute at least')
    .max(6 * minutesOfDay, `may be ${6 * minutesOfDay} at most: six days`),
  /** No occurrence begins before this instant. */
  from: instantSchema,
  /** No occurrence begins at or after this one; null: it goes on until somebody ends it. */
  until: instantSchema.nullable(),
})

export const scheduleSchema = z.discriminatedUnion('kind', [onceSchema, weeklySchema])
export type Schedule = z.infer<typeof scheduleSchema>

/** What a person says of a window. */
export const maintenancePlanSchema = z
  .object({
    title: z.string().trim().min(1).max(200),
    /** What it covers: all conditions have to hold. */
    match: z.array(writtenConditionSchema).min(1).max(20),
    schedule: scheduleSchema,
  })
  .refine(({ schedule }) => schedule.kind !== 'once' || schedule.endsAt > schedule.startsAt, {
    path: ['schedule', 'endsAt'],
    error: 'has to be after startsAt',
  })
export type MaintenancePlan = z.infer<typeof maintenancePlanSchema>

/** A time in which alerts of what it covers are suppressed: recorded, but they open no incident. */
export const maintenanceWindowSchema = z.object({
  id: idSchema,
  revision: revisionSchema,
  title: z.string().max(200),
  match: z.array(ruleConditionSchema),
  schedule: scheduleSchema,
  plannedBy: actorSchema,
  /** Ended by a person: nothing is suppressed from then on. */
  endedAt: instantSchema.nullable(),
  endedBy: actorSchema.nullable(),
})
export type MaintenanceWindow = z.infer<typeof maintenanceWindowSchema>

function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== ''
  } catch {
    return false
  }
}
