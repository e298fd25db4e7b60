import type Database from 'better-sqlite3'
import type { Randomness } from '../ports.ts'
import { AbsenceTable } from './absence-table.ts'
import { ChangeApplier } from './change-applier.ts'
import { DecisionsTable } from './decisions-table.ts'
import { DetailQuery } from './detail-query.ts'
import { FilterQuery } from './filter-query.ts'
import { IncidentCounts } from './incident-counts.ts'
import { NoticeTable } from './notice-table.ts'
import { OutboxTable } from './outbox-table.ts'
import { PanelQueries } from './panel-queries.ts'
import { RowQueries } from './row-queries.ts'
import { SiteTable } from './site-table.ts'
import { StateTables } from './state-tables.ts'
import type { StoreHandlers } from './store-api.ts'
import { WayTable } from './way-table.ts'

/** Newest decisions on the board. */
const decisionsOnBoard = 50

/** Answers every request on an open database. Each that writes is one transaction. */
export function createStoreHandlers(db: Database.Database, newId: Randomness['id']): StoreHandlers {
  const sites = new SiteTable(db)
  const states = new StateTables(db)
  const rows = new RowQueries(db)
  const counts = new IncidentCounts(rows)
  const decisions = new DecisionsTable(db)
  const outbox = new OutboxTable(db)
  const absences = new AbsenceTable(db)
  const notices = new NoticeTable(db)
  const ways = new WayTable(db)
  const filters = new FilterQuery(db)
  const panels = new PanelQueries(db)
  const details = new DetailQuery(db, states, rows, decisions)
  const applier = new ChangeApplier(db, { sites, states, rows, counts, decisions, absences, outbox })

  /** All or nothing; what was counted beside the tables is counted again after a rollback. */
  const write = <T>(siteId: string, run: () => T): T => {
    try {
      return db.transaction(run).immediate()
    } catch (error) {
      counts.forget(siteId)
      throw error
    }
  }

  /**
   * For what a server can send again: a power cut may take it, together with the cursor that says how much there is.
   * Everything that only this machine knows waits for the disk.
   */
  const writeCache = <T>(siteId: string, run: () => T): T => {
    db.pragma('synchronous = NORMAL')
    try {
      return write(siteId, run)
    } finally {
      db.pragma('synchronous = FULL')
    }
  }

  return {
    sites: () => sites.sites(),
    saveSite: (site) => done(() => sites.save(site)),
    position: ({ siteId }) => sites.position(siteId),
    applyBatches: (input) => writeCache(input.siteId, () => applier.batches(input)),
    applySnapshot: (input) => writeCache(input.siteId, () => applier.snapshot(input)),
    live: (input) => writeCache(input.siteId, () => absences.live(input, sites.cursor(input.siteId))),
    news: () => ({ notices: notices.all(), settled: outbox.unseen(), away: absences.all() }),
    keepNotice: (notice) => done(() => notices.keep(notice)),
    dismissNotice: ({ id }) => done(() => notices.dismiss(id)),
    dismissSettled: ({ commandId }) => done(() => outbox.markSeen(commandId)),
    dismissAway: ({ siteId }) => done(() => absences.dismiss(siteId)),
    saveChannels: ({ siteId, channels }) => done(() => sites.saveChannels(siteId, channels)),
    board: ({ siteId }) => ({
      rows: rows.board(siteId),
      counts: counts.of(siteId),
      sources: rows.sources(siteId),
      decisions: decisions.latest(siteId, decisionsOnBoard),
    }),
    tray: ({ siteId }) => ({ worst: rows.worstTriggered(siteId), newest: rows.newestTriggered(siteId) }),
    rows: ({ siteId, incidentIds }) => rows.rows(siteId, incidentIds),
    detail: ({ siteId, incidentId }) => details.detail(siteId, incidentId),
    enqueue: (input) =>
      write(input.siteId, () => {
        const own = outbox.settings(input.siteId, input.author)
        return outbox.enqueue(input, outbox.clientId(newId), own)
      }),
    enqueueMany: ({ siteId, author, issuedAt, actions }) =>
      write(siteId, () => {
        const own = outbox.settings(siteId, author)
        const clientId = outbox.clientId(newId)
        return actions.map((action) => outbox.enqueue({ siteId, author, issuedAt, ...action }, clientId, own))
      }),
    filter: (input) => filters.matching(input),
    filterValues: ({ siteId }) => filters.values(siteId),
    serviceNames: ({ siteId, ids }) => panels.serviceNames(siteId, ids),
    shift: ({ siteId }) => panels.shift(siteId),
    windows: ({ siteId }) => panels.windows(siteId),
    waiting: ({ siteId }) => outbox.waiting(siteId),
    settle: (input) => write(input.siteId, () => outbox.settle(input, sites.cursor(input.siteId))),
    renumber: ({ siteId, commandId }) => write(siteId, () => outbox.renumber(siteId, commandId, newId)),
    unshown: () => decisions.unshown(),
    markShown: ({ ids, at, reason }) =>
      done(() => db.transaction(() => decisions.markShown(ids, at, reason)).immediate()),
    longPollNetworks: () => ways.longPollNetworks(),
    keepWay: ({ network, needsLongPoll }) => done(() => ways.keep(network, needsLongPoll)),
    clientId: () => outbox.clientId(newId),
    close: () => done(() => db.close()),
  }
}

function done(run: () => void): null {
  run()
  return null
}
