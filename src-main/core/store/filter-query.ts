import type Database from 'better-sqlite3'
import { resolvedOnBoard } from '../../../src-shared/console-api.ts'
import type { FilterValues } from '../../../src-shared/console-panels.ts'
import type { Alert } from '../../../src-shared/domain/alert.ts'
import type { Incident } from '../../../src-shared/domain/incident.ts'
import { parseFilter } from '../../../src-shared/filter/parse-filter.ts'
import { createFilterMatch } from '../../../src-shared/filter/match-filter.ts'
import type { StoreInput } from './store-api.ts'

/** Alerts whose labels are offered, the newest; and values offered of one label. */
const alertsLookedAt = 2_000
const mostValues = 100

/** Applies the filter language to what is cached, with the parser and the test that the server has. */
export class FilterQuery {
  readonly #unresolved
  readonly #resolved
  readonly #one
  readonly #services
  readonly #sources
  readonly #alerts
  readonly #newestAlerts

  constructor(db: Database.Database) {
    const pluck = <P extends unknown[]>(sql: string) => db.prepare<P, string>(sql).pluck()
    this.#unresolved = pluck<[string]>("SELECT json FROM incidents WHERE site = ? AND status <> 'resolved'")
    this.#resolved = pluck<[string]>(
      `SELECT json FROM incidents WHERE site = ? AND status = 'resolved' ORDER BY resolved_at DESC LIMIT ${resolvedOnBoard}`,
    )
    this.#one = pluck<[string, string]>('SELECT json FROM incidents WHERE site = ? AND id = ?')
    this.#services = db.prepare<[string], { id: string; name: string }>(
      "SELECT id, json_extract(json, '$.name') AS name FROM things WHERE site = ? AND kind = 'service'",
    )
    this.#sources = pluck<[string]>(
      "SELECT json_extract(json, '$.name') FROM things WHERE site = ? AND kind = 'source'",
    )
    this.#alerts = pluck<[string, string]>('SELECT json FROM alerts WHERE site = ? AND incident_id = ?')
    this.#newestAlerts = pluck<[string]>(
      `SELECT json_extract(json, '$.labels') FROM alerts WHERE site = ? ORDER BY id DESC LIMIT ${alertsLookedAt}`,
    )
  }

  /** Ids of what is on the board (or of `ids`, where given) and is let through. A text that cannot be read lets nothing. */
  matching({ siteId, text, me, ids, now }: StoreInput<'filter'>): string[] {
    const reading = parseFilter(text)
    if (!reading.ok) return []
    const match = createFilterMatch(reading.filter, { me })
    const services = new Map(this.#services.all(siteId).map(({ id, name }) => [id, name]))
    const found: string[] = []
    for (const json of this.#candidates(siteId, ids)) {
      const incident = JSON.parse(json) as Incident
      const alerts = (): Alert[] =>
        this.#alerts.all(siteId, incident.id).map((alert) => JSON.parse(alert) as Alert)
      const subject = {
        incident,
        serviceNames: incident.serviceIds.flatMap((id) => services.get(id) ?? []),
        // Read only where a term asks for them.
        get alerts() {
          return alerts()
        },
      }
      if (match(subject, now)) found.push(incident.id)
    }
    return found
  }

  /** What could be written as values. */
  values(siteId: string): FilterValues {
    const labels = new Map<string, Set<string>>()
    for (const json of this.#newestAlerts.all(siteId)) {
      for (const [name, value] of Object.entries(JSON.parse(json) as Alert['labels'])) {
        const values = labels.get(name) ?? new Set()
        if (values.size < mostValues) labels.set(name, values.add(value))
      }
    }
    const operators = new Set<string>()
    const keys = new Set<string>()
    for (const json of this.#candidates(siteId, null)) {
      const { assignee, acknowledgedBy, tickets } = JSON.parse(json) as Incident
      for (const name of [assignee, acknowledgedBy?.name ?? null]) if (name !== null) operators.add(name)
      for (const { key } of tickets) if (keys.size < mostValues) keys.add(key)
    }
    return {
      services: this.#services.all(siteId).map(({ name }) => name),
      sources: this.#sources.all(siteId),
      operators: [...operators],
      tickets: [...keys],
      labels: Object.fromEntries([...labels].map(([name, values]) => [name, [...values]])),
    }
  }

  #candidates(siteId: string, ids: readonly string[] | null): string[] {
    if (ids !== null) return ids.flatMap((id) => this.#one.get(siteId, id) ?? [])
    return [...this.#unresolved.all(siteId), ...this.#resolved.all(siteId)]
  }
}
