import type { Counts } from '../../../src-shared/console-views.ts'
import type { Incident } from '../../../src-shared/domain/incident.ts'
import type { RowQueries } from './row-queries.ts'

/** Counts of each site, kept beside the tables so that no batch has to count a hundred thousand rows. */
export class IncidentCounts {
  readonly #rows: RowQueries
  readonly #ofSite = new Map<string, Counts>()

  constructor(rows: RowQueries) {
    this.#rows = rows
  }

  of(site: string): Counts {
    const counts = this.#known(site)
    return { ...counts, bySeverity: { ...counts.bySeverity } }
  }

  moved(site: string, before: Incident | null, after: Incident): void {
    const counts = this.#known(site)
    if (before) add(counts, before, -1)
    add(counts, after, 1)
  }

  /** After a rollback, a removal or a new snapshot: counted again when next asked for. */
  forget(site: string): void {
    this.#ofSite.delete(site)
  }

  /** Loads the counts before a transaction changes the rows that they are counted from. */
  #known(site: string): Counts {
    const known = this.#ofSite.get(site)
    if (known) return known
    const counted = this.#rows.counts(site)
    this.#ofSite.set(site, counted)
    return counted
  }
}

function add(counts: Counts, { status, severity }: Incident, step: 1 | -1): void {
  counts[status] += step
  if (status !== 'resolved') counts.bySeverity[severity] += step
}
