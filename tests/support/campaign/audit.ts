import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import type { EntryOf } from '../../../src-shared/domain/log-entry.ts'
import { commandResultSchema } from '../../../src-shared/domain/command.ts'
import type { Ledger } from './ledger.ts'

/** What was found when both sides were laid open; all but the last two are 0 when every promise was kept. */
export interface Findings {
  /** Events answered 202 that the log does not have. */
  lost: number
  /** Event ids that the log has more than once, whatever was answered. */
  doubled: number
  /** Files that fail `integrity_check`, and files that the console had to put aside. */
  integrityFailures: number
  commandsDoneTwice: number
  /** Actions that the console took into its outbox and that have no result on the server. */
  commandsLost: number
  /** Incidents that differ between console and server, or that only one of them has. */
  differentIncidents: number
  /** Notifications that were decided and never reached the notifier. */
  notificationsNotShown: number
  commands: number
  notifications: number
}

/** Opens both stores after their programs have ended and holds them against what was answered and said. */
export async function auditStores(given: {
  serverDir: string
  consoleDir: string
  accepted: ReadonlySet<string>
  ledger: Ledger
}): Promise<Findings> {
  const server = new Database(join(given.serverDir, 'watchfloor.db'))
  const cache = new Database(join(given.consoleDir, 'console.db'))
  try {
    const aside = (await readdir(given.consoleDir)).filter((name) => name.includes('.corrupt-'))
    const broken = [server, cache].filter(
      (database) => database.pragma('integrity_check', { simple: true }) !== 'ok',
    )
    return {
      ...countEvents(server, given.accepted),
      integrityFailures: broken.length + (aside.length > 0 ? 1 : 0),
      ...countCommands(server, given.ledger),
      differentIncidents: compareIncidents(server, cache),
      ...countNotifications(cache, given.ledger),
    }
  } finally {
    server.close()
    cache.close()
  }
}

function countEvents(server: Database.Database, accepted: ReadonlySet<string>) {
  const found = new Map<string, number>()
  const rows = server.prepare<[], string>(`select json from log where kind = 'event'`).pluck().all()
  for (const json of rows) {
    const { eventId } = (JSON.parse(json) as EntryOf<'event'>).event
    if (eventId !== null) found.set(eventId, (found.get(eventId) ?? 0) + 1)
  }
  return {
    lost: [...accepted].filter((id) => !found.has(id)).length,
    doubled: [...found.values()].filter((count) => count > 1).length,
  }
}

/** Notes are counted by their texts; changes of status by the results that say "done". */
function countCommands(server: Database.Database, ledger: Ledger) {
  const changes = new Map<string, number>()
  const add = (key: string): void => void changes.set(key, (changes.get(key) ?? 0) + 1)
  const entries = server.prepare<[], string>(`select json from log where kind = 'incident'`).pluck().all()
  for (const json of entries) {
    const { change } = JSON.parse(json) as EntryOf<'incident'>
    if (change.kind === 'noted') add(`note:${change.text}`)
    else if (change.kind === 'acknowledged' || change.kind === 'unacknowledged') add(change.kind)
  }
  const results = server
    .prepare<[], string>('select result from command_result')
    .pluck()
    .all()
    .map((json) => commandResultSchema.parse(JSON.parse(json)))
  const ofCommand = new Map<string, string>()
  for (const result of results) ofCommand.set(result.commandId, result.status)
  const effects = (changes.get('acknowledged') ?? 0) + (changes.get('unacknowledged') ?? 0)
  const notes = [...changes].filter(([key]) => key.startsWith('note:'))
  const doneStatusChanges = results.filter(({ status }) => status === 'done').length - notes.length
  const lostNotes = [...ledger.accepted.values()].filter(
    (body) => body.kind === 'note' && !changes.has(`note:${body.text}`),
  )
  const withoutResult = [...ledger.accepted].filter(
    ([id, body]) => body.kind !== 'note' && !ofCommand.has(id),
  )
  const notesTwice = notes.filter(([, count]) => count > 1).length
  const strangers = notes.filter(([key]) => !ledger.triedNotes.has(key.slice('note:'.length))).length
  return {
    commands: ledger.accepted.size,
    commandsDoneTwice: notesTwice + strangers + Math.max(0, effects - doneStatusChanges),
    commandsLost: lostNotes.length + withoutResult.length,
  }
}

function compareIncidents(server: Database.Database, cache: Database.Database): number {
  const truth = new Map(
    server
      .prepare<[], string>(`select json from thing where kind = 'incident'`)
      .pluck()
      .all()
      .map((json) => {
        const { incident } = JSON.parse(json) as EntryOf<'incident'>
        return [incident.id, incident] as const
      }),
  )
  const cached = cache.prepare<[], string>('SELECT json FROM incidents').pluck().all()
  let different = 0
  for (const json of cached) {
    const shown = JSON.parse(json) as EntryOf<'incident'>['incident']
    if (canonical(shown) !== canonical(truth.get(shown.id))) different += 1
    truth.delete(shown.id)
  }
  return different + truth.size
}

/** Two texts are equal when the two values are, whatever the order of their fields. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, each: unknown) =>
    typeof each === 'object' && each !== null && !Array.isArray(each)
      ? Object.fromEntries(Object.entries(each).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : each,
  )
}

function countNotifications(cache: Database.Database, ledger: Ledger) {
  const decided = cache
    .prepare<[], { id: string; shownAt: number | null; inStorm: number }>(
      `SELECT incident_id AS id, shown_at AS shownAt, json_extract(json, '$.inStorm') AS inStorm
       FROM decisions WHERE notified = 1`,
    )
    .all()
  const missing = decided.filter(({ id, shownAt, inStorm }) => {
    const key = inStorm ? 'storm' : `incident:${id}`
    return shownAt === null || !ledger.shownKeys.has(key)
  })
  return { notifications: decided.length, notificationsNotShown: missing.length }
}
