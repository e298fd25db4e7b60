import { createHash } from 'node:crypto'
import {
  incidentIdOf,
  type Command,
  type CommandBody,
  type CommandResult,
} from '../../src-shared/domain/command.ts'
import type { TokenIdentity } from '../access/tokens.ts'
import type { LogStore } from '../log/log-store.ts'
import type { StoreTransaction } from '../log/store-transaction.ts'
import { rejected, resultOf } from './command-results.ts'
import { performOnIncident, type IncidentCommandOptions } from './incident-commands.ts'
import { performElsewhere } from './other-commands.ts'

export interface Commands {
  /** What became of the command, after effect and result are on disk. Sent twice, done once. */
  execute(command: Command, identity: TokenIdentity): Promise<CommandResult>
  /**
   * Many in their order, each at a turn of its own, so that one commit can carry them all. Once one could not be
   * carried out, none after it is: they must not overtake it.
   */
  executeAll(commands: readonly Command[], identity: TokenIdentity): Promise<CommandSeries>
}

/** What became of commands that came together. */
export interface CommandSeries {
  /** Of those before the first that could not be carried out. */
  results: CommandResult[]
  /** What that one failed of; null when all were carried out. */
  failure: Error | null
}

export interface CommandsOptions extends IncidentCommandOptions {
  store: LogStore
}

/** Operators' actions: judged at their turn, their effect and result in one transaction. */
export function createCommands(options: CommandsOptions): Commands {
  const execute: Commands['execute'] = (command, identity) =>
    options.store.write((turn) => executeAtTurn(turn, command, identity, options))
  return {
    execute,
    executeAll: async (commands, identity) => {
      // The first that failed, or the one at whose turn it is: a turn may be run twice, and fail once.
      let failedAt = Infinity
      const outcomes = await Promise.allSettled(
        commands.map(async (command, index) => {
          try {
            return await options.store.write(async (turn) => {
              if (index > failedAt) throw new Error('a command before it was not carried out')
              failedAt = index
              const result = await executeAtTurn(turn, command, identity, options)
              failedAt = Infinity
              return result
            })
          } catch (error) {
            failedAt = Math.min(failedAt, index)
            throw error
          }
        }),
      )
      return seriesOf(outcomes)
    },
  }
}

function seriesOf(outcomes: readonly PromiseSettledResult<CommandResult>[]): CommandSeries {
  const results: CommandResult[] = []
  for (const outcome of outcomes) {
    if (outcome.status === 'fulfilled') results.push(outcome.value)
    else return { results, failure: failureOf(outcome.reason) }
  }
  return { results, failure: null }
}

function failureOf(reason: unknown): Error {
  return reason instanceof Error ? reason : new Error(String(reason))
}

async function executeAtTurn(
  turn: StoreTransaction,
  command: Command,
  identity: TokenIdentity,
  options: IncidentCommandOptions,
): Promise<CommandResult> {
  const bodyHash = hashOf(command)
  const before = await turn.commandResult(command)
  if (before) {
    if (before.bodyHash === bodyHash) return before.result
    return rejected(command, 'idReused', 'this id was used for another command: make a new one')
  }
  const refusal = refusalOf(command, identity)
  // Not stored: a viewer who becomes a responder may send it again.
  if (refusal) return refusal
  if (await turn.wasNumberUsed(command)) {
    return rejected(command, 'numberReused', `the number ${command.number} was used by another command`)
  }
  if (command.number <= (await turn.oldestCommandNumber(command))) {
    return resultOf(command, 'alreadyDone', {})
  }
  const result = await perform(turn, command, options)
  turn.storeCommandResult(command, bodyHash, result)
  turn.audit({
    actor: identity.name,
    action: command.body.kind,
    subject: subjectOf(command.body, result),
    detail: result.status === 'done' ? null : result.code,
  })
  return result
}

async function perform(
  turn: StoreTransaction,
  command: Command,
  options: IncidentCommandOptions,
): Promise<CommandResult> {
  const { body } = command
  if ('incidentId' in body) return performOnIncident(turn, command, body, options)
  return performElsewhere(turn, command, body, options.randomId)
}

function refusalOf(command: Command, identity: TokenIdentity): CommandResult | null {
  if (identity.role !== 'responder' && identity.role !== 'admin') {
    return rejected(command, 'forbidden', `the role ${identity.role} may not act on incidents`)
  }
  if (command.author !== identity.name) {
    const message = `the command is ${command.author}'s, the token ${identity.name}'s: send it with its author's token`
    return rejected(command, 'wrongAuthor', message)
  }
  return null
}

function subjectOf(body: CommandBody, result: CommandResult): string {
  if ('windowId' in body) return body.windowId ?? result.madeId ?? ''
  if ('serviceId' in body) return body.serviceId
  return incidentIdOf(body) ?? result.madeId ?? ''
}

/** Bodies come from a schema, so their keys are in one order. */
function hashOf({ body, author, number }: Command): string {
  return createHash('sha256')
    .update(JSON.stringify([author, number, body]))
    .digest('hex')
}
