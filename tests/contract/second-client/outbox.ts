import { randomUUIDv7 } from 'node:crypto'
import type { Command, CommandBody } from './commands.ts'
import type { LocalStore } from './local-store.ts'

/**
 * Makes a command and puts it into the outbox, where it stays until its result is known. The author is the name
 * that the server gave in a welcome: without one there is nobody to speak for, and it throws.
 */
export function enqueueCommand(store: LocalStore, body: CommandBody): Command {
  if (store.operator === null) throw new Error('no welcome yet: the operator is not known')
  const { clientId, operator: author } = store
  const command: Command = {
    id: randomUUIDv7(),
    clientId,
    number: store.nextNumber,
    author,
    issuedAt: Date.now(),
    body,
  }
  store.nextNumber += 1
  store.outbox.set(command.id, command)
  return command
}

/** What still waits for a result, in the order of the numbers. */
export function pendingCommands(store: LocalStore): Command[] {
  return [...store.outbox.values()].sort((a, b) => a.number - b.number)
}
