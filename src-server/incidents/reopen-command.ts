import type { Alert } from '../../src-shared/domain/alert.ts'
import type { Command, CommandResult } from '../../src-shared/domain/command.ts'
import { reopen } from '../../src-shared/domain/incident-actions.ts'
import type { Incident } from '../../src-shared/domain/incident.ts'
import type { Cause } from '../../src-shared/domain/incident-step.ts'
import type { StoreTransaction } from '../log/store-transaction.ts'
import { resultOf } from './command-results.ts'
import { writeIncident } from './incident-deadlines.ts'

/** Takes a resolution back. Alerts that it closed are open again, but for those whose keys have opened others since. */
export async function reopenIncident(
  turn: StoreTransaction,
  command: Command,
  incident: Incident,
  cause: Cause,
): Promise<CommandResult> {
  const toOpen = await alertsToOpen(turn, incident)
  const decision = reopen(incident, toOpen, cause)
  if (!decision.ok) return resultOf(command, 'conflict', { incident, ...decision.refusal })
  for (const alert of toOpen) {
    const open = { ...alert, revision: alert.revision + 1, isOpen: true, closedAt: null }
    turn.append({ kind: 'alert', alert: open })
  }
  turn.clearTimer('summary', incident.id)
  const { transition } = decision
  const seq = writeIncident(turn, incident, transition)
  return resultOf(command, 'done', { incident: transition.incident, seq })
}

/** One key has one open alert: what its monitor says goes to the newest, so that an older one would never end. */
async function alertsToOpen(turn: StoreTransaction, { id, resolvedAt }: Incident): Promise<Alert[]> {
  if (resolvedAt === null) return []
  const found: Alert[] = []
  for (const alert of await turn.alertsOf(id)) {
    if (alert.isOpen || alert.closedAt !== resolvedAt) continue
    const newest = await turn.latestAlert(alert.sourceId, alert.dedupKey)
    if (newest?.id === alert.id) found.push(alert)
  }
  return found
}
