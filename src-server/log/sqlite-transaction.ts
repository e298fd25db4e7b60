import type Database from 'better-sqlite3'
import type { Alert } from '../../src-shared/domain/alert.ts'
import type { CommandResult } from '../../src-shared/domain/command.ts'
import type { EntryKind, EntryOf, LogEntry } from '../../src-shared/domain/log-entry.ts'
import { supersessionKey } from '../../src-shared/domain/log-entry.ts'
import { severities } from '../../src-shared/domain/severity.ts'
import type { Source } from '../../src-shared/domain/service.ts'
import type { StoredEntry } from './log-store.ts'
import { CountedAlerts } from './counted-alerts.ts'
import { entryRoute, type KnownThings } from './entry-route.ts'
import { createIncidentAlerts } from './incident-alerts.ts'
import { createMaintenanceReads } from './maintenance-reads.ts'
import { readEntryOf } from './read-entry.ts'
import { RememberedAlerts } from './remembered-alerts.ts'
import type { AlertChange, NewEntry, StoreTransaction, Timer } from './store-transaction.ts'

/** Results of this many commands of each client's author are kept (docs/PROTOCOL.md, Commands). */
const keptResults = 1000

export interface TransactionHost {
  database: Database.Database
  /** The seq that the next entry gets. */
  nextSeq: number
  now: number
  /** Entries of the group so far, for readers at the head. */
  appended: StoredEntry[]
  /** True when some entries of the group are so many that they are not in `appended`. */
  isOnDiskOnly: boolean
  /** Called when writes were taken back: what was read since may never have been. Set by the transaction. */
  forget: () => void
  /** Writes what is put off to the end of a commit. Set by the transaction. */
  finish: () => void
}

