import type Database from 'better-sqlite3'
import { alertsLimit, timelineLimit, type IncidentDetail } from '../../../src-shared/console-views.ts'
import type { Alert } from '../../../src-shared/domain/alert.ts'
import { severities } from '../../../src-shared/domain/severity.ts'
import type { Service } from '../../../src-shared/domain/service.ts'
import type { Summary } from '../../../src-shared/domain/summary.ts'
import type { DecisionsTable } from './decisions-table.ts'
import type { RowQueries } from './row-queries.ts'
import type { StateTables } from './state-tables.ts'
import { timelineItemOf, type TimelineRecord } from './timeline-record.ts'

/** Reads one incident with everything that is cached of it. */
export class DetailQuery {
  readonly #states: StateTables
  readonly #rows: RowQueries
  readonly #decisions: DecisionsTable
  readonly #alerts
  readonly #thing
  readonly #timeline
  readonly #timelineTotal

  constructor(db: Database.Database, states: StateTables, rows: RowQueries, decisions: DecisionsTable) {
    this.#states = states
    this.#rows = rows
    this.#decisions = decisions
    this.#alerts = db
      .prepare<[string, string], string>(
        `SELECT json FROM alerts WHERE site = ? AND incident_id = ?
         ORDER BY json_extract(json, '$.isOpen') DESC,
           instr('${severities.join(' ')}', json_extract(json, '$.severity')) DESC, id LIMIT ${alertsLimit}`,
      )
      .pluck()
    this.#thing = db
      .prepare<[string, string, string], string>(
        'SELECT json FROM things WHERE site = ? AND kind = ? AND id = ?',
      )
      .pluck()
    this.#timeline = db
      .prepare<[string, string], string>(
        `SELECT json FROM timeline WHERE site = ? AND incident_id = ? ORDER BY seq DESC LIMIT ${timelineLimit}`,
      )
      .pluck()
    this.#timelineTotal = db
      .prepare<[string, string], number>('SELECT count(*) FROM timeline WHERE site = ? AND incident_id = ?')
      .pluck()
  }

  /** Null when the incident is not cached. Pending actions and live text are laid over by the caller. */
  detail(site: string, id: string): IncidentDetail | null {
    const incident = this.#states.incident(site, id)
    const row = this.#rows.row(site, id)
    if (!incident || !row) return null
    const summary = this.#thing.get(site, 'summary', id)
    return {
      siteId: site,
      row,
      incident,
      services: incident.serviceIds.flatMap((serviceId) => {
        const json = this.#thing.get(site, 'service', serviceId)
        return json === undefined ? [] : [JSON.parse(json) as Service]
      }),
      alerts: this.#alerts.all(site, id).map((json) => JSON.parse(json) as Alert),
      timeline: this.#timeline
        .all(site, id)
        .map((json) => timelineItemOf(JSON.parse(json) as TimelineRecord)),
      timelineTotal: this.#timelineTotal.get(site, id) ?? 0,
      timelineComplete: false,
      summary: summary === undefined ? null : (JSON.parse(summary) as Summary),
      serviceEdits: [],
      summaryInProgress: null,
      decisions: this.#decisions.of(site, id),
    }
  }
}
