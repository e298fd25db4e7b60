import type Database from 'better-sqlite3'
import type { Alert } from '../../src-shared/domain/alert.ts'
import type { StoredEntry } from './log-store.ts'
import { readEntryOf } from './read-entry.ts'
import { logColumns, storedEntry, type LogRow } from './sqlite-reads.ts'
import type { AlertChange } from './store-transaction.ts'

/** Entries that are handed on in memory; more are read from the log by who wants them. */
const mostHandedOn = 1_000

/** Where the entries of a change begin, and their instant. */
export interface ChangePlace {
  firstSeq: number
  at: number
}

/**
 * What a writer's turn reads of an incident's alerts, and how it changes many of them. An incident can have tens of
 * thousands: they are changed where they lie, with a few statements for all.
 */
export function createIncidentAlerts(database: Database.Database) {
  const ids = database
    .prepare<[string], string>('select id from alert where incident_id = ? order by opened_seq')
    .pluck()
  const openIds = database
    .prepare<[string], string>(
      'select id from alert where incident_id = ? and is_open = 1 order by opened_seq',
    )
    .pluck()
  const jsons = database
    .prepare<[string], string>(
      "select thing.json from alert join thing on thing.key = 'alert:' || alert.id " +
        'where alert.incident_id = ? order by alert.opened_seq',
    )
    .pluck()
  // What its monitor ended in the same instant is told by its place: the incident's word on that alert follows at once.
  const closed = database.prepare<[string, number], Pick<Alert, 'id' | 'severity'>>(
    `select alert.id, alert.severity from alert join thing on thing.key = 'alert:' || alert.id
     where alert.incident_id = ? and alert.is_open = 0 and json_extract(thing.json, '$.alert.closedAt') = ?
       and not exists (select 1 from log where log.seq = thing.seq + 1 and log.kind = 'incident'
         and json_extract(log.json, '$.change.alertId') = alert.id)
       and not exists (select 1 from alert as newer where newer.source_id = alert.source_id
         and newer.dedup_key = alert.dedup_key and newer.opened_seq > alert.opened_seq)
     order by alert.opened_seq`,
  )
  /** Values are given as JSON, so that they are written as JSON.stringify would. */
  const prepareLog = (incidentId: string, values: string) =>
    database.prepare<object>(
      `insert into log (seq, at, kind, thing, incident_id, service_ids, json)
       select :firstSeq + changed.key, :at, 'alert', thing.key, ${incidentId}, thing.service_ids,
         json_set(thing.json, '$.seq', cast(:firstSeq + changed.key as integer), '$.at', cast(:at as integer),
           '$.alert.revision', json_extract(thing.json, '$.alert.revision') + 1, ${values})
       from json_each(:ids) as changed cross join thing on thing.key = 'alert:' || changed.value`,
    )
  const logEnds = prepareLog(
    'thing.incident_id',
    "'$.alert.isOpen', json(:isOpen), '$.alert.closedAt', json(:closedAt), '$.alert.milder', null",
  )
  const logMoves = prepareLog(
    ':incidentId',
    "'$.alert.incidentId', :incidentId, '$.alert.groupReason', :groupReason",
  )
  const putThings = database.prepare<object>(
    `update thing set (seq, at, incident_id, json) = (log.seq, log.at, log.incident_id, log.json) from log
     where log.seq between :firstSeq and :lastSeq and thing.key = log.thing`,
  )
  const whichAlerts = 'where id in (select value from json_each(:ids))'
  const putEnds = database.prepare<object>(`update alert set is_open = (:isOpen = 'true') ${whichAlerts}`)
  const putMoves = database.prepare<object>(`update alert set incident_id = :incidentId ${whichAlerts}`)
  const written = database.prepare<[number, number], LogRow>(
    `select ${logColumns} from log where seq between ? and ? order by seq`,
  )

  return {
    idsOf: (incidentId: string): string[] => ids.all(incidentId),
    openIdsOf: (incidentId: string): string[] => openIds.all(incidentId),
    of: (incidentId: string): Alert[] =>
      jsons.all(incidentId).map((json) => readEntryOf(json, 'alert').alert),
    closedWith: (incidentId: string, at: number) => closed.all(incidentId, at),
    /** The entries, in the order of the ids; null when they are too many to be handed on. */
    change: (
      changed: readonly string[],
      change: AlertChange,
      { firstSeq, at }: ChangePlace,
    ): StoredEntry[] | null => {
      const lastSeq = firstSeq + changed.length - 1
      const which = { ids: JSON.stringify(changed), firstSeq, at }
      const isMove = 'incidentId' in change
      const values = isMove ? change : { isOpen: String(change.isOpen), closedAt: String(change.closedAt) }
      const { changes } = (isMove ? logMoves : logEnds).run({ ...which, ...values })
      if (changes !== changed.length) throw new Error('an alert that is to be changed is not stored')
      putThings.run({ firstSeq, lastSeq })
      ;(isMove ? putMoves : putEnds).run({ ids: which.ids, ...values })
      return changed.length > mostHandedOn ? null : written.all(firstSeq, lastSeq).map(storedEntry)
    },
  }
}
