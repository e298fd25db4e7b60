import * as z from 'zod'
import { previewSchema } from '../correlation/preview.ts'
import { correlationRulesSchema } from '../correlation/rule.ts'
import { monitoringEventSchema } from '../domain/event.ts'
import { instantSchema, seqSchema } from '../domain/ids.ts'
import { incidentSchema } from '../domain/incident.ts'
import { teamSchema } from '../domain/service.ts'
import { figuresSchema } from '../figures/figures.ts'

/** Answers of `/v1/…` to questions that only the log itself can answer. */

/** Hand back as `after` for the next page; null at the end. */
export const nextPageSchema = z.string().nullable()

/** With a filter: how far the search index is. What it does not reach was searched in the log itself. */
const indexReachSchema = z.object({
  indexedTo: seqSchema,
  head: seqSchema,
  /** True while it is far behind: pages take longer then, and are short more often. */
  isBuilding: z.boolean(),
})

/** Newest number first. A page may be short, or empty, and have a next one: it looked at as much as one answer may. */
export const incidentPageSchema = z.object({
  items: z.array(incidentSchema),
  next: nextPageSchema,
  index: indexReachSchema.optional(),
})

/** Newest first; short pages as with incidents. */
export const eventPageSchema = z.object({
  items: z.array(monitoringEventSchema),
  next: nextPageSchema,
  index: indexReachSchema.optional(),
})

export const figuresAnswerSchema = figuresSchema.extend({
  /** From when on the log was read: what stood or was acknowledged before is not known. */
  readFrom: instantSchema,
  /** True when not all of the window is in that. */
  isCut: z.boolean(),
  /** The team whose services are counted; null: all services are. */
  team: teamSchema.nullable().default(null),
  /** Teams that services belong to: as operating positions that can be asked for. */
  teams: z.array(teamSchema).default([]),
})
export type FiguresAnswer = z.infer<typeof figuresAnswerSchema>

/** The most that a preview looks back, in hours. */
export const longestPreviewHours = 24

export const previewRequestSchema = z.strictObject({
  rules: correlationRulesSchema,
  /** How far back, in hours. */
  hours: z.number().positive().max(longestPreviewHours).default(longestPreviewHours),
})

export const previewAnswerSchema = previewSchema.extend({
  from: instantSchema,
  to: instantSchema,
  /** True when there was more in these hours than is looked at: then it is the newest part. */
  isCut: z.boolean(),
})
export type PreviewAnswer = z.infer<typeof previewAnswerSchema>
