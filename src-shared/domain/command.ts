import * as z from 'zod'
import { idSchema, instantSchema, seqSchema } from './ids.ts'
import { incidentSchema } from './incident.ts'

/** What an operator can do. Every action on the screen becomes one of these. */
export const commandBodySchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('acknowledge'), incidentId: idSchema }),
  z.object({ kind: z.literal('unacknowledge'), incidentId: idSchema }),
  z.object({ kind: z.literal('resolve'), incidentId: idSchema }),
  z.object({ kind: z.literal('note'), incidentId: idSchema, text: z.string().trim().min(1).max(8192) }),
  z.object({ kind: z.literal('summarise'), incidentId: idSchema }),
])
export type CommandBody = z.infer<typeof commandBodySchema>
export type CommandKind = CommandBody['kind']

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
})
export type CommandResult = z.infer<typeof commandResultSchema>
