import { randomUUID } from 'node:crypto'
import { Agent } from 'node:http'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { afterEach, expect, it } from 'vitest'
import type { EntryOf } from '../../src-shared/domain/log-entry.ts'
import type { MaintenanceWindow } from '../../src-shared/domain/maintenance.ts'
import { postJson } from '../support/post-events.ts'
import { startServerProcess, type ServerProcess } from '../support/server-process.ts'
import { until } from '../support/test-console.ts'

const servers: ServerProcess[] = []
afterEach(async () => {
  for (const server of servers.splice(0)) await server.dispose()
})

/** As they are on the disk. */
function windowsOf({ dataDir }: ServerProcess): MaintenanceWindow[] {
  const database = new Database(join(dataDir, 'watchfloor.db'), { readonly: true })
  try {
    const texts = database.prepare<[], string>("select json from thing where kind = 'maintenance'").pluck()
    return texts.all().map((json) => (JSON.parse(json) as EntryOf<'maintenance'>).window)
  } finally {
    database.close()
  }
}

async function planAsAPerson(server: ServerProcess, title: string): Promise<void> {
  const token = server.createToken('mira', 'responder')
  const issuedAt = Date.now()
  const schedule = { kind: 'once', startsAt: issuedAt, endsAt: issuedAt + 3_600_000 }
  const match = [{ field: 'service', anyOf: ['mail'], negated: false }]
  const body = { kind: 'planMaintenance', windowId: null, seen: null, plan: { title, match, schedule } }
  const command = { id: randomUUID(), clientId: randomUUID(), number: 1, author: 'mira', issuedAt, body }
  const text = JSON.stringify({ command })
  const answer = await postJson(new Agent(), `${server.url}/v1/commands`, token, text)
  expect(answer).toMatchObject({ status: 200, body: expect.stringContaining('"done"') as string })
}

const isOwn = ({ plannedBy }: MaintenanceWindow): boolean => plannedBy.name === 'demo-operator'

it('a demo that was killed in its maintenance ends that window at its next start, and no other', async () => {
  // The window of the story is on from a second and a half after the start for some forty more.
  const first = await startServerProcess({ args: ['--demo', '--demo-speed', '10'] })
  servers.push(first)
  await planAsAPerson(first, 'Of a person')
  await until('the window of the story', () => windowsOf(first).some(isOwn), 20_000)
  await first.stop('SIGKILL')
  const left = windowsOf(first).find(isOwn)
  expect(left?.endedAt).toBeNull()

  const second = await first.restart()
  servers.push(second)
  const find = (id: string | undefined) => windowsOf(second).find((window) => window.id === id)
  await until('it is ended', () => find(left?.id)?.endedAt !== null, 20_000)
  expect(find(left?.id)?.endedBy).toMatchObject({ name: 'demo-operator' })
  await until('the window of this telling', () => windowsOf(second).filter(isOwn).length === 2, 20_000)
  expect(windowsOf(second).filter(({ endedAt }) => endedAt === null)).toHaveLength(2)
  expect(windowsOf(second).find((window) => !isOwn(window))?.endedAt).toBeNull()
}, 60_000)
