import type { Command, CommandResult } from '../../src-shared/domain/command.ts'
import type { Incident } from '../../src-shared/domain/incident.ts'
import { renewAck } from '../../src-shared/domain/incident-actions.ts'
import { merge, split } from '../../src-shared/domain/incident-merging.ts'
import type { Cause } from '../../src-shared/domain/incident-step.ts'
import type { StoreTransaction } from '../log/store-transaction.ts'
import { rejected, resultOf } from './command-results.ts'
import { writeIncident } from './incident-deadlines.ts'

/** A summary of both sides is made after so much quiet. */
const summaryAfterMoveMs = 5_000

/** Follows merges to the incident that has the alerts now; null when that is no longer known. */
export async function mergeTarget(turn: StoreTransaction, incident: Incident): Promise<Incident | null> {
  let target: Incident | null = incident
  while (target?.mergedInto) target = await turn.incident(target.mergedInto.id)
  return target
}

export interface MergeCommand {
  source: Incident
  intoId: string
  /** An acknowledgement that ends by itself lasts so long from an action on; null: it does not. */
  ackMs: number | null
}

/** Merges an incident into another, its alerts with it; alerts that are still to come follow them. */
export async function mergeIncidents(
  turn: StoreTransaction,
  command: Command,
  { source, intoId, ackMs }: MergeCommand,
  cause: Cause,
): Promise<CommandResult> {
  const target = await turn.incident(intoId)
  if (!target) return rejected(command, 'unknownIncident', 'there is no incident to merge it into')
  if (target.id === source.id)
    return rejected(command, 'sameIncident', 'an incident cannot be merged into itself')
  if (target.mergedInto) {
    const now = await mergeTarget(turn, target)
    const message = `#${target.number} was itself merged into #${now?.number ?? target.mergedInto.number}`
    return resultOf(command, 'conflict', { incident: now ?? target, code: 'alreadyMerged', message })
  }
  const decision = merge(source, target, cause)
  if (!decision.ok) {
    const incident = source.status === 'resolved' ? source : target
    return resultOf(command, 'conflict', { incident, ...decision.refusal })
  }
  const groupReason = `merged from #${source.number} by ${command.author}`
  turn.changeAlerts(await turn.alertIdsOf(source.id), { incidentId: target.id, groupReason })
  turn.rebindGroups(source.id, target.id)
  writeIncident(turn, source, decision.from)
  const incident = renewAck(target, decision.to.incident, cause.at, ackMs)
  const seq = writeIncident(turn, target, { ...decision.to, incident })
  turn.clearTimer('summary', source.id)
  turn.setTimer({ kind: 'summary', key: target.id, dueAt: turn.now + summaryAfterMoveMs })
  return resultOf(command, 'done', { incident, seq })
}

export interface SplitCommand {
  incident: Incident
  alertIds: readonly string[]
  randomId: () => string
  settleMs: number
  /** As in `MergeCommand`. */
  ackMs: number | null
}

/** Makes an incident of some alerts of another. Groups stay with the other: what is still to come joins that. */
export async function splitIncident(
  turn: StoreTransaction,
  command: Command,
  { incident, alertIds, randomId, settleMs, ackMs }: SplitCommand,
  cause: Cause,
): Promise<CommandResult> {
  const alerts = await turn.alertsOf(incident.id)
  const newNumber = await turn.nextIncidentNumber()
  const options = { alerts, alertIds, newId: randomId(), newNumber, settleMs }
  const decision = split(incident, options, cause)
  if (!decision.ok) return resultOf(command, 'conflict', { incident, ...decision.refusal })
  const fresh = decision.to.incident
  writeIncident(turn, null, decision.to)
  const wanted = new Set(alertIds)
  const moved = alerts.flatMap(({ id }) => (wanted.has(id) ? [id] : []))
  turn.changeAlerts(moved, { incidentId: fresh.id, groupReason: fresh.groupReason })
  const kept = renewAck(incident, decision.from.incident, cause.at, ackMs)
  const seq = writeIncident(turn, incident, { ...decision.from, incident: kept })
  for (const key of [incident.id, fresh.id])
    turn.setTimer({ kind: 'summary', key, dueAt: turn.now + summaryAfterMoveMs })
  return resultOf(command, 'done', { incident: kept, madeId: fresh.id, seq })
}
