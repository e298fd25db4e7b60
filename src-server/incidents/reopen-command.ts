import type { Command, CommandResult } from '../../src-shared/domain/command.ts'
import { reopen } from '../../src-shared/domain/incident-actions.ts'
import type { Incident } from '../../src-shared/domain/incident.ts'
import type { Cause } from '../../src-shared/domain/incident-step.ts'
import type { StoreTransaction } from '../log/store-transaction.ts'
import { resultOf } from './command-results.ts'
import { writeIncident } from './incident-deadlines.ts'

/** Takes a resolution back. Alerts that it closed, and that nothing closed or opened since, are open again. */
export async function reopenIncident(
  turn: StoreTransaction,
  command: Command,
  incident: Incident,
  cause: Cause,
): Promise<CommandResult> {
  const alerts = await turn.alertsOf(incident.id)
  const closedByIt = alerts.filter(
    (alert) => !alert.isOpen && alert.closedAt === incident.resolvedAt && incident.resolvedAt !== null,
  )
  const decision = reopen(incident, closedByIt.length, cause)
  if (!decision.ok) return resultOf(command, 'conflict', { incident, ...decision.refusal })
  for (const alert of closedByIt) {
    const open = { ...alert, revision: alert.revision + 1, isOpen: true, closedAt: null }
    turn.append({ kind: 'alert', alert: open })
  }
  turn.clearTimer('summary', incident.id)
  const { transition } = decision
  const seq = writeIncident(turn, incident, transition)
  return resultOf(command, 'done', { incident: transition.incident, seq })
}
