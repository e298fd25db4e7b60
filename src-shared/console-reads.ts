import * as z from 'zod'
import { longestFilter } from './console-panels.ts'
import { siteIdSchema } from './console-views.ts'
import { monitoringEventSchema } from './domain/event.ts'
import { instantSchema } from './domain/ids.ts'
import { incidentSchema } from './domain/incident.ts'
import { teamSchema } from './domain/service.ts'
import {
  figuresAnswerSchema,
  nextPageSchema,
  previewAnswerSchema,
  previewRequestSchema,
} from './protocol/reads.ts'

/** So many services of a found incident are named; its `serviceIds` says how many there are. */
export const servicesNamed = 3

const foundIncidentSchema = incidentSchema.extend({
  /** Of its first services, as this console has read them: one that it does not know yet is not among them. */
  serviceNames: z.array(z.string()).max(servicesNamed),
})
export type FoundIncident = z.infer<typeof foundIncidentSchema>

export const foundInLogSchema = z.object({
  /** One of both is what was asked about; newest first. */
  incidents: z.array(foundIncidentSchema),
  events: z.array(monitoringEventSchema),
  /** For more of them; a page may be short, or empty, and have a next one. */
  next: nextPageSchema,
})
export type FoundInLog = z.infer<typeof foundInLogSchema>

/**
 * What the console asks a site's server itself, because only its log knows it. Without a connection these fail with
 * `unreachable` and words for people; what the server refuses, with its own code and words.
 */
export const readMethods = {
  /** Response times, counts and alarm health, with the offenders. Fails with `busy` while others are computed. */
  figures: {
    input: z.object({
      siteId: siteIdSchema,
      from: instantSchema,
      to: instantSchema,
      /** Counts what the services of this team did; null: what all did. */
      team: teamSchema.nullable(),
    }),
    output: figuresAnswerSchema,
  },
  /** Searches the whole log, also for what no console keeps any more. */
  findInLog: {
    input: z.object({
      siteId: siteIdSchema,
      about: z.enum(['incidents', 'events']),
      text: z.string().max(longestFilter),
      /** The `next` of the page before; null for the first. */
      after: nextPageSchema,
    }),
    output: foundInLogSchema,
  },
  /** What these rules would have made of the last hours. Fails with `busy` while another preview is made. */
  previewRules: {
    input: previewRequestSchema.extend({ siteId: siteIdSchema }),
    output: previewAnswerSchema,
  },
} as const
