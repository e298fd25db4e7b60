import * as z from 'zod'
import { idSchema, instantSchema, revisionSchema, seqSchema } from './ids.ts'

export const summarySections = ['happening', 'since', 'affected', 'done', 'before', 'next'] as const

/** As long as a claim may be, in characters, and as many events as it may cite. */
export const longestClaim = 2048
export const mostCites = 16

/** One claim and the events it rests on; a claim that cites nothing is not shown as fact. */
export const summaryClaimSchema = z.object({
  section: z.enum(summarySections),
  text: z.string().min(1).max(longestClaim),
  /** Ids of events, in the order in which they are to be numbered. */
  cites: z.array(idSchema).max(mostCites),
})
export type SummaryClaim = z.infer<typeof summaryClaimSchema>

export const summaryTriggers = ['settled', 'changed', 'resolved', 'requested'] as const
export type SummaryTrigger = (typeof summaryTriggers)[number]

/** Text about one incident as of a position in the log, by a model or by the built-in rules. */
export const summarySchema = z.object({
  /** One summary an incident, replaced by the next: its id is the incident's. */
  incidentId: idSchema,
  revision: revisionSchema,
  /** The state of the log that it speaks of. */
  asOfSeq: seqSchema,
  /** Events of the incident that were counted when it was made: "n events newer" is counted from it. */
  eventCount: z.int().min(0),
  provider: z.string().max(64),
  trigger: z.enum(summaryTriggers),
  claims: z.array(summaryClaimSchema).max(64),
  completedAt: instantSchema,
  tookMs: z.int().min(0),
})
export type Summary = z.infer<typeof summarySchema>
