import type Database from 'better-sqlite3'
import { panelNames } from '../../../src-shared/console-panels.ts'
import type { Incident, IncidentChange } from '../../../src-shared/domain/incident.ts'
import { logEntrySchema, type LogEntry } from '../../../src-shared/domain/log-entry.ts'
import type { Batch } from '../../../src-shared/protocol/frames.ts'
import { addUnread, type Received } from '../sync/unread.ts'
import { decideNotification, occasionOf, type Happening } from '../notify/policy.ts'
import type { AbsenceTable } from './absence-table.ts'
import type { DecisionsTable } from './decisions-table.ts'
import type { IncidentCounts } from './incident-counts.ts'
import type { OutboxTable } from './outbox-table.ts'
import type { RowQueries } from './row-queries.ts'
import type { SiteTable } from './site-table.ts'
import { nothingTouched, type StateTables, type Touched } from './state-tables.ts'
import type { PolicyMoment, StoreChanges, StoredDecision, StoreInput } from './store-api.ts'

/** Timeline entries that are kept of one site; the oldest go first. */
const timelineKept = 200_000
const pruneEvery = 20_000
/** What a person does to an incident that others are told of, and its author is not. */
const causes: ReadonlySet<IncidentChange['kind']> = new Set([
  'unacknowledged',
  'reopened',
  'mergedFrom',
  'splitFrom',
])

export interface ApplierTables {
  sites: SiteTable
  states: StateTables
  rows: RowQueries
  counts: IncidentCounts
  decisions: DecisionsTable
  absences: AbsenceTable
  outbox: OutboxTable
}

/** Applies what the stream brings: state, cursor and what was decided about notifying, in one transaction. */
export class ChangeApplier {
  readonly #tables: ApplierTables
  readonly #prune
  readonly #staging
  readonly #dropStaging
  readonly #dropStaged
  readonly #putStaging
  readonly #putStaged
  readonly #staged
  readonly #incidents
  /** At once after a start: a console that is started for each shift may never see so many. */
  #sincePrune = pruneEvery

