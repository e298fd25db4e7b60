import type Database from 'better-sqlite3'
import { assertNever } from '../../../src-shared/domain/result.ts'
import type { Alert } from '../../../src-shared/domain/alert.ts'
import type { Incident } from '../../../src-shared/domain/incident.ts'
import type { EntryOf, LogEntry } from '../../../src-shared/domain/log-entry.ts'
import { timelineRecordOf } from './timeline-record.ts'
import type { PanelName } from '../../../src-shared/console-panels.ts'

type ThingKind = 'service' | 'source' | 'summary' | 'shift' | 'maintenance'

/** What one transaction touched. */
export interface Touched {
  /** Incidents whose row may look different. */
  rows: Set<string>
  removed: Set<string>
  /** Incidents whose detail may look different. */
  details: Set<string>
  services: Set<string>
  sources: boolean
  /** The newest states of alerts, which `settle` writes: a storm brings one alert hundreds of times. */
  alerts: Map<string, Alert>
  panels: Set<PanelName>
}

export function nothingTouched(): Touched {
  return {
    rows: new Set(),
    removed: new Set(),
    details: new Set(),
    services: new Set(),
    sources: false,
    alerts: new Map(),
    panels: new Set(),
  }
}

/** Tells of each incident state that replaced an older one (or none), while the transaction is open. */
export type IncidentListener = (
  before: Incident | null,
  entry: Extract<LogEntry, { kind: 'incident' }>,
) => void
export type SummaryListener = (entry: Extract<LogEntry, { kind: 'summary' }>) => void

/** The cached state of the sites. A state replaces another only with a higher revision. */
export class StateTables {
  readonly #db: Database.Database
  readonly #incident
  readonly #putIncident
  readonly #putAlert
  readonly #alertIncident
  readonly #putThing
  readonly #putTimeline
  readonly #removals

