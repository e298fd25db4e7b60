import * as z from 'zod'
import { idSchema, instantSchema, labelsSchema, revisionSchema } from './ids.ts'

/** Whose a service is. */
export const longestTeam = 200
export const teamSchema = z.string().max(longestTeam)

/** What breaks. Created when an event first names it. */
export const serviceSchema = z.object({
  id: idSchema,
  revision: revisionSchema,
  name: z.string().min(1).max(200),
  team: teamSchema.nullable(),
  runbookUrl: z.string().max(2048).nullable(),
  labels: labelsSchema,
  /** Who edited it last, and when; null while it is as its first event made it. */
  edited: z
    .object({ at: instantSchema, by: z.string().max(200) })
    .nullable()
    .default(null),
})
export type Service = z.infer<typeof serviceSchema>

/** One configured integration that sends events; its token created it and names it. */
export const sourceSchema = z.object({
  id: idSchema,
  revision: revisionSchema,
  kind: z.string().max(64),
  name: z.string().min(1).max(200),
  /** How often it should be heard from, in milliseconds; null when nobody has said. */
  expectedEveryMs: z.int().min(1000).nullable(),
  lastHeardAt: instantSchema.nullable(),
  /** Set while it has been quiet for longer than expected. */
  silentSince: instantSchema.nullable(),
})
export type Source = z.infer<typeof sourceSchema>

/** What operators write down that belongs to no incident. */
export const shiftEntrySchema = z.object({
  id: idSchema,
  revision: revisionSchema,
  at: instantSchema,
  author: z.string().max(200),
  text: z.string().min(1).max(4096),
})
