import type { ConsoleSession, PlainAction } from './console-session.ts'
import type { IncidentRow } from '../../src-shared/console-views.ts'
import type { IncidentStatus } from '../../src-shared/domain/incident.ts'
import { bulkOfKey } from './bulk-keys.ts'
import { canOpenForm, formOfKey } from './forms.ts'
import { tabs } from './list-order.ts'
import { newerRow } from './newer-row.ts'

/** Two presses of `g` within this time are one command, in milliseconds. */
const doubleMs = 600

export interface KeyContext {
  session: ConsoleSession
  openHelp: () => void
  /** When `g` was pressed last, to know the second of `g g`. */
  lastG: number
}

/** Which actions make sense in which status; others are left alone instead of being refused by the server. */
const statusesFor = {
  acknowledge: ['triggered'],
  unacknowledge: ['acknowledged'],
  resolve: ['triggered', 'acknowledged'],
  reopen: ['resolved'],
  summarise: ['triggered', 'acknowledged', 'resolved'],
} as const satisfies Record<PlainAction, readonly IncidentStatus[]>

/** Whether an action can be taken on an incident in this status. */
export function canAct(kind: PlainAction, status: IncidentStatus): boolean {
  const statuses: readonly IncidentStatus[] = statusesFor[kind]
  return statuses.includes(status)
}

/** Does what a key stands for. Returns whether it stands for anything. */
export function runKey(key: string, context: KeyContext): boolean {
  const { session } = context
  const isSecondG = key === 'g' && Date.now() - context.lastG < doubleMs
  context.lastG = key === 'g' && !isSecondG ? Date.now() : 0
  if (session.bulk.store.getState().marked.size > 0 && actOnMarked(session, key)) return true
  switch (key) {
    case 'j':
    case 'ArrowDown':
      return moveSelection(session, 1)
    case 'k':
    case 'ArrowUp':
      return moveSelection(session, -1)
    case 'g':
      return isSecondG ? moveSelection(session, Number.NEGATIVE_INFINITY) : true
    case 'Home':
      return moveSelection(session, Number.NEGATIVE_INFINITY)
    case 'G':
    case 'End':
      return moveSelection(session, Number.POSITIVE_INFINITY)
    case 'a':
      return actOnSelected(session, 'acknowledge')
    case 'u':
      return actOnSelected(session, 'unacknowledge')
    case 'r':
      return actOnSelected(session, 'resolve')
    // Not the same key: a key held down would undo what it did.
    case 'R':
      return actOnSelected(session, 'reopen')
    case 'x':
      return markSelected(session)
    case 'X':
      session.bulk.markAll()
      return true
    case '/':
      return focusFilter()
    case 'l':
      session.panels.show('shift')
      return true
    case 'w':
      session.panels.show('maintenance')
      return true
    case 'v':
      session.panels.show('figures')
      return true
    case 'y':
      session.panels.show('logSearch')
      return true
    case 'b':
      session.panels.show('rules')
      return true
    case '.':
      session.board.letIn()
      return true
    case '1':
    case '2':
    case '3':
      session.board.showTab(tabs[Number(key) - 1] ?? 'needsMe')
      return true
    case 'Enter':
      return focusPane()
    case 'Escape':
      session.select(null)
      return true
    case '?':
      context.openHelp()
      return true
    default:
      return openForm(session, key)
  }
}

/** While rows are marked, an action's key is for all of them. */
function actOnMarked({ bulk }: ConsoleSession, key: string): boolean {
  const bound = bulkOfKey(key)
  if (bound !== null && 'kind' in bound) bulk.act(bound)
  else if (bound !== null) bulk.openForm(bound.form)
  else if (key === 'Escape') bulk.clear()
  else return false
  return true
}

function markSelected(session: ConsoleSession): boolean {
  const { selectedId } = session.board.store.getState()
  if (selectedId !== null) session.bulk.toggle(selectedId)
  return selectedId !== null
}

function openForm(session: ConsoleSession, key: string): boolean {
  const form = formOfKey(key)
  const row = selectedRow(session)
  if (form === null || row === undefined) return false
  if (canOpenForm(form, row)) session.detail.openForm(form)
  return true
}

/** The incident that is selected, on the board or only in the pane. */
function selectedRow(session: ConsoleSession): IncidentRow | undefined {
  const { rows, selectedId } = session.board.store.getState()
  if (selectedId === null) return undefined
  return newerRow(rows.get(selectedId), session.detail.store.getState().detail?.row)
}

/** Moves by so many rows, as they stand on screen: the band first, then the list. */
function moveSelection(session: ConsoleSession, by: number): boolean {
  const { order, rows, selectedId } = session.board.store.getState()
  const ids = [...order.band, ...order.ids].filter((id) => rows.has(id))
  if (ids.length === 0) return true
  const from = selectedId === null ? -1 : ids.indexOf(selectedId)
  const to = from === -1 && Number.isFinite(by) ? 0 : Math.max(0, Math.min(ids.length - 1, from + by))
  const id = ids[to]
  if (id !== undefined && id !== selectedId) session.select(id)
  return true
}

function actOnSelected(session: ConsoleSession, kind: PlainAction): boolean {
  const row = selectedRow(session)
  if (row === undefined) return false
  const isOnItsWay = row.pending.some((pending) => pending.kind === kind)
  if (canAct(kind, row.status) && !isOnItsWay) session.act(kind, row.id)
  return true
}

function focusFilter(): boolean {
  const field = document.getElementById('filter-field')
  field?.focus()
  return field !== null
}

function focusPane(): boolean {
  const pane = document.getElementById('incident-pane')
  pane?.focus()
  return pane !== null
}
