import { formatCount } from '../state/format.ts'
import type { BulkAction } from '../state/bulk-plan.ts'
import { actions, several } from './words.ts'

const verbs = {
  acknowledge: 'acknowledge',
  unacknowledge: 'unacknowledge',
  resolve: 'resolve',
  reopen: 'reopen',
  snooze: 'snooze',
  assign: 'assign',
  prioritise: 'set the priority of',
  followUp: 'set the follow-up of',
  note: 'write a note on',
  addTicket: 'add a ticket to',
  removeTicket: 'remove a ticket from',
  summarise: 'ask for a summary of',
  setCause: 'say the cause of',
  merge: 'merge',
} as const satisfies Record<BulkAction['kind'], string>

/** What is said of many incidents that are acted on together. */
export const bulkTexts = {
  label: 'Selected incidents',
  selected: (count: number) => `${formatCount(count)} selected`,
  marked: 'selected to be acted on',
  all: (count: number) => `All ${formatCount(count)} here`,
  clear: 'Clear',
  mergeInto: (number: number) => `into #${number}`,
  name: 'A name',
  note: 'A note for each',
  ticket: 'A ticket',
  removedTicket: 'The ticket to remove, where it is',
  more: 'More ▴',
  moreLabel: 'More for the selected incidents',
  cause: 'The cause, of those that are resolved',
  confirm: (kind: BulkAction['kind'], count: number) =>
    `Really ${verbs[kind]} ${several(count, 'incident')}?`,
  yes: (kind: BulkAction['kind'], count: number) => `${actions[kind]} ${formatCount(count)}`,
  no: 'No',
  nothing: (kind: BulkAction['kind']) => `${actions[kind]}: there was nothing to do.`,
  progress: (kind: BulkAction['kind'], isUndo: boolean, answered: number, total: number) =>
    `${isUndo ? 'Undo: ' : ''}${actions[kind]}: ${formatCount(answered)} of ${formatCount(total)} answered`,
  refused: (count: number) => `${formatCount(count)} did not go as asked`,
  moreRefused: (count: number) => `and ${formatCount(count)} more`,
  failed: (message: string) => `Nothing was sent: ${message}`,
  undo: 'Undo',
  dismiss: 'Dismiss',
} as const
