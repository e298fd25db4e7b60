import * as z from 'zod'
import { alertSchema } from './alert.ts'
import { monitoringEventSchema } from './event.ts'
import { idSchema, instantSchema, seqSchema } from './ids.ts'
import { incidentChangeSchema, incidentSchema } from './incident.ts'
import { maintenanceWindowSchema } from './maintenance.ts'
import { serviceSchema, shiftEntrySchema, sourceSchema } from './service.ts'
import { summarySchema } from './summary.ts'

const position = { seq: seqSchema.min(1), at: instantSchema }

/** One committed change. Things with state carry the whole new state and its revision. */
export const logEntrySchema = z.discriminatedUnion('kind', [
  z.object({ ...position, kind: z.literal('event'), event: monitoringEventSchema }),
  z.object({ ...position, kind: z.literal('alert'), alert: alertSchema }),
  z.object({
    ...position,
    kind: z.literal('incident'),
    incident: incidentSchema,
    change: incidentChangeSchema,
  }),
  z.object({ ...position, kind: z.literal('summary'), summary: summarySchema }),
  z.object({ ...position, kind: z.literal('service'), service: serviceSchema }),
  z.object({ ...position, kind: z.literal('source'), source: sourceSchema }),
  z.object({ ...position, kind: z.literal('shift'), shift: shiftEntrySchema }),
  z.object({ ...position, kind: z.literal('maintenance'), window: maintenanceWindowSchema }),
  z.object({
    ...position,
    kind: z.literal('removed'),
    of: z.enum(['incident', 'alert', 'service', 'source', 'summary', 'shift', 'maintenance']),
    id: idSchema,
  }),
])
export type LogEntry = z.infer<typeof logEntrySchema>
export type EntryKind = LogEntry['kind']
export type EntryOf<K extends EntryKind> = Extract<LogEntry, { kind: K }>

/**
 * The thing whose state an entry replaces, as `kind:id`; null for events, which replace nothing.
 * Of two entries with the same key the later one supersedes the earlier.
 */
export function supersessionKey(entry: LogEntry): string | null {
  switch (entry.kind) {
    case 'event':
      return null
    case 'alert':
      return `alert:${entry.alert.id}`
    case 'incident':
      return `incident:${entry.incident.id}`
    case 'summary':
      return `summary:${entry.summary.incidentId}`
    case 'service':
      return `service:${entry.service.id}`
    case 'source':
      return `source:${entry.source.id}`
    case 'shift':
      return `shift:${entry.shift.id}`
    case 'maintenance':
      return `maintenance:${entry.window.id}`
    case 'removed':
      return `${entry.of}:${entry.id}`
  }
}
