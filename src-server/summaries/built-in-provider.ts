import { affectedClaims } from './affected-claims.ts'
import { courseClaims } from './course-claims.ts'
import type { SummaryProvider } from './summary-provider.ts'

/** Rules and statistics, in words: needs nothing, always works, and cites the events behind each claim. */
export function createBuiltInProvider(): SummaryProvider {
  return {
    name: 'built-in',
    summarise: (input) => Promise.resolve([...courseClaims(input), ...affectedClaims(input)]),
  }
}
