import { copyFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { v7 as uuidv7 } from 'uuid'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { schemaVersion } from '../../src-server/log/migrations.ts'
import { logEntrySchema } from '../../src-shared/domain/log-entry.ts'
import { openServerInside, type ServerInside } from '../support/server-inside.ts'

/** Files as each schema's own program wrote them (tests/support/schema-fixture-runner.ts), opened by this one. */

let dataDir: string
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'watchfloor-migration-'))
})
afterEach(() => rm(dataDir, { recursive: true, force: true }))

const versions = Array.from({ length: schemaVersion }, (_, index) => index + 1)

function structure(file: string): unknown[] {
  const database = new Database(file, { readonly: true })
  try {
    return database.prepare('select type, name, sql from sqlite_schema order by type, name').all()
  } finally {
    database.close()
  }
}

/** The fixture's note (tests/support/schema-fixture-runner.ts), sent again by a console that missed its answer. */
async function expectNoteOnlyOnce(inside: ServerInside, incidentId: string): Promise<void> {
  const row = inside.store.database
    .prepare<[], { id: string; clientId: string; result: string }>(
      'select command_id as id, client_id as clientId, result from command_result where number = 2',
    )
    .get()
  const body = { kind: 'note', incidentId, text: 'Asked the storage team.' } as const
  const note = { ...inside.command(body), ...row, number: 2 }
  const head = inside.store.head()
  const mira = { id: uuidv7(), name: 'mira', role: 'responder' } as const
  const result = await inside.commands.execute(note, mira)
  expect(result).toEqual(JSON.parse(row?.result ?? ''))
  expect([result.status, inside.store.head()]).toEqual(['done', head])
}

describe.each(versions)('a log of schema %i', (version) => {
  const fixture = join(import.meta.dirname, '..', 'fixtures', `schema-${version}.db`)
  const file = (): string => join(dataDir, 'watchfloor.db')

  it('is read as it was written', async () => {
    copyFileSync(fixture, file())
    const inside = openServerInside(dataDir)
    try {
      const entries = await inside.log()
      expect(entries.map((entry) => entry.seq)).toEqual(entries.map((_, index) => index + 1))
      for (const entry of entries) expect(logEntrySchema.safeParse(entry).error).toBeUndefined()

      const [second, first] = await inside.incidents()
      expect(second).toMatchObject({ number: 2, title: 'Many 5xx', openAlertCount: 0 })
      expect(first).toMatchObject({ number: 1, status: 'acknowledged', severity: 'critical', noteCount: 1 })
      // What the first two did not say yet.
      expect(first).toHaveProperty('flapping', null)
      const detail = await inside.store.incident(first?.id ?? '')
      expect(detail?.alerts).toMatchObject([
        { dedupKey: 'db/disk', count: 2, isOpen: true, openedAt: version < 3 ? [] : [expect.any(Number)] },
      ])
      const placed = inside.store.database.prepare(
        'select id from alert where opened_seq > 0 order by opened_seq',
      )
      const alerts = entries.flatMap((entry) => (entry.kind === 'alert' ? [entry.alert.id] : []))
      expect(placed.pluck().all()).toEqual([...new Set(alerts)])
      const timeline = await inside.store.timeline(first?.id ?? '', null, 100)
      expect(JSON.stringify(timeline.items)).toContain('Asked the storage team.')
      const acts = timeline.items.flatMap((item) => (item.kind === 'incident' ? [item.change] : []))
      const [client, ...others] = inside.store.database
        .prepare<[], { id: string; at: number }>('select client_id as id, at from command_client')
        .all()
      expect(others).toEqual([])
      expect(client?.at).toBe(entries.at(-1)?.at)
      // What the first four did not say yet.
      const said = acts.map(({ by }) => (version >= 5 && by.kind === 'operator' ? client?.id : null))
      expect(acts.map(({ clientId }) => clientId)).toEqual(said)
      const events = await inside.store.events({ incidentId: null, after: null, limit: 10 })
      expect(events.items.map((entry) => entry.event.eventId)).toEqual(['four', 'three', 'two', 'one'])
      expect(await inside.store.rawPayload(events.items[3]?.event.id ?? '')).toContain(
        '"severity":"critical"',
      )
      expect(inside.tokens.authenticate('wf_fixture_0123456789abcdef')).toMatchObject({ role: 'admin' })
    } finally {
      await inside.store.close()
    }
  })

  it('is worked on as one that began with this version', async () => {
    copyFileSync(fixture, file())
    const inside = openServerInside(dataDir)
    try {
      const events = [
        { dedupKey: 'db/disk', service: 'orders-db', title: 'Disk full', severity: 'critical' },
        { dedupKey: 'new', service: 'search', title: 'Slow' },
      ]
      const sameSource = { ...inside.source, name: 'prober' }
      await inside.ingest.accept('events', sameSource, events, JSON.stringify(events))
      const [newest, ...others] = await inside.incidents()
      expect(newest).toMatchObject({ number: 3, title: 'Slow' })
      expect(others).toHaveLength(2)
      const result = await inside.act({ kind: 'resolve', incidentId: others[1]?.id ?? '' })
      expect(result).toMatchObject({ status: 'done', incident: { number: 1, status: 'resolved' } })
      await expectNoteOnlyOnce(inside, others[1]?.id ?? '')
    } finally {
      await inside.store.close()
    }
    const fresh = join(dataDir, 'fresh')
    await openServerInside(fresh).store.close()
    expect(structure(file())).toEqual(structure(join(fresh, 'watchfloor.db')))
  })
})

it('refuses a log of a version to come', async () => {
  const database = new Database(join(dataDir, 'watchfloor.db'))
  database.pragma(`user_version = ${schemaVersion + 1}`)
  database.close()
  expect(() => openServerInside(dataDir)).toThrow(/start a newer Watchfloor/)
})
