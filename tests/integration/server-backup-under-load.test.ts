import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { Agent } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import Database from 'better-sqlite3'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { postJson, sampleEvent } from '../support/post-events.ts'
import { startServerProcess, type ServerProcess } from '../support/server-process.ts'
import { startTestConsole, until } from '../support/test-console.ts'

/** A backup and a restore as an administrator makes them, while thousands of events a second come in. */

const root = fileURLToPath(new URL('../..', import.meta.url))
const inArray = 100
const senders = 4
const keys = 200

let server: ServerProcess
let folder: string
beforeEach(async () => {
  server = await startServerProcess()
  folder = await mkdtemp(join(tmpdir(), 'watchfloor-load-'))
})
afterEach(async () => {
  await server.dispose()
  await rm(folder, { recursive: true, force: true })
})

async function npmRunServer(...args: string[]): Promise<Record<string, unknown>> {
  const run = promisify(execFile)('npm', ['run', '--silent', 'server', '--', ...args], { cwd: root })
  return JSON.parse((await run).stdout) as Record<string, unknown>
}

function read<T>(file: string, sql: string): T[] {
  const database = new Database(file, { readonly: true })
  try {
    return database.prepare<[], T>(sql).pluck().all()
  } finally {
    database.close()
  }
}

const meta = (file: string, key: string) =>
  read<string>(file, `select value from meta where key = '${key}'`)[0] ?? ''

/** Sends without a pause; `answered` grows by the ids of events that were answered with 202. */
function startLoad(to: ServerProcess) {
  const agent = new Agent({ keepAlive: true })
  const answered: string[] = []
  let sent = 0
  let isOver = false
  const sender = async (): Promise<void> => {
    while (!isOver) {
      const first = (sent += inArray)
      const events = Array.from({ length: inArray }, (_, index) => sampleEvent(first + index, keys))
      const answer = await postJson(
        agent,
        `${to.url}/v1/ingest/events`,
        to.adminToken,
        JSON.stringify(events),
      )
      expect(answer.status).toBe(202)
      for (const { id } of (JSON.parse(answer.body) as { items: { id: string }[] }).items) answered.push(id)
    }
  }
  const startedAt = performance.now()
  const sending = Promise.all(Array.from({ length: senders }, sender))
  return {
    answered,
    perSecond: () => (answered.length * 1000) / (performance.now() - startedAt),
    end: async () => {
      isOver = true
      await sending
      agent.destroy()
    },
  }
}

it('holds everything that was answered before the backup began, as another log of the same server', async () => {
  const live = join(server.dataDir, 'watchfloor.db')
  const load = startLoad(server)
  await until('some thousand events are in', () => load.answered.length > 5_000, 30_000)
  const before = load.answered.slice()
  const file = join(folder, 'monday.db')
  const copied = await npmRunServer('backup', file, '--data-dir', server.dataDir)
  const perSecond = load.perSecond()
  expect(load.answered.length).toBeGreaterThan(before.length + 500)
  await load.end()
  expect(perSecond).toBeGreaterThan(1_000)

  const restored = join(folder, 'restored')
  const account = await npmRunServer('restore', file, '--data-dir', restored)
  const log = join(restored, 'watchfloor.db')
  expect(account).toMatchObject({ head: copied['head'], putAside: null, serverId: meta(live, 'serverId') })
  expect(account['epoch']).toBe(meta(log, 'epoch'))
  expect(account['epoch']).not.toBe(meta(live, 'epoch'))
  expect(read(log, 'pragma integrity_check')).toEqual(['ok'])
  expect(read(log, 'pragma foreign_key_check')).toEqual([])
  const kept = new Set(read<string>(log, 'select id from event'))
  expect(before.filter((id) => !kept.has(id))).toEqual([])
  // Arrays whole or not at all, states as their newest entries say, and no number left out.
  expect(kept.size % inArray).toBe(0)
  expect(read(log, 'select count(*) = max(seq) from log')).toEqual([1])
  expect(
    read(log, 'select count(*) from thing join log on log.seq = thing.seq where log.json <> thing.json'),
  ).toEqual([0])
}, 90_000)

it('is followed by a console with a snapshot, and by what waited in its outbox, done once', async () => {
  const load = startLoad(server)
  const token = server.createToken('mira', 'responder')
  const target = await startTestConsole({ site: { url: server.url, token } })
  try {
    await until('the console has incidents', () => target.rows.size >= 40, 30_000)
    const file = join(folder, 'monday.db')
    await npmRunServer('backup', file, '--data-dir', server.dataDir)
    await load.end()
    const [row] = [...target.rows.values()].toSorted((a, b) => a.number - b.number)
    if (!row) throw new Error('nothing is shown')
    await server.stop()
    // On what is in the backup too: the one action was never sent, the other is new after it.
    const { siteId, id: incidentId } = row
    await target.call('act', { siteId, body: { kind: 'note', incidentId, text: 'looked at the disk' } })
    await target.call('act', { siteId, body: { kind: 'acknowledge', incidentId } })
    await npmRunServer('restore', file, '--data-dir', server.dataDir, '--replace')
    server = await server.restart()
    await until('both actions are done', () => target.settled.length >= 2, 30_000)
    expect(target.settled.map(({ status }) => status)).toEqual(['done', 'done'])
    const log = join(server.dataDir, 'watchfloor.db')
    const changes = read<string>(
      log,
      `select json_extract(json, '$.change.kind') from log where incident_id = '${incidentId}'
         and kind = 'incident' and json_extract(json, '$.change.by.kind') = 'operator' order by seq`,
    )
    expect(changes).toEqual(['noted', 'acknowledged'])
    const numbers = read<number>(log, 'select number from incident order by number')
    const shown = () => [...target.rows.values()].map(({ number }) => number).toSorted((a, b) => a - b)
    await until('it shows what the restored log has', () => String(shown()) === String(numbers), 15_000)
    const status = async () => (await target.call('openIncident', { siteId, incidentId }))?.incident.status
    await until('it shows what the actions did', async () => (await status()) === 'acknowledged', 15_000)
  } finally {
    await target.dispose()
  }
}, 120_000)
