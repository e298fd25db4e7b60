import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { createTokenStore } from '../../src-server/access/tokens.ts'
import { createCommands } from '../../src-server/incidents/commands.ts'
import { createCorrelator } from '../../src-shared/correlation/correlator.ts'
import { builtInRules } from '../../src-shared/correlation/rule.ts'
import { createIngest } from '../../src-server/ingest/ingest.ts'
import { schemaVersion } from '../../src-server/log/migrations.ts'
import { openSqliteStore } from '../../src-server/log/sqlite-store.ts'

/**
 * Writes `tests/fixtures/schema-<n>.db` for the schema of the checkout that it runs in; run it before the schema changes,
 * and for an earlier one with this file put into a checkout of that time: `node tests/support/schema-fixture-runner.ts`.
 */

const start = Date.UTC(2026, 10, 23, 8, 0, 0)
let at = start
const clock = { now: () => at, monotonic: () => at }
let ids = 0
/** UUIDv7 in form; the same in each run, so that a fixture that is made again is the same. */
const randomId = (): string => `01890000-0000-7000-8000-${String((ids += 1)).padStart(12, '0')}`

async function fill(dataDir: string): Promise<void> {
  const store = openSqliteStore({ dataDir, clock, randomId })
  const settling = { settleMs: 30_000, flapSettleMs: 300_000, reopenMs: 300_000 }
  const times = { ...settling, ackTimeoutMs: 0, summaryQuietMs: 20_000 }
  const ingest = createIngest({ store, randomId, correlate: createCorrelator(builtInRules), ...times })
  const commands = createCommands({ store, randomId, settleMs: 30_000, ackTimeoutMs: 0 })
  const tokens = createTokenStore({ database: store.database, clock, randomId })
  tokens.ensureBootstrap('wf_fixture_0123456789abcdef', 'root')
  const source = { id: randomId(), name: 'prober', role: 'source' } as const
  const send = async (...events: object[]): Promise<void> => {
    at += 1_000
    await ingest.accept('events', source, events, JSON.stringify(events))
  }
  await send({
    id: 'one',
    dedupKey: 'db/disk',
    service: 'orders-db',
    title: 'Disk full',
    severity: 'critical',
  })
  await send({ id: 'two', dedupKey: 'web/5xx', service: 'checkout', title: 'Many 5xx', severity: 'error' })
  await send({ id: 'three', dedupKey: 'db/disk', service: 'orders-db', title: 'Disk full' })
  await send({ id: 'four', dedupKey: 'web/5xx', service: 'checkout', title: 'Many 5xx', action: 'resolve' })
  const { items } = await store.incidents({ statuses: null, after: null, limit: 10 })
  const first = items.find((incident) => incident.number === 1)
  if (!first) throw new Error('the first event opened no incident')
  const clientId = randomId()
  const by = { id: randomId(), name: 'mira', role: 'responder' } as const
  const bodies = [
    { kind: 'acknowledge', incidentId: first.id },
    { kind: 'note', incidentId: first.id, text: 'Asked the storage team.' },
  ] as const
  for (const [index, body] of bodies.entries()) {
    at += 1_000
    const command = { id: randomId(), clientId, number: index + 1, author: by.name, issuedAt: at, body }
    await commands.execute(command, by)
  }
  await store.close()
}

const dataDir = mkdtempSync(join(tmpdir(), 'watchfloor-fixture-'))
try {
  await fill(dataDir)
  const folder = join(import.meta.dirname, '..', 'fixtures')
  mkdirSync(folder, { recursive: true })
  const file = join(folder, `schema-${schemaVersion}.db`)
  rmSync(file, { force: true })
  const database = new Database(join(dataDir, 'watchfloor.db'))
  database.exec(`vacuum into '${file.replaceAll("'", "''")}'`)
  database.close()
  console.log(file)
} finally {
  rmSync(dataDir, { recursive: true, force: true })
}