  constructor(db: Database.Database) {
    this.#db = db
    this.#incident = db.prepare<[string, string], { json: string }>(
      'SELECT json FROM incidents WHERE site = ? AND id = ?',
    )
    this.#putIncident = db.prepare(
      `INSERT INTO incidents (site, id, revision, number, status, severity, service_id, resolved_at, json)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT (site, id) DO UPDATE SET revision = excluded.revision, number = excluded.number,
         status = excluded.status, severity = excluded.severity, service_id = excluded.service_id,
         resolved_at = excluded.resolved_at, json = excluded.json
       WHERE excluded.revision > revision`,
    )
    this.#alertIncident = db
      .prepare<[string, string], string | null>('SELECT incident_id FROM alerts WHERE site = ? AND id = ?')
      .pluck()
    this.#putAlert = db.prepare(
      `INSERT INTO alerts (site, id, revision, incident_id, count, json) VALUES (?, ?, ?, ?, ?, ?)
       ON CONFLICT (site, id) DO UPDATE SET revision = excluded.revision, incident_id = excluded.incident_id,
         count = excluded.count, json = excluded.json
       WHERE excluded.revision > revision`,
    )
    this.#putThing = db.prepare(
      `INSERT INTO things (site, kind, id, revision, json) VALUES (?, ?, ?, ?, ?)
       ON CONFLICT (site, kind, id) DO UPDATE SET revision = excluded.revision, json = excluded.json
       WHERE excluded.revision > revision`,
    )
    this.#putTimeline = db.prepare(
      'INSERT OR IGNORE INTO timeline (site, incident_id, seq, json) VALUES (?, ?, ?, ?)',
    )
    this.#removals = {
      incident: db.prepare('DELETE FROM incidents WHERE site = ? AND id = ?'),
      timeline: db.prepare('DELETE FROM timeline WHERE site = ? AND incident_id = ?'),
      alert: db.prepare('DELETE FROM alerts WHERE site = ? AND id = ?'),
      thing: db.prepare('DELETE FROM things WHERE site = ? AND kind = ? AND id = ?'),
    }
  }

  /** Not checked again: it was when it came, and nobody else writes here. */
  incident(site: string, id: string): Incident | null {
    const row = this.#incident.get(site, id)
    return row ? (JSON.parse(row.json) as Incident) : null
  }

  apply(
    site: string,
    entry: LogEntry,
    touched: Touched,
    onIncident: IncidentListener,
    onSummary: SummaryListener,
  ): void {
    switch (entry.kind) {
      case 'event':
        if (entry.event.incidentId !== null) this.#keep(site, entry.event.incidentId, entry, touched)
        return
      case 'incident':
        this.#applyIncident(site, entry, touched, onIncident)
        return
      case 'alert':
        this.#await(entry.alert, touched)
        return
      case 'summary': {
        const { summary } = entry
        const isNew = this.#thing(site, 'summary', summary.incidentId, summary.revision, summary)
        this.#keep(site, summary.incidentId, entry, touched)
        if (isNew) onSummary(entry)
        return
      }
      case 'service':
        if (this.#thing(site, 'service', entry.service.id, entry.service.revision, entry.service))
          touched.services.add(entry.service.id)
        return
      case 'source':
        if (this.#thing(site, 'source', entry.source.id, entry.source.revision, entry.source))
          touched.sources = true
        return
      case 'shift':
        this.#thing(site, 'shift', entry.shift.id, entry.shift.revision, entry.shift)
        touched.panels.add('shift')
        return
      case 'maintenance':
        this.#thing(site, 'maintenance', entry.window.id, entry.window.revision, entry.window)
        touched.panels.add('maintenance')
        return
      case 'removed':
        this.#remove(site, entry.of, entry.id, touched)
        return
      default:
        assertNever(entry)
    }
  }

  /** Writes what waits for the end of the transaction; before that, alerts in the tables may be older than what came. */
  settle(site: string, touched: Touched): void {
    for (const alert of touched.alerts.values()) this.#writeAlert(site, alert, touched)
    touched.alerts.clear()
  }

  /** Everything cached of a site's state; what only this machine knows stays. */
  clear(site: string): void {
    for (const table of ['incidents', 'alerts', 'things', 'timeline'])
      this.#db.prepare(`DELETE FROM ${table} WHERE site = ?`).run(site)
  }

  #applyIncident(
    site: string,
    entry: Extract<LogEntry, { kind: 'incident' }>,
    touched: Touched,
    onIncident: IncidentListener,
  ): void {
    const { incident } = entry
    const before = this.incident(site, incident.id)
    const { id, revision, number, status, severity, serviceIds, resolvedAt } = incident
    const serviceId = serviceIds[0] ?? ''
    const json = JSON.stringify(incident)
    const { changes } = this.#putIncident.run(
      site,
      id,
      revision,
      number,
      status,
      severity,
      serviceId,
      resolvedAt,
      json,
    )
    this.#keep(site, id, entry, touched)
    if (changes === 0) return
    touched.rows.add(id)
    touched.removed.delete(id)
    onIncident(before, entry)
  }

  #await(alert: Alert, { alerts }: Touched): void {
    const known = alerts.get(alert.id)
    if (known === undefined || alert.revision > known.revision) alerts.set(alert.id, alert)
  }

  #writeAlert(site: string, alert: Alert, touched: Touched): void {
    const { id, revision, incidentId, count } = alert
    const before = this.#alertIncident.get(site, id) ?? null
    const { changes } = this.#putAlert.run(site, id, revision, incidentId, count, JSON.stringify(alert))
    if (changes === 0) return
    // One that no incident had may have been suppressed until now.
    if (alert.maintenanceId !== null || before === null) touched.panels.add('maintenance')
    for (const incident of [before, incidentId]) {
      if (incident === null) continue
      touched.rows.add(incident)
      touched.details.add(incident)
    }
  }

  #thing(site: string, kind: ThingKind, id: string, revision: number, thing: unknown): boolean {
    return this.#putThing.run(site, kind, id, revision, JSON.stringify(thing)).changes > 0
  }

  #keep(
    site: string,
    incidentId: string,
    entry: EntryOf<'event'> | EntryOf<'incident'> | EntryOf<'summary'>,
    touched: Touched,
  ): void {
    this.#putTimeline.run(site, incidentId, entry.seq, JSON.stringify(timelineRecordOf(entry)))
    touched.details.add(incidentId)
  }

  #remove(
    site: string,
    of: Extract<LogEntry, { kind: 'removed' }>['of'],
    id: string,
    touched: Touched,
  ): void {
    if (of === 'incident') {
      this.#removals.incident.run(site, id)
      this.#removals.timeline.run(site, id)
      touched.removed.add(id)
      touched.rows.delete(id)
    } else if (of === 'alert') {
      for (const incident of [this.#alertIncident.get(site, id), touched.alerts.get(id)?.incidentId])
        if (incident) touched.rows.add(incident)
      touched.alerts.delete(id)
      this.#removals.alert.run(site, id)
    } else {
      this.#removals.thing.run(site, of, id)
      if (of === 'source') touched.sources = true
      if (of === 'shift' || of === 'maintenance') touched.panels.add(of)
    }
  }
}
