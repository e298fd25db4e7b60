import type { LogEntry } from '../../src-shared/domain/log-entry.ts'

/** What entries of earlier versions do not say; fields that states got since have a default in their schema too. */
const sinceAlert = { openedAt: [], maintenanceId: null, group: null, rulePriority: null, milder: null }
const sinceMilder = { later: [] }
const sinceIncident = {
  flapping: null,
  prioritySetBy: null,
  rulePriority: null,
  ackExpiresAt: null,
  ackLastsMs: null,
  snoozedUntil: null,
  followUp: null,
  tickets: [],
  cause: null,
  mergedInto: null,
}

const sinceChange = { clientId: null }

const sinceService = { edited: null }

/** A stored entry as this version knows it. Not checked: the log's entries were written by this program. */
export function readEntry(json: string): LogEntry {
  const entry = JSON.parse(json) as LogEntry
  if (entry.kind === 'alert') {
    const alert = { ...sinceAlert, ...entry.alert }
    const milder = alert.milder && { ...sinceMilder, ...alert.milder }
    return { ...entry, alert: { ...alert, milder } }
  }
  if (entry.kind === 'incident') {
    const { incident, change } = entry
    return {
      ...entry,
      incident: { ...sinceIncident, ...incident },
      change: { ...sinceChange, ...change },
    }
  }
  if (entry.kind === 'service') return { ...entry, service: { ...sinceService, ...entry.service } }
  return entry
}

/** The stored entry of a kind that is known from where it was kept. */
export function readEntryOf<K extends LogEntry['kind']>(
  json: string,
  kind: K,
): Extract<LogEntry, { kind: K }> {
  const entry = readEntry(json)
  if (!isOf(entry, kind)) throw new Error(`a ${entry.kind} is stored where a ${kind} belongs`)
  return entry
}

function isOf<K extends LogEntry['kind']>(entry: LogEntry, kind: K): entry is Extract<LogEntry, { kind: K }> {
  return entry.kind === kind
}
