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
  // One key has one open alert: what its monitor says goes to the newest, so that an older one would never end.
  const toOpen = incident.resolvedAt === null ? [] : await turn.closedWith(incident.id, incident.resolvedAt)
  const decision = reopen(incident, toOpen, cause)
  if (!decision.ok) return resultOf(command, 'conflict', { incident, ...decision.refusal })
  turn.changeAlerts(
    toOpen.map(({ id }) => id),
    { isOpen: true, closedAt: null, milder: null },
  )
  turn.clearTimer('summary', incident.id)
  const { transition } = decision
  const seq = writeIncident(turn, incident, transition)
  return resultOf(command, 'done', { incident: transition.incident, seq })
}
