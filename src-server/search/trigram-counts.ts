import type Database from 'better-sqlite3'
import type { Requirement } from './plan-filter.ts'

/** Of what is asked for again and again the counts are known; the rest is counted anew. */
const mostKnown = 5_000
/** More of them leave out little else, and each is a list to go through. */
const usedOfEach = 4

/** In how many contents trigrams are, roughly: it decides which of them a query uses, not what it finds. */
export class TrigramCounts {
  readonly #count
  #known = new Map<string, number>()

  constructor(database: Database.Database) {
    this.#count = database.prepare<[string], number>('select doc from content_terms where term = ?').pluck()
  }

  /** The same requirements with only the rarest trigrams of each alternative: what fits them fits fewer conditions. */
  narrowed(requirements: readonly Requirement[]): Requirement[] {
    return requirements.map((alternatives) =>
      alternatives.map((trigrams) =>
        [...new Set(trigrams)].toSorted((a, b) => this.#of(a) - this.#of(b)).slice(0, usedOfEach),
      ),
    )
  }

  #of(trigram: string): number {
    const known = this.#known.get(trigram)
    if (known !== undefined) return known
    const count = this.#count.get(trigram) ?? 0
    if (this.#known.size >= mostKnown) this.#known = new Map()
    this.#known.set(trigram, count)
    return count
  }
}
