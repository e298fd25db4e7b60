import { execFile } from 'node:child_process'
import { mkdtemp, readFile, readdir, rm, symlink, writeFile } from 'node:fs/promises'
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

/** The command line, on a server that works meanwhile. */

const entry = fileURLToPath(new URL('../../src-server/start.js', import.meta.url))
const agent = new Agent({ keepAlive: true })
let server: ServerProcess
let folder: string
let sent = 0

beforeEach(async () => {
  server = await startServerProcess()
  folder = await mkdtemp(join(tmpdir(), 'watchfloor-backup-'))
  sent = 0
})
afterEach(async () => {
  await server.dispose()
  await rm(folder, { recursive: true, force: true })
})

async function cli(...args: string[]): Promise<Record<string, unknown>> {
  const { stdout } = await promisify(execFile)(process.execPath, [entry, ...args])
  return JSON.parse(stdout) as Record<string, unknown>
}

/** Returns the ids with which the events were accepted. */
async function report(count: number): Promise<string[]> {
  const events = Array.from({ length: count }, () => ({ ...sampleEvent(sent), id: `sent-${(sent += 1)}` }))
  const answer = await postJson(
    agent,
    `${server.url}/v1/ingest/events`,
    server.adminToken,
    JSON.stringify(events),
  )
  expect(answer.status).toBe(202)
  return (JSON.parse(answer.body) as { items: { id: string }[] }).items.map(({ id }) => id)
}

function read<T>(file: string, sql: string): T[] {
  const database = new Database(file, { readonly: true })
  try {
    return database.prepare<[], T>(sql).pluck().all()
  } finally {
    database.close()
  }
}

it('copies a log that is being written to, whole, up to one instant', async () => {
  const before = new Set((await Promise.all([report(500), report(500), report(500)])).flat())
  const file = join(folder, 'copy.db')
  let isDone = false
  const writing = (async () => {
    while (!isDone) await report(50)
  })()
  const account = await cli('backup', file, '--data-dir', server.dataDir).finally(() => (isDone = true))
  await writing

  expect(await readdir(folder)).toEqual(['copy.db'])
  expect(read(file, 'pragma integrity_check')).toEqual(['ok'])
  const seqs = read<number>(file, 'select seq from log order by seq')
  expect(seqs).toEqual(seqs.map((_, index) => index + 1))
  expect(seqs.length).toBe(account['head'])
  const kept = new Set(read<string>(file, 'select id from event'))
  expect([...before].filter((id) => !kept.has(id))).toEqual([])
  expect(sent).toBeGreaterThan(1_500)
  // Every event with what it did, or not at all: an array is one turn.
  expect(kept.size % 50).toBe(0)
  const after = read<string>(join(server.dataDir, 'watchfloor.db'), 'select json from log order by seq')
  expect(read<string>(file, 'select json from log order by seq')).toEqual(after.slice(0, seqs.length))
  await expect(cli('backup', file, '--data-dir', server.dataDir)).rejects.toThrow(/exists already/)
})

it('restores the same server with another log, and a console follows it there', async () => {
  await report(20)
  const file = join(folder, 'copy.db')
  const token = server.createToken('mira', 'responder')
  const target = await startTestConsole({ site: { url: server.url, token } })
  try {
    await until('the console has what was reported', () => target.rows.size === 20)
    await cli('backup', file, '--data-dir', server.dataDir)
    await report(10)
    await until('the console has what came later', () => target.rows.size === 30)

    await expect(cli('restore', file, '--data-dir', server.dataDir, '--replace')).rejects.toThrow(
      /another server uses/,
    )
    const before = new Set(
      read<string>(join(server.dataDir, 'watchfloor.db'), "select value from meta where key = 'epoch'"),
    )
    await server.stop()
    await expect(cli('restore', file, '--data-dir', server.dataDir)).rejects.toThrow(/holds a log already/)
    const account = await cli('restore', file, '--data-dir', server.dataDir, '--replace')
    expect(before.has(String(account['epoch']))).toBe(false)
    expect(await readdir(String(account['putAside']))).toContain('watchfloor.db')
    server = await server.restart()

    await until('the console has what the backup had', () => target.rows.size === 20, 15_000)
    sent = 30
    await report(5)
    await until('the console goes on from there', () => target.rows.size === 25)
    const health = await fetch(`${server.url}/v1/incidents`, {
      headers: { authorization: `Bearer ${token}` },
    })
    expect(health.status).toBe(200)
  } finally {
    await target.dispose()
  }
}, 60_000)

