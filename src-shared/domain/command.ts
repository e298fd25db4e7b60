import * as z from 'zod'
import { idSchema, instantSchema, revisionSchema, seqSchema } from './ids.ts'
import { followUpSchema, incidentSchema, ticketSchema } from './incident.ts'
import { maintenancePlanSchema } from './maintenance.ts'
import { serviceChangesSchema } from './service-edit.ts'
import { prioritySchema } from './severity.ts'

const operatorName = z.string().trim().min(1).max(200)
const causeText = z.string().trim().min(1).max(2000)
/** A week: who has not looked at it for longer does not own it. */
export const longestAckMs = 7 * 86_400_000

/** Actions on one incident. Where one names what its author saw (`seen`), it is a conflict when that is another by now. */
const incidentCommandSchemas = [
  z.object({
    kind: z.literal('acknowledge'),
    incidentId: idSchema,
    /** When the acknowledgement ends by itself; not given: as the server is set; null: never. */
    forMs: z.int().min(1_000).max(longestAckMs).nullable().optional(),
  }),
  z.object({ kind: z.literal('unacknowledge'), incidentId: idSchema }),
  z.object({ kind: z.literal('snooze'), incidentId: idSchema, until: instantSchema }),
  z.object({ kind: z.literal('resolve'), incidentId: idSchema }),
  z.object({ kind: z.literal('reopen'), incidentId: idSchema }),
  z.object({ kind: z.literal('note'), incidentId: idSchema, text: z.string().trim().min(1).max(8192) }),
  z.object({ kind: z.literal('summarise'), incidentId: idSchema }),
  z.object({
    kind: z.literal('assign'),
    incidentId: idSchema,
    /** Null takes it from whoever has it. */
    assignee: operatorName.nullable(),
    seen: operatorName.nullable(),
  }),
  z.object({
    kind: z.literal('prioritise'),
    incidentId: idSchema,
    /** Null lets it follow the severity again. */
    priority: prioritySchema.nullable(),
    seen: prioritySchema,
  }),
  z.object({
    kind: z.literal('followUp'),
    incidentId: idSchema,
    /** Null: there is no need to look again. */
    followUp: followUpSchema.pick({ at: true, text: true }).nullable(),
    /** The time that it had. */
    seen: instantSchema.nullable(),
  }),
  z.object({ kind: z.literal('addTicket'), incidentId: idSchema, ticket: ticketSchema }),
  z.object({ kind: z.literal('removeTicket'), incidentId: idSchema, key: ticketSchema.shape.key }),
  z.object({
    kind: z.literal('setCause'),
    incidentId: idSchema,
    cause: causeText.nullable(),
    seen: causeText.nullable(),
  }),
  /** All its alerts go to another incident, and it is over. */
  z.object({ kind: z.literal('merge'), incidentId: idSchema, intoId: idSchema }),
  /** These alerts of it become an incident of their own. */
  z.object({
    kind: z.literal('split'),
    incidentId: idSchema,
    alertIds: z.array(idSchema).min(1).max(500),
  }),
] as const

/** Actions that belong to no incident. */
const otherCommandSchemas = [
  z.object({ kind: z.literal('writeShift'), text: z.string().trim().min(1).max(4096) }),
  z.object({
    kind: z.literal('planMaintenance'),
    /** Null plans another; an id changes one, of which the revision was seen. */
    windowId: idSchema.nullable(),
    seen: revisionSchema.nullable(),
    plan: maintenancePlanSchema,
  }),
  z.object({ kind: z.literal('endMaintenance'), windowId: idSchema }),
  z.object({
    kind: z.literal('editService'),
    serviceId: idSchema,
    seen: revisionSchema,
    ...serviceChangesSchema.pick({ team: true, runbookUrl: true, labels: true }).shape,
  }),
] as const

/** What an operator can do. Every action on the screen becomes one of these. */
export const commandBodySchema = z.discriminatedUnion('kind', [
  ...incidentCommandSchemas,
  ...otherCommandSchemas,
])
export type CommandBody = z.infer<typeof commandBodySchema>
export type CommandKind = CommandBody['kind']
export type IncidentCommand = z.infer<(typeof incidentCommandSchemas)[number]>
export type OtherCommand = z.infer<(typeof otherCommandSchemas)[number]>

/** The incident that a command is about; null for those that belong to none. */
export function incidentIdOf(body: CommandBody): string | null {
  return 'incidentId' in body ? body.incidentId : null
}

/** A command on its way: made once, kept in the outbox, sent with the same id until a result comes. */
export const commandSchema = z.object({
  /** UUIDv7; sent twice, done once. */
  id: idSchema,
  /** The console's local store: a new store is a new client. */
  clientId: idSchema,
  /** Rises by one with each command of a client, from 1. */
  number: z.int().min(1),
  /** The operator's name; the server refuses a command whose author is not the token's operator. */
  author: z.string().min(1).max(200),
  issuedAt: instantSchema,
  body: commandBodySchema,
})
export type Command = z.infer<typeof commandSchema>

export const commandStatuses = ['done', 'conflict', 'rejected', 'alreadyDone'] as const

/**
 * What became of a command. `conflict`: someone was there first, the state given is the truth.
 * `rejected`: it can never succeed. `alreadyDone`: done so long ago that its result is no longer kept.
 */
export const commandResultSchema = z.object({
  commandId: idSchema,
  number: z.int().min(1),
  status: z.enum(commandStatuses),
  /** The log position that holds its effect; null when there was none. */
  seq: seqSchema.nullable(),
  /** One word for programs: `alreadyResolved`, `unknownIncident`, `forbidden`, … */
  code: z.string().max(64).nullable(),
  /** One sentence for people; null when done. */
  message: z.string().max(512).nullable(),
  /** The incident as it stands, where the command was about one that exists. */
  incident: incidentSchema.nullable(),
  /** What the command made: an incident by `split`, a window, a shift-log entry. */
  madeId: idSchema.nullable().default(null),
})
export type CommandResult = z.infer<typeof commandResultSchema>
