import * as z from 'zod'
import { sourceGroupSchema } from './event.ts'
import { idSchema, instantSchema, labelsSchema, linkSchema, revisionSchema } from './ids.ts'
import { rulePrioritySchema, severitySchema } from './severity.ts'

/** As severe as this from an instant on. */
const fallSchema = z.object({ severity: severitySchema, settlesAt: instantSchema })

/** One problem as one monitor sees it: opened by a `trigger`, fed by its dedup key, closed by a `resolve`. */
export const alertSchema = z.object({
  id: idSchema,
  revision: revisionSchema,
  sourceId: idSchema,
  sourceName: z.string().max(200),
  dedupKey: z.string().min(1).max(255),
  /** Null while suppressed: recorded, but no incident was opened for it. */
  incidentId: idSchema.nullable(),
  isOpen: z.boolean(),
  isSuppressed: z.boolean(),
  /** The maintenance window that suppresses it; null when none does. */
  maintenanceId: idSchema.nullable().default(null),
  /** While suppressed, what its source says that it belongs to: for when it is let go. Null otherwise. */
  group: sourceGroupSchema.nullable().default(null),
  severity: severitySchema,
  /** The most urgent priority that rules gave it when it opened, came back or got worse; null: none did. */
  rulePriority: rulePrioritySchema.nullable().default(null),
  /**
   * The worst that its newest events say, if that is milder: it counts from `settlesAt` on, unless one that is no milder comes
   * before; and what the newest of them say alone, `later`, from when that has stayed so for as long.
   */
  milder: fallSchema
    .extend({ later: z.array(fallSchema).max(2).default([]) })
    .nullable()
    .default(null),
  serviceId: idSchema,
  title: z.string().max(1024),
  description: z.string().max(16_384),
  labels: labelsSchema,
  links: z.array(linkSchema).max(32),
  /** Why it is in its incident, in words that an operator reads. */
  groupReason: z.string().max(512),
  /** Events that fed it so far. */
  count: z.int().min(1),
  /**
   * When it began by the sender's own word, the newest that was said: a later trigger with the same start is a redelivery. An
   * end that names an earlier start has ended no more than that.
   */
  startedAt: instantSchema.nullable(),
  firstSeenAt: instantSchema,
  /** When it was opened lately, oldest first: by these it is known to chatter. Entries of older versions have none. */
  openedAt: z.array(instantSchema).max(3).default([]),
  lastSeenAt: instantSchema,
  closedAt: instantSchema.nullable(),
})
export type Alert = z.infer<typeof alertSchema>
