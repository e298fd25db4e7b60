import type Database from 'better-sqlite3'
import { createEventMatch, type EventMatch } from '../../src-shared/filter/match-event.ts'
import { readContent } from './content.ts'
import { fullTextQuery, type ContentPlan } from './plan-filter.ts'
import type { TrigramCounts } from './trigram-counts.ts'
import type { SearchLimits } from './search-limits.ts'

const fits = 1
const fitsNot = 2
const listed = 3

/** What else the test of an event looks at; no term about contents does. */
const blank = { severity: 'info', action: 'trigger', effect: 'none', receivedAt: 0, dedupKey: '' } as const

export interface SearchedContents {
  database: Database.Database
  counts: TrigramCounts
  limits: SearchLimits
}

/** Says of contents whether a filter's terms about them let them through: each is looked at once, when it is first asked for. */
export class ContentVerdicts {
  readonly #searched: SearchedContents
  readonly #plan: ContentPlan
  readonly #limits: Pick<SearchLimits, 'lookedAtFirst' | 'mostListed'>
  readonly #match: EventMatch
  readonly #text
  readonly #known: Uint8Array
  #lookedAt = 0
  #mayList: boolean

  constructor(searched: SearchedContents, plan: ContentPlan) {
    const { database, limits } = searched
    this.#searched = searched
    this.#limits = limits
    this.#plan = plan
    this.#match = createEventMatch({ terms: plan.terms })
    this.#text = database.prepare<[number], string>('select text from content where id = ?').pluck()
    const newest = database.prepare<[], number | null>('select max(id) from content').pluck().get() ?? 0
    this.#known = new Uint8Array(newest + 1)
    if (plan.terms.length === 0) this.#known.fill(fits)
    this.#mayList = plan.requirements.length > 0 || plan.short.length > 0
  }

  /** So many contents were looked at so far. */
  get lookedAt(): number {
    return this.#lookedAt
  }

  /** The last place at or before `from` whose content is not known not to fit; -1 when there is none. */
  nextPossible(contentIds: Uint32Array, from: number): number {
    // The way of a million events: nothing may come before it.
    const all = this.#known
    let at = from
    while (at >= 0 && all[contentIds[at] ?? 0] === fitsNot) at -= 1
    return at
  }

  fits(id: number): boolean {
    const known = this.#known[id]
    if (known === fitsNot) return false
    if (known === fits) return true
    if (this.#mayList && this.#lookedAt >= this.#limits.lookedAtFirst) {
      this.#list()
      return this.fits(id)
    }
    const text = this.#text.get(id)
    const verdict = text !== undefined && this.#fitsContent(text)
    this.#known[id] = verdict ? fits : fitsNot
    this.#lookedAt += 1
    return verdict
  }

  #fitsContent(text: string): boolean {
    // Reading it takes longer than looking for a label.
    if (this.#plan.absent.some((label) => text.includes(label))) return false
    return this.#match({ ...readContent(text), ...blank }, 0)
  }

  /** Finds what can fit at all; from then on nothing else is looked at. */
  #list(): void {
    this.#mayList = false
    // A list of most of them spares little, and is long to make.
    const most = Math.min(this.#limits.mostListed, this.#known.length >> 1)
    const ids = listContents(this.#searched, this.#plan, most)
    if (!ids) return
    const all = this.#known
    for (const id of ids) if (all[id] === 0) all[id] = listed
    for (let id = 0; id < all.length; id += 1) if (all[id] === 0) all[id] = fitsNot
  }
}

/** Every content that can fit, and others; null when they are more than `most`, or the index has no answer. */
export function listContents(
  { database, counts }: SearchedContents,
  { requirements, short }: Pick<ContentPlan, 'requirements' | 'short'>,
  most: number,
): number[] | null {
  const query = fullTextQuery(counts.narrowed(requirements)) ?? shortQuery(database, short)
  if (query === null) return null
  if (query === '') return []
  const ids = database
    .prepare<[string, number], number>('select rowid from content_words where content_words match ? limit ?')
    .pluck()
    .all(query, most + 1)
  return ids.length > most ? null : ids
}

/** A short word that begins more trigrams is in very many contents. */
const mostTerms = 150

/**
 * A query for the trigrams that begin with the longest of these: a word that is somewhere is followed by something, if only
 * by what ends each text. Null when they are too many, empty when there are none.
 */
function shortQuery(database: Database.Database, short: readonly string[]): string | null {
  const [word] = short.toSorted((a, b) => b.length - a.length)
  if (word === undefined) return null
  const terms = database
    .prepare<[string, string, number], string>(
      'select term from content_terms where term >= ? and term < ? limit ?',
    )
    .pluck()
    .all(word, `${word}\u{10FFFF}`, mostTerms + 1)
  if (terms.length > mostTerms) return null
  return fullTextQuery([terms.map((term) => [term])]) ?? ''
}
