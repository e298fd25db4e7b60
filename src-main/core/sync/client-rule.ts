import type { Batch } from '../../../src-shared/protocol/frames.ts'

export type BatchVerdict = 'apply' | 'drop' | 'gap'

/**
 * What to do with a batch at a cursor: apply it when it begins where the cursor is, drop it when all of it
 * is known; anything else is a gap, which is said and read again, never papered over. A heartbeat at the
 * cursor (`from` = `to` = cursor) is applied: it says that the cursor is still the place to be.
 */
export function judgeBatch(cursorSeq: number, batch: Pick<Batch, 'from' | 'to'>): BatchVerdict {
  if (batch.from === cursorSeq) return 'apply'
  return batch.to <= cursorSeq ? 'drop' : 'gap'
}
