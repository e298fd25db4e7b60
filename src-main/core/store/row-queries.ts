import type Database from 'better-sqlite3'
import { resolvedOnBoard } from '../../../src-shared/console-api.ts'
import type { Counts, IncidentRow } from '../../../src-shared/console-views.ts'
import type { Incident, IncidentStatus } from '../../../src-shared/domain/incident.ts'
import type { Source } from '../../../src-shared/domain/service.ts'
import { worseSeverity, type Severity } from '../../../src-shared/domain/severity.ts'

interface RawRow {
  json: string
  events: number | null
  service: string | null
}

const select = `SELECT i.json AS json,
  (SELECT sum(a.count) FROM alerts a WHERE a.site = i.site AND a.incident_id = i.id) AS events,
  (SELECT json_extract(t.json, '$.name') FROM things t
    WHERE t.site = i.site AND t.kind = 'service' AND t.id = i.service_id) AS service
  FROM incidents i`

/** Reads rows for the list. */
export class RowQueries {
  readonly #one
  readonly #unresolved
  readonly #resolved
  readonly #newest
  readonly #triggered
  readonly #counts
  readonly #ofService
  readonly #sources

  constructor(db: Database.Database) {
    this.#one = db.prepare<[string, string], RawRow>(`${select} WHERE i.site = ? AND i.id = ?`)
    this.#unresolved = db.prepare<[string], RawRow>(
      `${select} WHERE i.site = ? AND i.status <> 'resolved' ORDER BY i.number DESC`,
    )
    this.#resolved = db.prepare<[string], RawRow>(
      `${select} WHERE i.site = ? AND i.status = 'resolved' ORDER BY i.resolved_at DESC LIMIT ${resolvedOnBoard}`,
    )
    this.#newest = db.prepare<[string], RawRow>(
      `${select} WHERE i.site = ? AND i.status <> 'resolved' AND i.status = 'triggered' ORDER BY i.number DESC LIMIT 5`,
    )
    this.#triggered = db
      .prepare<[string], Severity>(
        "SELECT DISTINCT severity FROM incidents WHERE site = ? AND status <> 'resolved' AND status = 'triggered'",
      )
      .pluck()
    this.#counts = db.prepare<[string], { status: IncidentStatus; severity: Severity; n: number }>(
      'SELECT status, severity, count(*) AS n FROM incidents WHERE site = ? GROUP BY status, severity',
    )
    this.#ofService = db
      .prepare<[string, string], string>(
        "SELECT id FROM incidents WHERE site = ? AND service_id = ? AND status <> 'resolved'",
      )
      .pluck()
    this.#sources = db
      .prepare<[string], string>("SELECT json FROM things WHERE site = ? AND kind = 'source'")
      .pluck()
  }

  row(site: string, id: string): IncidentRow | null {
    const raw = this.#one.get(site, id)
    return raw ? rowOf(site, raw) : null
  }

  rows(site: string, ids: Iterable<string>): IncidentRow[] {
    return [...ids].flatMap((id) => this.row(site, id) ?? [])
  }

  /** All unresolved ones and the newest resolved ones. */
  board(site: string): IncidentRow[] {
    return [...this.#unresolved.all(site), ...this.#resolved.all(site)].map((raw) => rowOf(site, raw))
  }

  newestTriggered(site: string): IncidentRow[] {
    return this.#newest.all(site).map((raw) => rowOf(site, raw))
  }

  worstTriggered(site: string): Severity | null {
    return this.#triggered
      .all(site)
      .reduce<Severity | null>((a, b) => (a === null ? b : worseSeverity(a, b)), null)
  }

  unresolvedOf(site: string, serviceId: string): string[] {
    return this.#ofService.all(site, serviceId)
  }

  sources(site: string): Source[] {
    return this.#sources
      .all(site)
      .map((json) => JSON.parse(json) as Source)
      .toSorted((a, b) => a.name.localeCompare(b.name))
  }

  /** Counted from the table: asked once at the start, then kept by `IncidentCounts`. */
  counts(site: string): Counts {
    const counts = emptyCounts()
    for (const { status, severity, n } of this.#counts.all(site)) {
      counts[status] += n
      if (status !== 'resolved') counts.bySeverity[severity] += n
    }
    return counts
  }
}

export function emptyCounts(): Counts {
  return {
    triggered: 0,
    acknowledged: 0,
    resolved: 0,
    bySeverity: { info: 0, warning: 0, error: 0, critical: 0 },
  }
}

function rowOf(siteId: string, { json, events, service }: RawRow): IncidentRow {
  const incident = JSON.parse(json) as Incident
  return {
    siteId,
    id: incident.id,
    revision: incident.revision,
    number: incident.number,
    status: incident.status,
    severity: incident.severity,
    priority: incident.priority,
    rulePriority: incident.rulePriority,
    title: incident.title,
    serviceName: service ?? '',
    serviceCount: incident.serviceIds.length,
    alertCount: incident.alertCount,
    openAlertCount: incident.openAlertCount,
    eventCount: events ?? 0,
    flapCount: incident.flapCount,
    assignee: incident.assignee,
    acknowledgedBy: incident.acknowledgedBy?.name ?? null,
    snoozedUntil: incident.snoozedUntil,
    followUp: incident.followUp && { at: incident.followUp.at, isDue: incident.followUp.isDue },
    triggeredAt: incident.triggeredAt,
    resolvedAt: incident.resolvedAt,
    updatedAt: incident.updatedAt,
    pending: [],
  }
}
