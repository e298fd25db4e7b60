import * as z from 'zod'
import { commandBodySchema, commandStatuses } from '../../../src-shared/domain/command.ts'
import { freshnessStates } from '../../../src-shared/console-views.ts'

/**
 * What the headless console says of itself, one JSON line each on its standard output. Lines are written at once
 * and stay in the pipe when the process is killed: what it said before its end is heard.
 */
export const hostLineSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('ready'), pid: z.int() }),
  /** About to hand an action to the core. */
  z.object({ kind: z.literal('trying'), body: commandBodySchema }),
  /** The core has put it into its outbox. */
  z.object({ kind: z.literal('accepted'), commandId: z.string(), body: commandBodySchema }),
  z.object({ kind: z.literal('refused'), message: z.string() }),
  z.object({ kind: z.literal('settled'), commandId: z.string(), status: z.enum(commandStatuses) }),
  /** The notifier took a notification. */
  z.object({ kind: z.literal('shown'), key: z.string() }),
  z.object({ kind: z.literal('freshness'), state: z.enum(freshnessStates), reason: z.string().nullable() }),
  z.object({ kind: z.literal('log'), level: z.string(), message: z.string() }),
])
export type HostLine = z.infer<typeof hostLineSchema>

/** What the headless console is told, one JSON line each on its standard input. */
export const hostOrderSchema = z.enum(['quiet', 'close'])
export type HostOrder = z.infer<typeof hostOrderSchema>
