import type Database from 'better-sqlite3'
import { notifyDecisionSchema, type NotifyDecision } from '../../../src-shared/console-views.ts'
import type { StoredDecision } from './store-api.ts'

/** Newest decisions that an incident and the board show. */
const shownDecisions = 20
/** Newest decisions that are kept, some weeks of most estates; and all that have not been shown yet. */
const keptDecisions = 10_000

interface Row {
  id: number
  json: string
}

/** Everything that was decided about notifying, and which of it has been shown. */
export class DecisionsTable {
  readonly #insert
  readonly #ofIncident
  readonly #latest
  readonly #unshown
  readonly #markShown
  readonly #since
  readonly #prune

  constructor(db: Database.Database) {
    this.#insert = db.prepare(
      'INSERT INTO decisions (site, incident_id, at, notified, json) VALUES (?, ?, ?, ?, ?)',
    )
    this.#ofIncident = db.prepare<[string, string], Row>(
      `SELECT id, json FROM decisions WHERE site = ? AND incident_id = ? ORDER BY id DESC LIMIT ${shownDecisions}`,
    )
    this.#latest = db.prepare<[string, number], Row>(
      'SELECT id, json FROM decisions WHERE site = ? ORDER BY id DESC LIMIT ?',
    )
    this.#unshown = db.prepare<[], Row>(
      'SELECT id, json FROM decisions WHERE notified = 1 AND shown_at IS NULL ORDER BY id',
    )
    this.#markShown = db.prepare(
      `UPDATE decisions SET shown_at = ?, json = CASE WHEN ? IS NULL THEN json
         ELSE json_set(json, '$.decision.reason', ?) END WHERE id = ? AND shown_at IS NULL`,
    )
    this.#since = db
      .prepare<[number], number>(
        // Newest first: of a storm so many are enough to know it for one.
        'SELECT at FROM decisions WHERE notified = 1 AND at > ? ORDER BY at DESC LIMIT 1000',
      )
      .pluck()
    this.#prune = db.prepare(
      `DELETE FROM decisions WHERE (notified = 0 OR shown_at IS NOT NULL)
         AND id <= (SELECT id FROM decisions ORDER BY id DESC LIMIT 1 OFFSET ${keptDecisions})`,
    )
  }

  add(decision: NotifyDecision, title: string, inStorm: boolean): StoredDecision {
    const { siteId, incidentId, at, notified } = decision
    const json = JSON.stringify({ decision, title, inStorm })
    const { lastInsertRowid } = this.#insert.run(siteId, incidentId, at, notified ? 1 : 0, json)
    return { id: Number(lastInsertRowid), inStorm, title, decision }
  }

  of(site: string, incidentId: string): NotifyDecision[] {
    return this.#ofIncident.all(site, incidentId).map((row) => decisionOf(row).decision)
  }

  /** Newest first. */
  latest(site: string, limit: number): NotifyDecision[] {
    return this.#latest.all(site, limit).map((row) => decisionOf(row).decision)
  }

  unshown(): StoredDecision[] {
    return this.#unshown.all().map(decisionOf)
  }

  /** `reason` replaces the stored one where showing it came out otherwise; null leaves it. */
  markShown(ids: readonly number[], at: number, reason: string | null): void {
    for (const id of ids) this.#markShown.run(at, reason, reason, id)
  }

  /** When operators were notified after an instant, oldest first. */
  notifiedAfter(at: number): number[] {
    return this.#since.all(at).toReversed()
  }

  /** Forgets the oldest of what was decided and shown. */
  prune(): void {
    this.#prune.run()
  }
}

function decisionOf({ id, json }: Row): StoredDecision {
  const stored = JSON.parse(json) as { decision: unknown; title: string; inStorm: boolean }
  return {
    id,
    title: stored.title,
    inStorm: stored.inStorm,
    decision: notifyDecisionSchema.parse(stored.decision),
  }
}
