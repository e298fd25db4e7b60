import type { Command, CommandResult, IncidentCommand } from '../../src-shared/domain/command.ts'
import {
  acknowledge,
  addTicket,
  assign,
  note,
  prioritise,
  removeTicket,
  renewAck,
  resolve,
  setCause,
  setFollowUp,
  snooze,
  unacknowledge,
} from '../../src-shared/domain/incident-actions.ts'
import type { Incident } from '../../src-shared/domain/incident.ts'
import type { Cause, Decision } from '../../src-shared/domain/incident-step.ts'
import { assertNever } from '../../src-shared/domain/result.ts'
import type { StoreTransaction } from '../log/store-transaction.ts'
import { rejected, resultOf } from './command-results.ts'
import { mergeIncidents, mergeTarget, splitIncident } from './merge-commands.ts'
import { reopenIncident } from './reopen-command.ts'
import { summaryAfterResolveMs, writeIncident } from './incident-deadlines.ts'

export interface IncidentCommandOptions {
  /** UUIDv7. */
  randomId: () => string
  settleMs: number
  /** An acknowledgement ends by itself after this, unless its command says otherwise; 0: never. */
  ackTimeoutMs: number
}

/** Carries out a command on an incident: its state, its alerts, its timers. */
export async function performOnIncident(
  turn: StoreTransaction,
  command: Command,
  body: IncidentCommand,
  options: IncidentCommandOptions,
): Promise<CommandResult> {
  const incident = await turn.incident(body.incidentId)
  if (!incident) return rejected(command, 'unknownIncident', 'there is no incident with this id')
  if (incident.mergedInto) return onMerged(turn, command, body, incident, options)
  const { author, clientId } = command
  const cause: Cause = { at: turn.now, by: { kind: 'operator', name: author }, clientId }
  const ackMs = options.ackTimeoutMs === 0 ? null : options.ackTimeoutMs
  switch (body.kind) {
    case 'summarise':
      turn.setTimer({ kind: 'summaryRequested', key: incident.id, dueAt: turn.now })
      return resultOf(command, 'done', { incident })
    case 'merge':
      return mergeIncidents(turn, command, { source: incident, intoId: body.intoId, ackMs }, cause)
    case 'split':
      return splitIncident(turn, command, { incident, alertIds: body.alertIds, ackMs, ...options }, cause)
    case 'reopen':
      return reopenIncident(turn, command, incident, cause)
    default:
      return performAlone(turn, command, { incident, body }, cause, ackMs)
  }
}

type StateCommand = Exclude<IncidentCommand, { kind: 'summarise' | 'merge' | 'split' | 'reopen' }>

async function performAlone(
  turn: StoreTransaction,
  command: Command,
  { incident, body }: { incident: Incident; body: StateCommand },
  cause: Cause,
  ackMs: number | null,
): Promise<CommandResult> {
  const decision = decide(incident, body, cause, ackMs)
  if (decision === null) return resultOf(command, 'done', { incident })
  if (!decision.ok) return resultOf(command, 'conflict', { incident, ...decision.refusal })
  if (body.kind === 'resolve') {
    const open = await turn.openAlertIdsOf(incident.id)
    turn.changeAlerts(open, { isOpen: false, closedAt: turn.now, milder: null })
    turn.setTimer({ kind: 'summary', key: incident.id, dueAt: turn.now + summaryAfterResolveMs })
  }
  const renewed = renewAck(incident, decision.transition.incident, cause.at, ackMs)
  const seq = writeIncident(turn, incident, { ...decision.transition, incident: renewed })
  return resultOf(command, 'done', { incident: renewed, seq })
}

/** Null: it is so already, and nothing is to be done. */
function decide(incident: Incident, body: StateCommand, cause: Cause, ackMs: number | null): Decision | null {
  switch (body.kind) {
    case 'acknowledge':
      return acknowledge(incident, cause, body.forMs === undefined ? ackMs : body.forMs)
    case 'unacknowledge':
      return unacknowledge(incident, cause)
    case 'snooze':
      return snooze(incident, body.until, cause)
    case 'resolve':
      return resolve(incident, cause)
    case 'note':
      return note(incident, body.text, cause)
    case 'assign':
      return assign(incident, body.assignee, body.seen, cause)
    case 'prioritise':
      return prioritise(incident, body.priority, body.seen, cause)
    case 'followUp':
      return setFollowUp(incident, body.followUp, body.seen, cause)
    case 'addTicket':
      return addTicket(incident, body.ticket, cause)
    case 'removeTicket':
      return removeTicket(incident, body.key, cause)
    case 'setCause':
      return setCause(incident, body.cause, body.seen, cause)
    default:
      return assertNever(body)
  }
}

/** What was merged into another is over: notes follow its alerts there, all else is told where they are. */
async function onMerged(
  turn: StoreTransaction,
  command: Command,
  body: IncidentCommand,
  incident: Incident,
  options: IncidentCommandOptions,
): Promise<CommandResult> {
  const target = await mergeTarget(turn, incident)
  if (body.kind === 'note' && target)
    return performOnIncident(turn, command, { ...body, incidentId: target.id }, options)
  const code = body.kind === 'merge' ? 'alreadyMerged' : 'mergedInto'
  const message = `#${incident.number} was merged into #${target?.number ?? incident.mergedInto?.number}`
  return resultOf(command, 'conflict', { incident: target ?? incident, code, message })
}
