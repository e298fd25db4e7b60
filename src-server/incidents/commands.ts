import { createHash } from 'node:crypto'
import type { Command, CommandBody, CommandResult } from '../../src-shared/domain/command.ts'
import type { Incident } from '../../src-shared/domain/incident.ts'
import {
  acknowledge,
  note,
  resolve,
  unacknowledge,
  type Cause,
  type Decision,
} from '../../src-shared/domain/incident-reducer.ts'
import { assertNever } from '../../src-shared/domain/result.ts'
import type { TokenIdentity } from '../access/tokens.ts'
import type { LogStore } from '../log/log-store.ts'
import type { StoreTransaction } from '../log/store-transaction.ts'
import { closeAlertsOf } from './close-alerts.ts'

export interface Commands {
  /** What became of the command, after effect and result are on disk. Sent twice, done once. */
  execute(command: Command, identity: TokenIdentity): Promise<CommandResult>
}

/** A resolved incident is summarised once more after this, so that a burst of resolves makes one summary each. */
const summaryAfterResolveMs = 1_000

/** Operators' actions on incidents: judged at their turn, their effect and result in one transaction. */
export function createCommands({ store }: { store: LogStore }): Commands {
  return {
    execute: (command, identity) => store.write((turn) => executeAtTurn(turn, command, identity)),
  }
}

async function executeAtTurn(
  turn: StoreTransaction,
  command: Command,
  identity: TokenIdentity,
): Promise<CommandResult> {
  const bodyHash = hashOf(command)
  const before = await turn.commandResult(command.clientId, command.id)
  if (before) {
    if (before.bodyHash === bodyHash) return before.result
    return refused(command, 'idReused', 'this id was used for another command: make a new one')
  }
  const refusal = refusalOf(command, identity)
  // Not stored: a viewer who becomes a responder may send it again.
  if (refusal) return refusal
  if (await turn.wasNumberUsed(command.clientId, command.number)) {
    return refused(command, 'numberReused', `the number ${command.number} was used by another command`)
  }
  if (command.number <= (await turn.oldestCommandNumber(command.clientId))) {
    return { ...refused(command, null, null), status: 'alreadyDone' }
  }
  const result = await perform(turn, command)
  turn.storeCommandResult(command, bodyHash, result)
  turn.audit({
    actor: identity.name,
    action: command.body.kind,
    subject: command.body.incidentId,
    detail: result.status === 'done' ? null : result.code,
  })
  return result
}

async function perform(turn: StoreTransaction, command: Command): Promise<CommandResult> {
  const incident = await turn.incident(command.body.incidentId)
  if (!incident) return refused(command, 'unknownIncident', 'there is no incident with this id')
  if (command.body.kind === 'summarise') {
    turn.setTimer({ kind: 'summaryRequested', key: incident.id, dueAt: turn.now })
    return resultOf(command, 'done', { incident })
  }
  const cause: Cause = { at: turn.now, by: { kind: 'operator', name: command.author } }
  const decision = decide(incident, command.body, cause)
  if (!decision.ok) return resultOf(command, 'conflict', { incident, ...decision.refusal })
  const { transition } = decision
  if (command.body.kind === 'resolve') {
    await closeAlertsOf(turn, incident.id)
    turn.clearTimer('settle', incident.id)
    turn.setTimer({ kind: 'summary', key: incident.id, dueAt: turn.now + summaryAfterResolveMs })
  }
  const seq = turn.append({ kind: 'incident', ...transition })
  return resultOf(command, 'done', { incident: transition.incident, seq })
}

type StateCommand = Exclude<CommandBody, { kind: 'summarise' }>

function decide(incident: Incident, body: StateCommand, cause: Cause): Decision {
  switch (body.kind) {
    case 'acknowledge':
      return acknowledge(incident, cause)
    case 'unacknowledge':
      return unacknowledge(incident, cause)
    case 'resolve':
      return resolve(incident, cause)
    case 'note':
      return note(incident, body.text, cause)
    default:
      return assertNever(body)
  }
}

function refusalOf(command: Command, identity: TokenIdentity): CommandResult | null {
  if (identity.role !== 'responder' && identity.role !== 'admin') {
    return refused(command, 'forbidden', `the role ${identity.role} may not act on incidents`)
  }
  if (command.author !== identity.name) {
    const message = `the command is ${command.author}'s, the token ${identity.name}'s: send it with its author's token`
    return refused(command, 'wrongAuthor', message)
  }
  return null
}

function refused(command: Command, code: string | null, message: string | null): CommandResult {
  return resultOf(command, 'rejected', { code, message })
}

function resultOf(
  { id, number }: Command,
  status: CommandResult['status'],
  more: Partial<CommandResult>,
): CommandResult {
  const nothing = { seq: null, code: null, message: null, incident: null }
  return { ...nothing, ...more, commandId: id, number, status }
}

/** Bodies come from a schema, so their keys are in one order. */
function hashOf({ body, author, number }: Command): string {
  return createHash('sha256')
    .update(JSON.stringify([author, number, body]))
    .digest('hex')
}
