import * as z from 'zod'
import { alertSchema } from '../../src-shared/domain/alert.ts'
import { commandBodySchema, commandResultSchema, commandSchema } from '../../src-shared/domain/command.ts'
import { monitoringEventSchema } from '../../src-shared/domain/event.ts'
import { incidentChangeSchema, incidentSchema } from '../../src-shared/domain/incident.ts'
import { logEntrySchema } from '../../src-shared/domain/log-entry.ts'
import { maintenanceWindowSchema } from '../../src-shared/domain/maintenance.ts'
import { serviceSchema, shiftEntrySchema, sourceSchema } from '../../src-shared/domain/service.ts'
import { summarySchema } from '../../src-shared/domain/summary.ts'
import { demoStatusSchema, demoStormSchema } from '../../src-shared/protocol/demo.ts'
import { clientFrameSchema, serverFrameSchema } from '../../src-shared/protocol/frames.ts'
import {
  commandAnswerSchema,
  commandRequestSchema,
  commandsAnswerSchema,
  commandsRequestSchema,
  pollAnswerSchema,
  pollRequestSchema,
} from '../../src-shared/protocol/poll.ts'
import { problemSchema } from '../../src-shared/protocol/problem.ts'
import {
  eventPageSchema,
  figuresAnswerSchema,
  incidentPageSchema,
  nextPageSchema,
  previewAnswerSchema,
  previewRequestSchema,
} from '../../src-shared/protocol/reads.ts'

const errorSchema = z.object({ error: problemSchema })
const ingestItemSchema = z.union([
  z.object({ id: z.uuid(), dedupKey: z.string(), duplicate: z.boolean().optional() }),
  /** Of Alertmanager's Watchdog; false: it has ended. */
  z.object({ heartbeat: z.boolean() }),
  errorSchema,
])

/** One event of the kind `events`, as senders write it; what is left out has the default named in the protocol. */
const eventInputSchema = z.looseObject({
  id: z.string().min(1).max(255).optional(),
  action: z.enum(['trigger', 'acknowledge', 'resolve']).optional(),
  dedupKey: z.string().min(1).max(255).optional(),
  severity: z.enum(['info', 'warning', 'error', 'critical']).optional(),
  service: z.string().min(1).max(200).optional(),
  title: z.string().min(1).max(1024).optional(),
  description: z.string().optional(),
  labels: z.record(z.string(), z.string()).optional(),
  links: z.array(z.object({ href: z.string(), text: z.string() })).optional(),
  occurredAt: z.union([z.iso.datetime({ offset: true }), z.int()]).optional(),
})

const alertmanagerSchema = z.looseObject({
  version: z.literal('4'),
  groupKey: z.string(),
  alerts: z.array(
    z.looseObject({
      status: z.enum(['firing', 'resolved']),
      labels: z.record(z.string(), z.string()),
      annotations: z.record(z.string(), z.string()),
      startsAt: z.string(),
      fingerprint: z.string(),
    }),
  ),
})

/** Thirty days: a source that is heard more rarely is no source of alarms. */
const maxExpectedMs = 2_592_000_000
export const sourceRequestSchema = z.strictObject({
  /** How often it should be heard from, in ms; null when it need not be. */
  expectedEveryMs: z.int().min(1_000).max(maxExpectedMs).nullable(),
})

/** Everything that the OpenAPI description names under `components.schemas`. */
export const apiSchemas = {
  Error: errorSchema,
  MonitoringEvent: monitoringEventSchema,
  Alert: alertSchema,
  Incident: incidentSchema,
  IncidentChange: incidentChangeSchema,
  Summary: summarySchema,
  Service: serviceSchema,
  Source: sourceSchema,
  ShiftEntry: shiftEntrySchema,
  MaintenanceWindow: maintenanceWindowSchema,
  LogEntry: logEntrySchema,
  Command: commandSchema,
  CommandBody: commandBodySchema,
  CommandResult: commandResultSchema,
  ClientFrame: clientFrameSchema,
  ServerFrame: serverFrameSchema,
  IncidentList: incidentPageSchema,
  IncidentDetail: z.object({
    incident: incidentSchema,
    /** The first page; `incident.alertCount` says how many there are. */
    alerts: z.array(alertSchema),
    /** For `GET /v1/incidents/{id}/alerts`. */
    alertsNext: nextPageSchema,
    timeline: z.object({ items: z.array(logEntrySchema), next: nextPageSchema }),
  }),
  AlertList: z.object({ items: z.array(alertSchema), next: nextPageSchema }),
  EventList: eventPageSchema,
  PreviewRequest: previewRequestSchema,
  CorrelationPreview: previewAnswerSchema,
  Figures: figuresAnswerSchema,
  ServiceList: z.object({ items: z.array(serviceSchema), next: nextPageSchema }),
  SourceList: z.object({ items: z.array(sourceSchema) }),
  SourceRequest: sourceRequestSchema,
  EventsRequest: z.union([eventInputSchema, z.array(eventInputSchema).min(1).max(1000)]),
  AlertmanagerRequest: alertmanagerSchema,
  IngestRequest: z.union([eventInputSchema, z.array(eventInputSchema).min(1).max(1000), alertmanagerSchema]),
  IngestAnswer: z.object({ accepted: z.int().min(0), items: z.array(ingestItemSchema) }),
  PollRequest: pollRequestSchema,
  PollAnswer: pollAnswerSchema,
  CommandRequest: z.union([commandRequestSchema, commandsRequestSchema]),
  CommandAnswer: z.union([commandAnswerSchema, commandsAnswerSchema]),
  DemoStatus: demoStatusSchema,
  DemoStorm: demoStormSchema,
  Health: z.object({ status: z.literal('ok') }),
} satisfies Record<string, z.ZodType>

export type ApiSchemaName = keyof typeof apiSchemas

const referencePrefix = '#/components/schemas/'

export function referenceTo(name: ApiSchemaName): { $ref: string } {
  return { $ref: `${referencePrefix}${name}` }
}

/** All of them as JSON Schema, each referring to the others by name. */
export function jsonSchemas(): Record<string, object> {
  const registry = z.registry<{ id: string }>()
  for (const [id, schema] of Object.entries(apiSchemas)) registry.add(schema, { id })
  const { schemas } = z.toJSONSchema(registry, { uri: (id) => `${referencePrefix}${id}`, io: 'input' })
  return Object.fromEntries(
    Object.entries(schemas).map(([id, { $schema: _schema, $id: _id, ...schema }]) => [id, schema]),
  )
}
