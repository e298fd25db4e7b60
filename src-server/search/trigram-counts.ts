import type Database from 'better-sqlite3'
import { fullTextQuery, type Requirement } from './plan-filter.ts'

/** Of what is asked for again and again the counts are known; the rest is counted anew. */
const mostKnown = 5_000
/** A trigram that so many contents have rules out little: how many more they are makes no difference. */
const countedUpTo = 30_000
/** More of them leave out little else, and each is a list to go through. */
const usedOfEach = 4

/** In how many contents trigrams are, roughly: it decides which of them a query uses, not what it finds. */
export class TrigramCounts {
  readonly #count
  #known = new Map<string, number>()

  constructor(database: Database.Database) {
    this.#count = database
      .prepare<[string | null], number>(
        'select count(*) from (select rowid from content_words where content_words match ? ' +
          `limit ${countedUpTo})`,
      )
      .pluck()
  }

  /**
   * The same requirements with only the rarest trigrams of each alternative: what fits them fits fewer conditions. What very
   * many contents have is asked for only where there is nothing rarer.
   */
  narrowed(requirements: readonly Requirement[]): Requirement[] {
    return requirements.map((alternatives) => alternatives.map((trigrams) => this.#rarest(trigrams)))
  }

  #rarest(trigrams: readonly string[]): string[] {
    const rarestFirst = [...new Set(trigrams)].toSorted((a, b) => this.#of(a) - this.#of(b))
    const rare = rarestFirst.filter((trigram) => this.#of(trigram) < countedUpTo)
    return (rare.length > 0 ? rare : rarestFirst).slice(0, usedOfEach)
  }

  #of(trigram: string): number {
    const known = this.#known.get(trigram)
    if (known !== undefined) return known
    const count = this.#count.get(fullTextQuery([[[trigram]]])) ?? 0
    if (this.#known.size >= mostKnown) this.#known = new Map()
    this.#known.set(trigram, count)
    return count
  }
}
