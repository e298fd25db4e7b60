import type { BulkAction } from './bulk-plan.ts'
import type { BulkForm } from './bulk-store.ts'

/** What can be done to all that are marked without asking for more, each with its key. */
export const bulkPlainKeys = {
  acknowledge: 'a',
  resolve: 'r',
  unacknowledge: 'u',
  // Not the same key as to resolve: a key held down would undo what it did.
  reopen: 'R',
  summarise: 'S',
} as const satisfies Partial<Record<BulkAction['kind'], string>>
export type BulkPlain = keyof typeof bulkPlainKeys

/** The key that opens each form for all that are marked. */
export const bulkFormKeys = {
  timedAck: 'A',
  snooze: 's',
  assign: 'o',
  prioritise: 'p',
  followUp: 'f',
  note: 'n',
  addTicket: 't',
  removeTicket: 'T',
  setCause: 'c',
  merge: 'm',
} as const satisfies Record<BulkForm, string>

/** What a key stands for while rows are marked; null for none. */
export function bulkOfKey(key: string): { kind: BulkPlain } | { form: BulkForm } | null {
  const kind = (Object.keys(bulkPlainKeys) as BulkPlain[]).find((each) => bulkPlainKeys[each] === key)
  if (kind !== undefined) return { kind }
  const form = (Object.keys(bulkFormKeys) as BulkForm[]).find((each) => bulkFormKeys[each] === key)
  return form === undefined ? null : { form }
}
