import * as z from 'zod'
import { instantSchema } from '../domain/ids.ts'
import { prioritySchema, severitySchema } from '../domain/severity.ts'

/** An incident as a set of rules would have made it. */
export const previewedIncidentSchema = z.object({
  title: z.string(),
  severity: severitySchema,
  priority: prioritySchema,
  /** The rule that gave it its priority; null: it follows the severity. */
  priorityRule: z.string().nullable(),
  /** In the order in which they joined, at most twenty. */
  services: z.array(z.string()),
  serviceCount: z.int().min(1),
  alertCount: z.int().min(1),
  /** None where maintenance had suppressed all of them until it ended. */
  eventCount: z.int().min(0),
  flapCount: z.int().min(0),
  firstAt: instantSchema,
  lastAt: instantSchema,
  /** Why its alerts are in it, the most frequent first, at most ten; `rule` is null for the alert that opened it. */
  reasons: z.array(z.object({ rule: z.string().nullable(), reason: z.string(), alerts: z.int().min(1) })),
})
export type PreviewedIncident = z.infer<typeof previewedIncidentSchema>

/** What rules would have made of events, without anything having been touched. */
export const previewSchema = z.object({
  events: z.int().min(0),
  alerts: z.int().min(0),
  /** How many of the alerts maintenance suppressed. Those that were still open when it ended are in an incident too. */
  suppressed: z.int().min(0),
  incidents: z.int().min(0),
  /** `412 events, 7 incidents`, and `3 alerts suppressed` where some were. */
  sentence: z.string(),
  /** Those with the most alerts first, at most `previewedIncidents`. */
  largest: z.array(previewedIncidentSchema),
  /** Keys that opened an alert three or more times within a minute, the loudest first, at most `previewedIncidents`. */
  chattering: z.array(
    z.object({ sourceName: z.string(), dedupKey: z.string(), title: z.string(), times: z.int() }),
  ),
})
export type Preview = z.infer<typeof previewSchema>
export const previewedIncidents = 200
