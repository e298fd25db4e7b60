import type { Summary } from '../../src-shared/domain/summary.ts'

/** Numbers the cited events from 1, in the order in which the claims name them; one number an event. */
export function numberCitations(summary: Summary): ReadonlyMap<string, number> {
  const numbers = new Map<string, number>()
  for (const eventId of summary.claims.flatMap((claim) => claim.cites)) {
    if (!numbers.has(eventId)) numbers.set(eventId, numbers.size + 1)
  }
  return numbers
}
