import * as z from 'zod'
import type { CommandResult } from '../../src-shared/domain/command.ts'
import { idSchema } from '../../src-shared/domain/ids.ts'
import type { Codec, Wire } from '../../src-shared/protocol/codec.ts'
import type { Problem } from '../../src-shared/protocol/problem.ts'

const recognisable = z.object({
  type: z.literal('command'),
  command: z.object({ id: idSchema, number: z.int().min(1) }),
})

/**
 * The result for a frame that is a command by its id and number and does not fit its schema otherwise: the client
 * must learn which of its commands can never succeed, or it would send it for ever. Null for any other frame.
 */
export function rejectUnreadableCommand(codec: Codec, wire: Wire, problem: Problem): CommandResult | null {
  const { success, data } = recognisable.safeParse(tryDecode(codec, wire))
  if (!success) return null
  const { id: commandId, number } = data.command
  const message = problem.message.slice(0, 512)
  const nothing = { seq: null, incident: null, madeId: null }
  return { ...nothing, commandId, number, status: 'rejected', code: 'invalid', message }
}

function tryDecode(codec: Codec, wire: Wire): unknown {
  try {
    return codec.decode(wire)
  } catch {
    return null
  }
}