it('restores into an empty folder with the same name of the server', async () => {
  await report(3)
  const file = join(folder, 'copy.db')
  await cli('backup', file, '--data-dir', server.dataDir)
  const account = await cli('restore', file, '--data-dir', join(folder, 'other'))
  expect(account).toMatchObject({ putAside: null })
  expect(
    read(join(server.dataDir, 'watchfloor.db'), "select value from meta where key = 'serverId'"),
  ).toEqual([account['serverId']])
})

it('refuses what is no backup, and leaves everything as it was', async () => {
  await report(300)
  const file = join(folder, 'copy.db')
  await cli('backup', file, '--data-dir', server.dataDir)
  await server.stop()
  const log = join(server.dataDir, 'watchfloor.db')
  const before = await readFile(log)

  await writeFile(
    join(folder, 'text.db'),
    'not a database, but a text that is long enough to be looked at'.repeat(20),
  )
  const bytes = await readFile(file)
  await writeFile(join(folder, 'torn.db'), bytes.subarray(0, Math.floor(bytes.length / 2)))
  await writeFile(join(folder, 'empty.db'), '')
  for (const name of ['text.db', 'torn.db', 'empty.db', 'missing.db']) {
    const restoring = cli('restore', join(folder, name), '--data-dir', server.dataDir, '--replace')
    await expect(restoring).rejects.toThrow(
      new RegExp(`no file .*${name}|${name} (is damaged|is not a Watchfloor log)`),
    )
  }
  expect(await readdir(server.dataDir)).not.toContain('watchfloor.db.restoring')
  expect((await readFile(log)).equals(before)).toBe(true)
})

it('says what is in the way of a backup, a restore or a list of tokens, and leaves no trace', async () => {
  const file = join(folder, 'copy.db')
  const link = join(folder, 'link.db')
  await cli('backup', file, '--data-dir', server.dataDir)
  await symlink(join(folder, 'nowhere.db'), link)
  const other = join(folder, 'other')
  const told: [string[], string][] = [
    [['backup', '', '--data-dir', server.dataDir], 'backup needs a file'],
    [['backup', folder, '--data-dir', server.dataDir], `${folder} exists already`],
    [['backup', link, '--data-dir', server.dataDir], `${link} exists already`],
    [['backup', join(other, 'x.db'), '--data-dir', server.dataDir], `no folder ${other}`],
    [['backup', join(file, 'x', 'y.db'), '--data-dir', server.dataDir], `no folder ${join(file, 'x')}`],
    [['backup', join(folder, 'x.db'), '--data-dir', other], `no log in ${other}`],
    [['restore', folder, '--data-dir', other], `${folder} is a folder`],
    [['restore', file, '--data-dir', file], `${file} is no folder`],
    [['tokens', 'list', '--data-dir', other], `no log in ${other}`],
    [['tokens', 'revoke', '--name', 'mira', '--data-dir', other], `no log in ${other}`],
    [['server', '--data-dir', file], `${file} is no folder`],
  ]
  // Nobody may write there, whoever runs the tests.
  if (process.platform === 'linux')
    told.push([['backup', '/proc/x.db', '--data-dir', server.dataDir], 'the copy to /proc/x.db failed'])
  for (const [args, words] of told) await expect(cli(...args)).rejects.toThrow(words)
  expect((await readdir(folder)).toSorted()).toEqual(['copy.db', 'link.db'])
})
