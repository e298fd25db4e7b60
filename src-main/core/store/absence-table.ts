import type Database from 'better-sqlite3'
import { awayAccountSchema, type AwayAccount } from '../../../src-shared/console-views.ts'
import type { Cursor } from '../../../src-shared/protocol/frames.ts'
import { accountOfAbsence, type LiveMark, type MovedIncidents } from '../away/away-account.ts'
import type { StoreInput } from './store-api.ts'

/** When each site was live the last time, and the accounts of absences that were not dismissed. */
export class AbsenceTable {
  readonly #mark
  readonly #putMark
  readonly #skip
  readonly #lose
  readonly #moved
  readonly #put
  readonly #remove
  readonly #all

  constructor(db: Database.Database) {
    this.#mark = db.prepare<[string], LiveMark>(
      `SELECT live_at AS liveAt, epoch, seq, complete_at AS completeAt, skipped, lost
       FROM live_marks WHERE site = ?`,
    )
    this.#putMark = db.prepare(
      'INSERT OR REPLACE INTO live_marks (site, live_at, epoch, seq, complete_at) VALUES (?, ?, ?, ?, ?)',
    )
    this.#skip = db.prepare('UPDATE live_marks SET skipped = skipped + ? WHERE site = ?')
    this.#lose = db.prepare('UPDATE live_marks SET lost = ? WHERE site = ?')
    this.#moved = db.prepare<{ site: string; after: number }, MovedIncidents>(
      `SELECT coalesce(sum(isTriggered), 0) AS triggered, coalesce(sum(isResolved), 0) AS resolved,
         coalesce(sum(NOT isTriggered AND NOT isResolved), 0) AS changed
       FROM (SELECT json_extract(json, '$.triggeredAt') > $after AS isTriggered,
           coalesce(resolved_at > $after, 0) AS isResolved
         FROM incidents WHERE site = $site AND json_extract(json, '$.updatedAt') > $after)`,
    )
    this.#put = db.prepare('INSERT OR REPLACE INTO absences (site, json) VALUES (?, ?)')
    this.#remove = db.prepare('DELETE FROM absences WHERE site = ?')
    this.#all = db.prepare<[], string>('SELECT json FROM absences ORDER BY site').pluck()
  }

  /** Inside a transaction: the account belongs to the mark that it replaces. */
  live(
    { siteId, at, completeAt, absence }: StoreInput<'live'>,
    cursor: Pick<Cursor, 'epoch' | 'seq'> | null,
  ): AwayAccount | null {
    if (!cursor) return null
    const { epoch, seq } = cursor
    const mark = this.#mark.get(siteId)
    this.#putMark.run(siteId, at, epoch, seq, completeAt)
    if (!mark || absence === null) return null
    const countMoved = (after: number): MovedIncidents =>
      this.#moved.get({ site: siteId, after }) ?? { triggered: 0, resolved: 0, changed: 0 }
    const account = accountOfAbsence(mark, { siteId, at, epoch, seq, cause: absence, countMoved })
    if (account) this.#put.run(siteId, JSON.stringify(account))
    return account
  }

  /** The server left out events of the feed. */
  skipped(siteId: string, events: number): void {
    this.#skip.run(events, siteId)
  }

  /** Everything is read anew instead of read on. A later page, after a restart, may not know why. */
  lost(siteId: string, why: string | null): void {
    const known = this.#mark.get(siteId)?.lost ?? null
    this.#lose.run(why ?? known ?? 'the server sent its state anew', siteId)
  }

  dismiss(siteId: string): void {
    this.#remove.run(siteId)
  }

  all(): AwayAccount[] {
    return this.#all.all().map((json) => awayAccountSchema.parse(JSON.parse(json)))
  }
}
