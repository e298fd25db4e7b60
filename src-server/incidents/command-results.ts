import type { Command, CommandResult } from '../../src-shared/domain/command.ts'

/** The result of a command, with what there is to say of it. */
export function resultOf(
  { id, number }: Command,
  status: CommandResult['status'],
  more: Partial<CommandResult>,
): CommandResult {
  const nothing = { seq: null, code: null, message: null, incident: null, madeId: null }
  return { ...nothing, ...more, commandId: id, number, status }
}

/** It can never succeed, for this reason. */
export function rejected(command: Command, code: string | null, message: string | null): CommandResult {
  return resultOf(command, 'rejected', { code, message })
}