/** The writing statements over one connection, prepared once; a group of turns shares them. */
export function createSqliteTransaction(host: TransactionHost): StoreTransaction {
  const { database } = host
  const prepare = (sql: string) => database.prepare<unknown[], unknown>(sql)
  const insertLog = prepare(
    'insert into log (seq, at, kind, of_kind, thing, incident_id, service_ids, json) values (?, ?, ?, ?, ?, ?, ?, ?)',
  )
  const putThing = prepare(
    'insert into thing (key, kind, seq, at, incident_id, service_ids, json) values (?, ?, ?, ?, ?, ?, ?) ' +
      'on conflict (key) do update set seq = excluded.seq, at = excluded.at, incident_id = excluded.incident_id, ' +
      'service_ids = excluded.service_ids, json = excluded.json',
  )
  const dropThing = prepare('delete from thing where key = ?')
  const dropAlert = prepare('delete from alert where id = ?')
  const dropIncident = prepare('delete from incident where id = ?')
  const dropGroups = prepare('delete from incident_group where incident_id = ?')
  const insertEvent = prepare(
    'insert into event (seq, id, source_id, event_id, dedup_key, raw) values (?, ?, ?, ?, ?, ?)',
  )
  const putAlert = prepare(
    'insert into alert (id, source_id, dedup_key, incident_id, is_open, severity, opened_seq, maintenance_id) ' +
      'values (?, ?, ?, ?, ?, ?, ?, ?) on conflict (id) do update set incident_id = excluded.incident_id, ' +
      'is_open = excluded.is_open, severity = excluded.severity, maintenance_id = excluded.maintenance_id ' +
      'where (incident_id, is_open, severity, maintenance_id) is not ' +
      '(excluded.incident_id, excluded.is_open, excluded.severity, excluded.maintenance_id)',
  )
  const putIncident = prepare(
    'insert into incident (id, number, status) values (?, ?, ?) on conflict (id) do update set status = excluded.status',
  )
  const putSourceName = prepare(
    'insert into source_name (name, id) values (?, ?) on conflict (name) do update set id = excluded.id',
  )
  const sourceBeat = database.prepare<[string], { watchdogAt: number | null; isSet: number }>(
    'select watchdog_at as watchdogAt, is_set as isSet from source_beat where source_id = ?',
  )
  const putSourceBeat = prepare(
    'insert into source_beat (source_id, watchdog_at, is_set) values (?, ?, ?) ' +
      'on conflict (source_id) do update set watchdog_at = excluded.watchdog_at, is_set = excluded.is_set',
  )
  const sourceId = database.prepare<[string], string>('select id from source_name where name = ?').pluck()
  const otherOpen = database
    .prepare<[string, string, string], number>(
      'select 1 from alert where incident_id = ? and is_open = 1 and severity = ? and id <> ? limit 1',
    )
    .pluck()
  const putServiceName = prepare(
    'insert into service_name (name, id) values (?, ?) on conflict (name) do update set id = excluded.id',
  )
  const thingJson = database.prepare<[string], string>('select json from thing where key = ?').pluck()
  const serviceId = database.prepare<[string], string>('select id from service_name where name = ?').pluck()
  const newestAlert = database
    .prepare<[string, string], string>(
      "select thing.json from alert join thing on thing.key = 'alert:' || alert.id " +
        'where alert.source_id = ? and alert.dedup_key = ? order by alert.opened_seq desc limit 1',
    )
    .pluck()
  const groupIncident = database
    .prepare<[string], string>('select incident_id from incident_group where group_key = ?')
    .pluck()
  const putGroup = prepare(
    'insert into incident_group (group_key, incident_id) values (?, ?) ' +
      'on conflict (group_key) do update set incident_id = excluded.incident_id',
  )
  const rebind = prepare('update incident_group set incident_id = ? where incident_id = ?')
  const maintenance = createMaintenanceReads(database)
  const alerts = createIncidentAlerts(database)
  const counted = new CountedAlerts()
  const remembered = new RememberedAlerts()
  /** By name. A source is looked up for each request, and written once a minute. */
  const sources = new Map<string, Source>()
  host.forget = () => {
    maintenance.changed()
    sources.clear()
    counted.clear()
    remembered.forget()
  }
  host.finish = () => {
    for (const alert of counted.owed()) append({ kind: 'alert', alert })
  }
  const maxNumber = database.prepare<[], number | null>('select max(number) from incident').pluck()
  const accepted = database.prepare<[string, string], { id: string; dedupKey: string }>(
    'select id, dedup_key as dedupKey from event where source_id = ? and event_id = ?',
  )
  // '' is the author of results from before authors were kept (migrations.ts): still the answer to the same command.
  const resultRow = database.prepare<[string, string, string], { result: string; body_hash: string }>(
    `select result, body_hash from command_result where client_id = ? and author in (?, '') and command_id = ?`,
  )
  const maxCommand = database
    .prepare<[string, string], number | null>(
      'select max(number) from command_result where client_id = ? and author = ?',
    )
    .pluck()
  const usedNumber = database
    .prepare<[string, string, number], number>(
      'select 1 from command_result where client_id = ? and author = ? and number = ?',
    )
    .pluck()
  const insertResult = prepare(
    'insert into command_result (client_id, author, number, command_id, body_hash, result) values (?, ?, ?, ?, ?, ?)',
  )
  const putClient = prepare(
    'insert into command_client (client_id, at) values (?, ?) on conflict (client_id) do update set at = excluded.at',
  )
  const dropResults = prepare('delete from command_result where client_id = ? and author = ? and number <= ?')
  const putTimer = prepare(
    'insert into timer (kind, key, due_at) values (?, ?, ?) on conflict (kind, key) do update set due_at = excluded.due_at',
  )
  const putTimerAtLatest = prepare(
    'insert into timer (kind, key, due_at) values (?, ?, ?) on conflict (kind, key) do update ' +
      'set due_at = excluded.due_at where excluded.due_at < due_at',
  )
  const dropTimer = prepare('delete from timer where kind = ? and key = ? and due_at = ifnull(?, due_at)')
  const due = database.prepare<[number, number], { kind: Timer['kind']; key: string; dueAt: number }>(
    `select kind, key, due_at as dueAt from timer where due_at <= ?
      order by due_at, kind = 'maintenance', kind, key limit ?`,
  )
  const insertAudit = prepare('insert into audit (at, actor, action, subject, detail) values (?, ?, ?, ?, ?)')

  const entry = <K extends EntryKind>(kind: K, id: string): EntryOf<K> | null => {
    const json = thingJson.get(`${kind}:${id}`)
    return json === undefined ? null : readEntryOf(json, kind)
  }
  const alert = (id: string): Alert | null => counted.get(id) ?? entry('alert', id)?.alert ?? null
  const known: KnownThings = {
    servicesOf: (id) => entry('incident', id)?.incident.serviceIds ?? [],
    alert,
  }
  const latestAlert = (sourceId: string, dedupKey: string): Alert | null => {
    const known = counted.latest(sourceId, dedupKey) ?? remembered.latest(sourceId, dedupKey)
    if (known) return known
    const json = newestAlert.get(sourceId, dedupKey)
    if (json === undefined) return null
    const { alert } = readEntryOf(json, 'alert')
    remembered.read(alert)
    return alert
  }

  function keepState(whole: LogEntry, raw: string | undefined): void {
    if (whole.kind === 'event') {
      const { event } = whole
      insertEvent.run(whole.seq, event.id, event.sourceId, event.eventId, event.dedupKey, raw ?? null)
    } else if (whole.kind === 'alert') {
      const { id, sourceId, dedupKey, incidentId, isOpen, severity, maintenanceId } = whole.alert
      counted.written(whole.alert)
      remembered.written(whole.alert)
      putAlert.run(id, sourceId, dedupKey, incidentId, Number(isOpen), severity, whole.seq, maintenanceId)
    } else if (whole.kind === 'incident') {
      putIncident.run(whole.incident.id, whole.incident.number, whole.incident.status)
    } else if (whole.kind === 'source') {
      putSourceName.run(whole.source.name, whole.source.id)
      sources.set(whole.source.name, whole.source)
    } else if (whole.kind === 'service') {
      putServiceName.run(whole.service.name, whole.service.id)
    } else if (whole.kind === 'maintenance') {
      maintenance.changed()
    } else if (whole.kind === 'removed') {
      if (whole.of === 'alert') {
        counted.removed(whole.id)
        remembered.forget()
        dropAlert.run(whole.id)
      }
      if (whole.of === 'maintenance') maintenance.changed()
      if (whole.of === 'source') sources.clear()
      if (whole.of === 'incident') {
        dropIncident.run(whole.id)
        dropGroups.run(whole.id)
      }
    }
  }

  function append(fresh: NewEntry, raw?: string): number {
    const seq = host.nextSeq
    host.nextSeq += 1
    const whole: LogEntry = { seq, at: host.now, ...fresh }
    const json = JSON.stringify(whole)
    const route = entryRoute(whole, known)
    const thing = supersessionKey(whole)
    const services = route.serviceIds.join(',')
    insertLog.run(seq, host.now, whole.kind, route.of ?? null, thing, route.incidentId, services, json)
    if (whole.kind === 'removed') dropThing.run(thing)
    else if (thing !== null) {
      // In a snapshot for a service it has no place once it has left it.
      const own = whole.kind === 'incident' ? whole.incident.serviceIds.join(',') : services
      putThing.run(thing, whole.kind, seq, host.now, route.incidentId, own, json)
    }
    keepState(whole, raw)
    host.appended.push({ ...route, seq, at: host.now, thing, json })
    return seq
  }

  function writeCounted(ids: readonly string[]): void {
    for (const alert of counted.owed(ids)) append({ kind: 'alert', alert })
  }

  function changeAlerts(ids: readonly string[], change: AlertChange): void {
    if (ids.length === 0) return
    writeCounted(ids)
    const written = alerts.change(ids, change, { firstSeq: host.nextSeq, at: host.now })
    host.nextSeq += ids.length
    remembered.changed(ids)
    if (written === null) host.isOnDiskOnly = true
    else host.appended.push(...written)
  }

  return {
    get now() {
      return host.now
    },
    sourceByName: async (name) => {
      const known = sources.get(name)
      if (known) return known
      const id = sourceId.get(name)
      const source = id === undefined ? null : (entry('source', id)?.source ?? null)
      if (source) sources.set(name, source)
      return source
    },
    source: async (id) => entry('source', id)?.source ?? null,
    sourceBeat: async (id) => {
      const row = sourceBeat.get(id)
      return { watchdogAt: row?.watchdogAt ?? null, isSet: row?.isSet === 1 }
    },
    keepSourceBeat: (id, { watchdogAt, isSet }) => void putSourceBeat.run(id, watchdogAt, Number(isSet)),
    service: async (id) => entry('service', id)?.service ?? null,
    serviceByName: async (name) => {
      const id = serviceId.get(name)
      return id === undefined ? null : (entry('service', id)?.service ?? null)
    },
    alert: async (id) => alert(id),
    openAlert: async (sourceId, dedupKey) => {
      const found = latestAlert(sourceId, dedupKey)
      return found?.isOpen ? found : null
    },
    latestAlert: async (sourceId, dedupKey) => latestAlert(sourceId, dedupKey),
    alertsOf: async (incidentId) => {
      writeCounted(alerts.idsOf(incidentId))
      return alerts.of(incidentId)
    },
    alertIdsOf: async (incidentId) => alerts.idsOf(incidentId),
    openAlertIdsOf: async (incidentId) => alerts.openIdsOf(incidentId),
    closedWith: async (incidentId, at) => alerts.closedWith(incidentId, at),
    changeAlerts,
    suppressedBy: async (windowId, limit) =>
      maintenance.suppressedBy(windowId, limit).flatMap((id) => alert(id) ?? []),
    maintenanceWindow: async (id) => entry('maintenance', id)?.window ?? null,
    maintenanceWindows: async () => maintenance.windows(host.now),
    worstOpenSeverity: async (incidentId, exceptAlertId) =>
      severities.findLast((severity) => otherOpen.get(incidentId, severity, exceptAlertId) !== undefined) ??
      null,
    incident: async (id) => entry('incident', id)?.incident ?? null,
    incidentByGroup: async (groupKey) => {
      const id = groupIncident.get(groupKey)
      const found = id === undefined ? null : (entry('incident', id)?.incident ?? null)
      return found && found.status !== 'resolved' ? found : null
    },
    bindGroup: (groupKey, incidentId) => void putGroup.run(groupKey, incidentId),
    rebindGroups: (fromId, toId) => void rebind.run(toId, fromId),
    nextIncidentNumber: async () => (maxNumber.get() ?? 0) + 1,
    summary: async (incidentId) => entry('summary', incidentId)?.summary ?? null,
    acceptedEvent: async (sourceId, eventId) => accepted.get(sourceId, eventId) ?? null,
    append,
    countAlert: (moved) => counted.count(moved),
    commandResult: async ({ clientId, author, id }) => {
      const row = resultRow.get(clientId, author, id)
      return row ? { result: JSON.parse(row.result) as CommandResult, bodyHash: row.body_hash } : null
    },
    wasNumberUsed: async ({ clientId, author, number }) =>
      usedNumber.get(clientId, author, number) !== undefined,
    oldestCommandNumber: async ({ clientId, author }) =>
      Math.max(0, (maxCommand.get(clientId, author) ?? 0) - keptResults),
    storeCommandResult: ({ clientId, author, number, id }, bodyHash, result) => {
      insertResult.run(clientId, author, number, id, bodyHash, JSON.stringify(result))
      dropResults.run(clientId, author, number - keptResults)
      putClient.run(clientId, host.now)
    },
    setTimer: (timer) => void putTimer.run(timer.kind, timer.key, timer.dueAt),
    setTimerAtLatest: (timer) => void putTimerAtLatest.run(timer.kind, timer.key, timer.dueAt),
    clearTimer: (kind, key, dueAt) => void dropTimer.run(kind, key, dueAt ?? null),
    dueTimers: async (limit) => due.all(host.now, limit),
    audit: (record) =>
      void insertAudit.run(host.now, record.actor, record.action, record.subject, record.detail),
  }
}