  constructor(db: Database.Database, tables: ApplierTables) {
    this.#tables = tables
    this.#prune = db.prepare(
      `DELETE FROM timeline WHERE site = ? AND seq <= coalesce((SELECT seq FROM timeline WHERE site = ?
         ORDER BY seq DESC LIMIT 1 OFFSET ${timelineKept}), -1)`,
    )
    this.#staging = db.prepare<[string], { snapshot_id: string; pages: number }>(
      'SELECT snapshot_id, pages FROM staging WHERE site = ?',
    )
    this.#dropStaging = db.prepare('DELETE FROM staging WHERE site = ?')
    this.#dropStaged = db.prepare('DELETE FROM staged WHERE site = ?')
    this.#putStaging = db.prepare(
      'INSERT OR REPLACE INTO staging (site, snapshot_id, pages, next) VALUES (?, ?, ?, ?)',
    )
    this.#putStaged = db.prepare(
      `INSERT INTO staged (site, ord, json)
       VALUES (?, (SELECT coalesce(max(ord), 0) + 1 FROM staged WHERE site = ?), ?)`,
    )
    this.#staged = db.prepare<[string], string>('SELECT json FROM staged WHERE site = ? ORDER BY ord').pluck()
    this.#incidents = db.prepare<[string], string>('SELECT json FROM incidents WHERE site = ?').pluck()
  }

  batches({ siteId, epoch, batches, moment }: StoreInput<'applyBatches'>): StoreChanges {
    const { sites, absences, outbox } = this.#tables
    const position = sites.position(siteId)
    const turn = this.#turn(siteId, moment, null)
    let seq = position.cursor?.epoch === epoch ? position.cursor.seq : -1
    let completeAt: number | null = null
    let { unread } = position
    for (const text of batches) {
      const batch = JSON.parse(text) as Received<Batch>
      if (batch.from !== seq) throw new Error(`a batch from ${batch.from} does not follow ${seq}`)
      for (const entry of batch.entries) turn.apply(entry)
      seq = batch.to
      unread = addUnread(unread, batch.unread)
      if (batch.to >= batch.head && unread === null) completeAt = batch.at
      this.#sincePrune += batch.entries.length
      if (batch.skipped > 0) absences.skipped(siteId, batch.skipped)
    }
    sites.saveCursor(siteId, { epoch, seq }, position.channels, completeAt)
    if (unread !== position.unread) sites.saveUnread(siteId, unread)
    outbox.reached(siteId, { epoch, seq })
    if (this.#sincePrune >= pruneEvery) {
      this.#sincePrune = 0
      this.#prune.run(siteId, siteId)
      this.#tables.decisions.prune()
    }
    return this.#changes(siteId, turn.touched, turn.decisions, false)
  }

  snapshot(input: StoreInput<'applySnapshot'>): StoreChanges | null {
    return input.snapshot.reset ? this.#replacement(input) : this.#addition(input)
  }

  /** What a newly followed channel brings goes into the state as it comes: it replaces nothing. */
  #addition({ siteId, snapshot, moment }: StoreInput<'applySnapshot'>): StoreChanges {
    const { sites } = this.#tables
    const turn = this.#turn(siteId, moment, null)
    for (const entry of snapshot.entries) turn.apply(entry)
    if (snapshot.unread) sites.saveUnread(siteId, addUnread(sites.position(siteId).unread, snapshot.unread))
    return this.#changes(siteId, turn.touched, turn.decisions, false)
  }

  #replacement({ siteId, snapshot, at, moment, lost }: StoreInput<'applySnapshot'>): StoreChanges | null {
    const { sites, states, counts, absences, outbox } = this.#tables
    absences.lost(siteId, lost ?? null)
    const known = this.#staging.get(siteId)
    const passedOver = snapshot.page === 0 ? null : (sites.position(siteId).staged?.unread ?? null)
    const unread = addUnread(passedOver, snapshot.unread)
    if (snapshot.page === 0) this.#forgetStaged(siteId)
    else if (known?.snapshot_id !== snapshot.id || known.pages !== snapshot.page)
      throw new Error(`page ${snapshot.page} of snapshot ${snapshot.id} does not follow what is staged`)
    if (!snapshot.last) {
      for (const entry of snapshot.entries) this.#putStaged.run(siteId, siteId, JSON.stringify(entry))
      const next = JSON.stringify({ cursor: snapshot.next, channels: snapshot.channels, unread })
      this.#putStaging.run(siteId, snapshot.id, snapshot.page + 1, next)
      return null
    }
    // Compared with what was known, so that a lost hour is announced; a first contact announces nothing.
    const isFirst = sites.position(siteId).cursor === null
    const before = new Map<string, Incident>()
    if (!isFirst) {
      for (const json of this.#incidents.all(siteId)) {
        const incident = JSON.parse(json) as Incident
        before.set(incident.id, incident)
      }
    }
    states.clear(siteId)
    counts.forget(siteId)
    const turn = this.#turn(siteId, isFirst ? null : moment, before)
    for (const json of this.#staged.all(siteId)) turn.apply(logEntrySchema.parse(JSON.parse(json)))
    for (const entry of snapshot.entries) turn.apply(entry)
    this.#forgetStaged(siteId)
    const { epoch, position: seq } = snapshot
    sites.saveCursor(siteId, { epoch, seq }, snapshot.channels, unread ? null : at)
    sites.saveUnread(siteId, unread)
    outbox.reached(siteId, { epoch, seq })
    counts.forget(siteId)
    return this.#changes(siteId, turn.touched, turn.decisions, true)
  }

  #forgetStaged(siteId: string): void {
    this.#dropStaging.run(siteId)
    this.#dropStaged.run(siteId)
  }

  /** `moment` null decides nothing; `known` replaces what the tables say of the state before. */
  #turn(siteId: string, moment: PolicyMoment | null, known: Map<string, Incident> | null) {
    const { states, counts, decisions } = this.#tables
    const touched = nothingTouched()
    const made: StoredDecision[] = []
    const notifiedAt = moment ? decisions.notifiedAfter(moment.now - moment.settings.stormWindowMs) : []
    counts.of(siteId)
    const decide = (happening: Happening, { number, title }: Incident): void => {
      if (!moment) return
      const verdict = decideNotification({ happening, ...moment, notifiedAt })
      if (verdict.notified) notifiedAt.push(moment.now)
      const { incidentId, occasion, severity } = happening
      const { notified, reason } = verdict
      const decision = { at: moment.now, siteId, incidentId, number, occasion, severity, notified, reason }
      made.push(decisions.add(decision, title, verdict.inStorm))
      touched.details.add(incidentId)
    }
    const apply = (entry: LogEntry): void =>
      states.apply(
        siteId,
        entry,
        touched,
        (stored, { incident, change }) => {
          counts.moved(siteId, stored, incident)
          const before = known ? (known.get(incident.id) ?? null) : stored
          const occasion = occasionOf(before, incident)
          if (!occasion) return
          // What comes to one that nobody has was announced where it came from.
          if (change.kind === 'mergedFrom' && before?.status === 'triggered' && occasion === 'raised') return
          const byOperator = causes.has(change.kind) && change.by.kind === 'operator' ? change.by.name : null
          const concerns = occasion === 'followUpDue' ? incident.assignee : null
          decide(
            { siteId, incidentId: incident.id, occasion, severity: incident.severity, byOperator, concerns },
            incident,
          )
        },
        ({ summary }) => {
          const incident = known ? null : states.incident(siteId, summary.incidentId)
          if (!incident) return
          const { id: incidentId, severity } = incident
          decide(
            { siteId, incidentId, occasion: 'summary', severity, byOperator: null, concerns: null },
            incident,
          )
        },
      )
    return { touched, decisions: made, apply }
  }

  #changes(siteId: string, touched: Touched, decisions: StoredDecision[], resetRows: boolean): StoreChanges {
    const { rows, counts, states } = this.#tables
    states.settle(siteId, touched)
    if (touched.removed.size > 0) counts.forget(siteId)
    for (const service of touched.services)
      for (const id of rows.unresolvedOf(siteId, service)) touched.rows.add(id)
    return {
      rows: resetRows ? rows.board(siteId) : rows.rows(siteId, touched.rows),
      removed: [...touched.removed],
      counts: counts.of(siteId),
      sources: touched.sources || resetRows ? rows.sources(siteId) : null,
      decisions,
      touched: [...new Set([...touched.details, ...touched.rows])],
      resetRows,
      panels: resetRows ? [...panelNames] : [...touched.panels],
    }
  }
}
