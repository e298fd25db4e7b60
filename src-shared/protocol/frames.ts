import * as z from 'zod'
import { commandResultSchema, commandSchema } from '../domain/command.ts'
import { idSchema, instantSchema, seqSchema } from '../domain/ids.ts'
import { logEntrySchema } from '../domain/log-entry.ts'
import { channelsSchema } from './channels.ts'
import { streamDefaults } from './limits.ts'

/** Where a reader is. `page` is set only while a snapshot is being read: hand it back as it came. */
export const cursorSchema = z.object({
  epoch: idSchema,
  seq: seqSchema,
  page: z.string().max(512).optional(),
})
export type Cursor = z.infer<typeof cursorSchema>

export const roles = ['viewer', 'responder', 'admin', 'source'] as const
export const roleSchema = z.enum(roles)
export type Role = z.infer<typeof roleSchema>

// ---- from the client ----

export const helloSchema = z.object({
  type: z.literal('hello'),
  protocol: z.int(),
  clientId: idSchema,
  client: z.string().max(100),
  /** Null at the first contact, or when the client has nothing that it trusts. */
  cursor: cursorSchema.nullable(),
  channels: channelsSchema,
})

export const subscribeSchema = z.object({ type: z.literal('subscribe'), channels: channelsSchema })

/** "I hold everything up to `seq`"; answered by `acked` with the same id: the round trip. */
export const ackSchema = z.object({ type: z.literal('ack'), id: z.int().min(0), seq: seqSchema })

export const commandFrameSchema = z.object({ type: z.literal('command'), command: commandSchema })

/** Many at once, in the order of their numbers: judged in it, each alone, with one `result` each. */
export const commandsSchema = z.array(commandSchema).min(1).max(streamDefaults.maxCommandsTogether)
export const commandsFrameSchema = z.object({ type: z.literal('commands'), commands: commandsSchema })

export const clientFrameSchema = z.discriminatedUnion('type', [
  helloSchema,
  subscribeSchema,
  ackSchema,
  commandFrameSchema,
  commandsFrameSchema,
])
export type ClientFrame = z.infer<typeof clientFrameSchema>
export type Hello = z.infer<typeof helloSchema>

// ---- from the server ----

export const resetReasons = ['first', 'otherEpoch', 'beyondHead', 'tooOld', 'expired'] as const

export const welcomeSchema = z.object({
  type: z.literal('welcome'),
  protocol: z.int(),
  serverId: idSchema,
  epoch: idSchema,
  head: seqSchema,
  /** The server's clock. */
  at: instantSchema,
  operator: z.object({ name: z.string(), role: roleSchema }),
  /** True: batches follow from the cursor. False: a snapshot follows, `resetReason` says why. */
  resumed: z.boolean(),
  resetReason: z.enum(resetReasons).nullable(),
  heartbeatMs: z.int().min(1),
  staleMs: z.int().min(1),
  deadMs: z.int().min(1),
  /** Commands that one `commands` frame or request may carry; a server that does not say it takes none but single ones. */
  commandsTogether: z.int().min(1).default(1),
})

/** "From `from` (excluded) up to `to` (included), this is all that concerns you." Empty: a heartbeat. */
export const batchSchema = z.object({
  type: z.literal('batch'),
  from: seqSchema,
  to: seqSchema,
  head: seqSchema,
  at: instantSchema,
  /** Older states of things that are left out because a newer one is in this batch. */
  superseded: z.int().min(0),
  /** Events that a `feed:tail` reader was too late for. */
  skipped: z.int().min(0),
  /** Draw the first delay after losing this server from 0 to this. */
  spreadMs: z.int().min(0),
  entries: z.array(logEntrySchema),
})

export const snapshotSchema = z.object({
  type: z.literal('snapshot'),
  /** The same for all its pages. */
  id: z.string().max(64),
  epoch: idSchema,
  /** S0: read on from here after the last page. */
  position: seqSchema,
  /** True: replaces all that is cached of this server. False: adds what a new channel brings. */
  reset: z.boolean(),
  channels: channelsSchema,
  page: z.int().min(0),
  last: z.boolean(),
  /** The cursor to come back with if the connection ends after this page. */
  next: cursorSchema,
  entries: z.array(logEntrySchema),
})

/** The new set of channels is in force from here on. */
export const subscribedSchema = z.object({
  type: z.literal('subscribed'),
  position: seqSchema,
  channels: channelsSchema,
})

export const ackedSchema = z.object({ type: z.literal('acked'), id: z.int().min(0), at: instantSchema })
export const resultFrameSchema = z.object({ type: z.literal('result'), result: commandResultSchema })

/** What was wrong with a frame; the connection lives on unless a close follows. */
export const errorSchema = z.object({
  type: z.literal('error'),
  code: z.string().max(64),
  message: z.string().max(1024),
  /** The field that is wrong, as a path (`command.body.text`); null when it is not one field. */
  field: z.string().max(256).nullable(),
})

/** Comes before a close that the server decides: the close frame has no room for it. */
export const goodbyeSchema = z.object({
  type: z.literal('goodbye'),
  code: z.int(),
  message: z.string().max(512),
  retryAfterMs: z.int().min(0).nullable(),
})

/** Ephemeral: a summary's text as it is written. Carries no seq, may be dropped, changes no stored state. */
export const progressSchema = z.object({
  type: z.literal('progress'),
  incidentId: idSchema,
  text: z.string().max(16_384),
})

export const serverFrameSchema = z.discriminatedUnion('type', [
  welcomeSchema,
  batchSchema,
  snapshotSchema,
  subscribedSchema,
  ackedSchema,
  resultFrameSchema,
  errorSchema,
  goodbyeSchema,
  progressSchema,
])
export type ServerFrame = z.infer<typeof serverFrameSchema>
export type Welcome = z.infer<typeof welcomeSchema>
export type Batch = z.infer<typeof batchSchema>
export type Snapshot = z.infer<typeof snapshotSchema>
export type ResetReason = (typeof resetReasons)[number]
