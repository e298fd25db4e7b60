import type Database from 'better-sqlite3'
import { createEventMatch, type EventMatch } from '../../src-shared/filter/match-event.ts'
import { readContent, type Content } from './content.ts'
import type { ContentPlan } from './plan-filter.ts'
import type { SearchLimits } from './search-limits.ts'

const fits = 1
const fitsNot = 2
const listed = 3

/** What else the test of an event looks at; no term about contents does. */
const blank = { severity: 'info', action: 'trigger', effect: 'none', receivedAt: 0 } as const

/** Says of contents whether a filter's terms about them let them through: each is looked at once, when it is first asked for. */
export class ContentVerdicts {
  readonly #database: Database.Database
  readonly #plan: ContentPlan
  readonly #limits: Pick<SearchLimits, 'lookedAtFirst' | 'mostListed'>
  readonly #match: EventMatch
  readonly #text
  readonly #known: Uint8Array
  #lookedAt = 0
  #isListed = false
  #mayList: boolean

  constructor(database: Database.Database, plan: ContentPlan, limits: SearchLimits) {
    this.#limits = limits
    this.#database = database
    this.#plan = plan
    this.#match = createEventMatch({ terms: plan.terms })
    this.#text = database.prepare<[number], string>('select text from content where id = ?').pluck()
    const newest = database.prepare<[], number | null>('select max(id) from content').pluck().get() ?? 0
    this.#known = new Uint8Array(newest + 1)
    this.#mayList = plan.query !== null || plan.within.length > 0
  }

  fits(id: number): boolean {
    if (this.#plan.terms.length === 0) return true
    if (this.#mayList && this.#lookedAt >= this.#limits.lookedAtFirst) this.#list()
    const known = this.#known[id]
    if (known === fits) return true
    if (known === fitsNot || (this.#isListed && known !== listed)) return false
    const text = this.#text.get(id)
    const verdict = text !== undefined && this.#fitsContent(readContent(text))
    this.#known[id] = verdict ? fits : fitsNot
    this.#lookedAt += 1
    return verdict
  }

  #fitsContent(content: Content): boolean {
    return this.#match({ ...content, ...blank }, 0)
  }

  /** Marks what can fit at all; from then on nothing else is looked at. */
  #list(): void {
    this.#mayList = false
    const ids = listContents(this.#database, this.#plan, this.#limits.mostListed)
    if (!ids) return
    for (const id of ids) if (this.#known[id] === 0) this.#known[id] = listed
    this.#isListed = true
  }
}

/** Every content that can fit, and others; null when they are more than `most`, or the index has no answer. */
export function listContents(
  database: Database.Database,
  { query, within }: Pick<ContentPlan, 'query' | 'within'>,
  most: number,
): number[] | null {
  if (query !== null) {
    const ids = database
      .prepare<[string, number], number>(
        'select rowid from content_words where content_words match ? limit ?',
      )
      .pluck()
      .all(query, most + 1)
    return ids.length > most ? null : ids
  }
  if (within.length === 0) return null
  const conditions = within.map(() => 'instr(text, ?) > 0').join(' and ')
  const ids = database
    .prepare<unknown[], number>(`select id from content where ${conditions} limit ?`)
    .pluck()
    .all(...within, most + 1)
  return ids.length > most ? null : ids
}
