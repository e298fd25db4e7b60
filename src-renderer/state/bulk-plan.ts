import type { IncidentRow } from '../../src-shared/console-views.ts'
import type { IncidentCommand } from '../../src-shared/domain/command.ts'
import { usualPriority, type Priority } from '../../src-shared/domain/severity.ts'

/** What can be done to many incidents at once. */
export type BulkAction =
  | { kind: 'unacknowledge' | 'resolve' | 'reopen' | 'summarise' }
  /** For so long; not given: for the server's time, null: without end. */
  | { kind: 'acknowledge'; forMs?: number | null }
  | { kind: 'snooze'; until: number }
  | { kind: 'assign'; assignee: string | null }
  | { kind: 'prioritise'; priority: Priority | null }
  /** Null: no need to look again. */
  | { kind: 'followUp'; at: number | null }
  | { kind: 'note'; text: string }
  | { kind: 'addTicket'; key: string }
  /** Where it is. */
  | { kind: 'removeTicket'; key: string }
  /** Of those that are over and have none yet. */
  | { kind: 'setCause'; cause: string }
  /** Into one of them. */
  | { kind: 'merge'; into: IncidentRow }

/** One command for each; `undo` takes it back once it is done, where anything can. */
export interface BulkStep {
  row: IncidentRow
  body: IncidentCommand
  undo: IncidentCommand | null
}

/** Above so many, the operator is asked once more. */
export const confirmAbove = 100

/** The steps of an action, without the incidents for which there is nothing to do. */
export function bulkSteps(action: BulkAction, rows: readonly IncidentRow[]): BulkStep[] {
  return rows.flatMap((row) => stepOf(action, row) ?? [])
}

function stepOf(action: BulkAction, row: IncidentRow): BulkStep | null {
  const incidentId = row.id
  const isOpen = row.status !== 'resolved'
  switch (action.kind) {
    case 'acknowledge':
      if (row.status !== 'triggered') return null
      return {
        row,
        body: { kind: 'acknowledge', incidentId, forMs: action.forMs },
        undo: { kind: 'unacknowledge', incidentId },
      }
    case 'unacknowledge':
      if (row.status !== 'acknowledged') return null
      return { row, body: { kind: 'unacknowledge', incidentId }, undo: { kind: 'acknowledge', incidentId } }
    case 'resolve':
      return isOpen
        ? { row, body: { kind: 'resolve', incidentId }, undo: { kind: 'reopen', incidentId } }
        : null
    case 'reopen':
      return isOpen
        ? null
        : { row, body: { kind: 'reopen', incidentId }, undo: { kind: 'resolve', incidentId } }
    case 'snooze': {
      // Whoever had it acknowledged could not be given it back: that is left as it is.
      const undo = row.status === 'triggered' ? { kind: 'unacknowledge' as const, incidentId } : null
      return isOpen ? { row, body: { kind: 'snooze', incidentId, until: action.until }, undo } : null
    }
    case 'assign': {
      const { assignee } = action
      if (!isOpen || row.assignee === assignee) return null
      return {
        row,
        body: { kind: 'assign', incidentId, assignee, seen: row.assignee },
        undo: { kind: 'assign', incidentId, assignee: row.assignee, seen: assignee },
      }
    }
    case 'prioritise': {
      const usual = usualPriority(row)
      const priority = action.priority ?? usual
      if (!isOpen) return null
      return {
        row,
        body: { kind: 'prioritise', incidentId, priority: action.priority, seen: row.priority },
        undo: {
          kind: 'prioritise',
          incidentId,
          priority: row.priority === usual ? null : row.priority,
          seen: priority,
        },
      }
    }
    case 'followUp': {
      const { at } = action
      const seen = row.followUp?.at ?? null
      if (seen === at) return null
      const followUp = at === null ? null : { at, text: '' }
      // Why somebody wanted to look again is not known here: it could not be given back.
      const undo = seen === null ? { kind: action.kind, incidentId, followUp: null, seen: at } : null
      return { row, body: { kind: action.kind, incidentId, followUp, seen }, undo }
    }
    case 'note':
      return { row, body: { ...action, incidentId }, undo: null }
    case 'addTicket':
      // One that was there before would be taken away by an undo.
      return {
        row,
        body: { kind: action.kind, incidentId, ticket: { key: action.key, url: null } },
        undo: null,
      }
    case 'removeTicket':
      // Which of them have it, and with which link, is not known here.
      return { row, body: { ...action, incidentId }, undo: null }
    case 'summarise':
      return { row, body: { kind: action.kind, incidentId }, undo: null }
    case 'setCause': {
      const { kind, cause } = action
      if (isOpen) return null
      // One that has a cause already is a conflict, which says so: nobody's word is written over.
      return {
        row,
        body: { kind, incidentId, cause, seen: null },
        undo: { kind, incidentId, cause: null, seen: cause },
      }
    }
    case 'merge': {
      const { into } = action
      if (!isOpen || row.id === into.id || row.siteId !== into.siteId) return null
      return { row, body: { kind: 'merge', incidentId, intoId: into.id }, undo: null }
    }
  }
}
