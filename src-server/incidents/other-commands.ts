import type { Command, CommandResult, OtherCommand } from '../../src-shared/domain/command.ts'
import type { MaintenancePlan, MaintenanceWindow } from '../../src-shared/domain/maintenance.ts'
import { neverOn } from '../../src-shared/domain/maintenance-schedule.ts'
import { assertNever } from '../../src-shared/domain/result.ts'
import { editService } from '../../src-shared/domain/service-edit.ts'
import type { StoreTransaction } from '../log/store-transaction.ts'
import { rejected, resultOf } from './command-results.ts'

/** Carries out a command that belongs to no incident. */
export async function performElsewhere(
  turn: StoreTransaction,
  command: Command,
  body: OtherCommand,
  randomId: () => string,
): Promise<CommandResult> {
  switch (body.kind) {
    case 'writeShift': {
      const id = randomId()
      const { author } = command
      const shift = { id, revision: 1, at: turn.now, author, text: body.text }
      return resultOf(command, 'done', { seq: turn.append({ kind: 'shift', shift }), madeId: id })
    }
    case 'planMaintenance':
      return planMaintenance(turn, command, body, randomId)
    case 'endMaintenance':
      return endMaintenance(turn, command, body.windowId)
    case 'editService':
      return changeService(turn, command, body)
    default:
      return assertNever(body)
  }
}

async function planMaintenance(
  turn: StoreTransaction,
  command: Command,
  { windowId, seen, plan }: { windowId: string | null; seen: number | null; plan: MaintenancePlan },
  randomId: () => string,
): Promise<CommandResult> {
  const fault = neverOn(plan.schedule, turn.now)
  if (fault) return rejected(command, 'neverOn', `plan.schedule.${fault.field}: ${fault.message}`)
  const before = windowId === null ? null : await turn.maintenanceWindow(windowId)
  if (windowId !== null && !before) return unknownWindow(command)
  if (before && before.endedAt !== null)
    return conflict(command, 'windowEnded', `it was ended by ${before.endedBy?.name ?? 'somebody'}`)
  if (before && before.revision !== seen)
    return conflict(command, 'windowChanged', 'somebody has changed the window meanwhile')
  const window: MaintenanceWindow = {
    id: before?.id ?? randomId(),
    revision: (before?.revision ?? 0) + 1,
    ...plan,
    plannedBy: { kind: 'operator', name: command.author },
    endedAt: null,
    endedBy: null,
  }
  return kept(turn, command, window)
}

async function endMaintenance(
  turn: StoreTransaction,
  command: Command,
  windowId: string,
): Promise<CommandResult> {
  const before = await turn.maintenanceWindow(windowId)
  if (!before) return unknownWindow(command)
  if (before.endedAt !== null)
    return conflict(command, 'windowEnded', `it was already ended by ${before.endedBy?.name ?? 'somebody'}`)
  const endedBy = { kind: 'operator', name: command.author } as const
  return kept(turn, command, { ...before, revision: before.revision + 1, endedAt: turn.now, endedBy })
}

/** The timer looks at once: what is no longer covered must not wait for the window's end. */
function kept(turn: StoreTransaction, command: Command, window: MaintenanceWindow): CommandResult {
  const seq = turn.append({ kind: 'maintenance', window })
  turn.setTimer({ kind: 'maintenance', key: window.id, dueAt: turn.now })
  return resultOf(command, 'done', { seq, madeId: window.id })
}

async function changeService(
  turn: StoreTransaction,
  command: Command,
  body: Extract<OtherCommand, { kind: 'editService' }>,
): Promise<CommandResult> {
  const before = await turn.service(body.serviceId)
  if (!before) return rejected(command, 'unknownService', 'there is no service with this id')
  const { seen: revision, team, runbookUrl, labels } = body
  const cause = { at: turn.now, by: { name: command.author } }
  const decision = editService(before, { revision, team, runbookUrl, labels }, cause)
  if (!decision.ok) return conflict(command, decision.refusal.code, decision.refusal.message)
  const { service } = decision
  const seq = service === before ? null : turn.append({ kind: 'service', service })
  return resultOf(command, 'done', { seq, madeId: service.id })
}

function unknownWindow(command: Command): CommandResult {
  return rejected(command, 'unknownWindow', 'there is no maintenance window with this id')
}

function conflict(command: Command, code: string, message: string): CommandResult {
  return resultOf(command, 'conflict', { code, message })
}
