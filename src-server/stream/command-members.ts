import * as z from 'zod'
import { commandSchema, type Command, type CommandResult } from '../../src-shared/domain/command.ts'
import { idSchema } from '../../src-shared/domain/ids.ts'
import type { Codec, Wire } from '../../src-shared/protocol/codec.ts'
import { streamDefaults } from '../../src-shared/protocol/limits.ts'
import { problemOf } from '../../src-shared/protocol/problem.ts'
import type { CommandSeries } from '../incidents/commands.ts'

/** A command, or the result of one that cannot be read. */
export type Member = Command | CommandResult

/** What can be answered: it is a command by its id and number, whatever else it says. */
const recognisable = z.looseObject({ id: idSchema, number: z.int().min(1) })
export const recognisableMembers = z.array(recognisable).min(1).max(streamDefaults.maxCommandsTogether)

const frameSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('command'), command: recognisable }),
  z.object({ type: z.literal('commands'), commands: recognisableMembers }),
])

/**
 * The members of a frame of commands that does not fit its schema, each read for itself: the client must learn which of
 * its commands can never succeed, or it would send them for ever. Null for any other frame.
 */
export function readApart(codec: Codec, wire: Wire): Member[] | null {
  const { success, data } = frameSchema.safeParse(tryDecode(codec, wire))
  if (!success) return null
  return data.type === 'command'
    ? [readMember(data.command, ['command'])]
    : data.commands.map((member, index) => readMember(member, ['commands', index]))
}

/** A member that does not fit the schema of a command is rejected with what is wrong, under this path. */
export function readMember(member: z.infer<typeof recognisable>, path: readonly PropertyKey[]): Member {
  const read = commandSchema.safeParse(member)
  if (read.success) return read.data
  const { id: commandId, number } = member
  const message = problemOf(read.error, path).message.slice(0, 512)
  const nothing = { seq: null, incident: null, madeId: null }
  return { ...nothing, commandId, number, status: 'rejected', code: 'invalid', message }
}

/** One result a member, in their order, up to the first that could not be carried out. */
export async function carryOut(
  members: readonly Member[],
  executeAll: (commands: readonly Command[]) => Promise<CommandSeries>,
): Promise<CommandSeries> {
  const series = await executeAll(members.filter(isCommand))
  const executed = series.results.values()
  const results: CommandResult[] = []
  for (const member of members) {
    const result = isCommand(member) ? executed.next().value : member
    if (!result) break
    results.push(result)
  }
  return { ...series, results }
}

function isCommand(member: Member): member is Command {
  return 'body' in member
}

function tryDecode(codec: Codec, wire: Wire): unknown {
  try {
    return codec.decode(wire)
  } catch {
    return null
  }
}
