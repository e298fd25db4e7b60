import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { v7 as uuidv7 } from 'uuid'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { migrations } from '../../src-main/core/store/schema.ts'
import { StoreClient } from '../../src-main/core/store/store-client.ts'
import { alertSchema } from '../../src-shared/domain/alert.ts'
import type { Command } from '../../src-shared/domain/command.ts'
import { incidentSchema } from '../../src-shared/domain/incident.ts'
import { sampleAlert, sampleId, sampleIncident } from '../support/sample-incident.ts'

/** Files as each earlier version of the console left them, opened by this one. */

const site = uuidv7()
const epoch = uuidv7()
const incident = sampleIncident({ title: 'Disk full' })
const alert = sampleAlert({ openedAt: [] })
const command: Command = {
  id: uuidv7(),
  clientId: uuidv7(),
  number: 7,
  author: 'mira',
  issuedAt: 1,
  body: { kind: 'acknowledge', incidentId: sampleId(42) },
}
/** Fields of an incident and an alert that came with each version. */
const cameWith: Readonly<Record<number, { incident: string[]; alert: string[] }>> = {
  3: {
    incident: [
      'prioritySetBy',
      'ackExpiresAt',
      'snoozedUntil',
      'followUp',
      'tickets',
      'cause',
      'mergedInto',
      'flapping',
    ],
    alert: ['maintenanceId', 'openedAt'],
  },
  4: { incident: [], alert: ['group'] },
  7: { incident: ['rulePriority'], alert: ['rulePriority', 'milder'] },
  9: { incident: ['ackLastsMs'], alert: [] },
}
const earlier = Array.from({ length: migrations.length - 1 }, (_, index) => index + 1)

let dataDir: string
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'watchfloor-versions-'))
})
afterEach(() => rm(dataDir, { recursive: true, force: true }))

async function openAndClose(file: string): Promise<void> {
  const store = await StoreClient.open({ file, nativeBinding: null })
  await store.close()
}

function asOf(version: number, kind: 'incident' | 'alert', state: object): string {
  const later = Object.entries(cameWith).filter(([since]) => Number(since) > version)
  const unknown = new Set(later.flatMap(([, fields]) => fields[kind]))
  return JSON.stringify(Object.fromEntries(Object.entries(state).filter(([name]) => !unknown.has(name))))
}

function write(file: string, version: number): void {
  const db = new Database(file)
  for (const statements of migrations.slice(0, version)) db.exec(statements)
  db.pragma(`user_version = ${version}`)
  db.prepare('INSERT INTO settings (key, value) VALUES (?, ?)').run('clientId', command.clientId)
  db.prepare('INSERT INTO cursors (site, epoch, seq, channels) VALUES (?, ?, 42, ?)').run(site, epoch, '[]')
  db.prepare('INSERT INTO outbox (id, site, json) VALUES (?, ?, ?)').run(
    command.id,
    site,
    JSON.stringify(command),
  )
  db.prepare(
    "INSERT INTO incidents (site, id, revision, number, status, severity, service_id, json) VALUES (?, ?, 1, 1, 'triggered', 'error', '', ?)",
  ).run(site, incident.id, asOf(version, 'incident', incident))
  db.prepare('INSERT INTO alerts (site, id, revision, count, json) VALUES (?, ?, 1, 1, ?)').run(
    site,
    alert.id,
    asOf(version, 'alert', alert),
  )
  db.close()
}

function read<T>(file: string, statement: string): T[] {
  const db = new Database(file, { readonly: true })
  try {
    return db.prepare<[], T>(statement).all()
  } finally {
    db.close()
  }
}

describe.each(earlier)('a store of version %i', (version) => {
  it('keeps what waits, its place and its states, and becomes one that began with this version', async () => {
    const file = join(dataDir, 'console.db')
    write(file, version)
    await openAndClose(file)
    expect(read(file, 'SELECT site, json FROM outbox')).toEqual([{ site, json: JSON.stringify(command) }])
    expect(read(file, 'SELECT site, epoch, seq FROM cursors')).toEqual([{ site, epoch, seq: 42 }])
    expect(read(file, "SELECT value FROM settings WHERE key = 'clientId'")).toEqual([
      { value: command.clientId },
    ])
    const [kept] = read<{ json: string }>(file, 'SELECT json FROM incidents')
    const [keptAlert] = read<{ json: string }>(file, 'SELECT json FROM alerts')
    // Not read through the schemas, which would fill in what is not there.
    expect(JSON.parse(kept?.json ?? '')).toEqual(incidentSchema.parse(incident))
    expect(JSON.parse(keptAlert?.json ?? '')).toEqual(alertSchema.parse(alert))
    const fresh = join(dataDir, 'fresh.db')
    await openAndClose(fresh)
    const structure = 'SELECT type, name, sql FROM sqlite_schema ORDER BY type, name'
    expect(read(file, structure)).toEqual(read(fresh, structure))
  })
})
