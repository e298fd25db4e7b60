import { cpSync, mkdtempSync } from 'node:fs'
import { Agent } from 'node:http'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { afterEach, describe, expect, it } from 'vitest'
import { postJson } from '../support/post-events.ts'
import { readAll } from '../support/read-all.ts'
import { estateEvent } from '../support/search/generated-estate.ts'
import { startServerProcess, type ServerProcess } from '../support/server-process.ts'

const servers: ServerProcess[] = []
afterEach(async () => {
  for (const server of servers.splice(0)) await server.dispose()
})

/** Nothing happens by itself, so that a copy of the log stays the same log; and a kill loses nothing of it that is not synced. */
const calm = {
  WATCHFLOOR_SETTLE_MS: '3600000',
  WATCHFLOOR_SUMMARY_QUIET_MS: '3600000',
  WATCHFLOOR_SQLITE_SYNCHRONOUS: 'NORMAL',
}
const withoutIndex = { ...calm, WATCHFLOOR_SEARCH_INDEX: 'false' }

async function start(dataDir: string | null, env: Record<string, string>): Promise<ServerProcess> {
  const server = await startServerProcess({ env, ...(dataDir === null ? {} : { dataDir }) })
  servers.push(server)
  return server
}

const agent = new Agent({ keepAlive: false })

async function send(server: ServerProcess, token: string, from: number, to: number): Promise<void> {
  const events = Array.from({ length: to - from }, (_, index) => {
    const { action, dedupKey, severity, service, title, description, labels } = estateEvent(from + index)
    return { action, dedupKey, severity, service, title, description, labels }
  })
  const answer = await postJson(agent, `${server.url}/v1/ingest/events`, token, JSON.stringify(events))
  expect(answer.status).toBe(202)
}

/** How far the index is; the first question of a server starts it. */
async function reach(server: ServerProcess): Promise<{ indexedTo: number; head: number }> {
  const headers = { authorization: `Bearer ${server.adminToken}` }
  const answer = await fetch(`${server.url}/v1/events?q=severity>=info&limit=1`, { headers })
  return ((await answer.json()) as { index: { indexedTo: number; head: number } }).index
}

/** Each event says one of these, so that one that is missing, or there twice, is missed by one of the searches. */
const nouns = ['disk', 'memory', 'latency', 'queue', 'certificate', 'replica', 'cpu', 'connection', 'backup']
const searches = [
  ...nouns.map((noun) => `events?q=${noun}`),
  'events?q=severity:critical -label.env:production',
  'events?q=action:resolve service:payments* eu',
  `events?q=key:${estateEvent(7).dedupKey},${estateEvent(8).dedupKey}`,
  'events?q="took 4"',
  'events?q=effect:opened title:*expired*',
  'incidents?q=expired',
  'incidents?q=label.zone:eu-1 severity>=error',
  'incidents?q=service:mail* -backup',
  'incidents?q="host-7"',
]

async function answersOf(server: ServerProcess, asked: readonly string[]): Promise<Map<string, string[]>> {
  const answers = new Map<string, string[]>()
  for (const search of asked) {
    const items = await readAll<object>(`${server.url}/v1/${search}`, server.adminToken)
    answers.set(
      search,
      items.map((item) => JSON.stringify(item)),
    )
  }
  return answers
}

/** Which searches are answered otherwise, and by how much, instead of megabytes. */
function differences(found: Map<string, string[]>, expected: Map<string, string[]>): string[] {
  return [...found].flatMap(([search, items]) => {
    const right = expected.get(search) ?? []
    const isSame = items.length === right.length && items.every((item, index) => item === right[index])
    return isSame ? [] : [`${search}: ${items.length} instead of ${right.length}`]
  })
}

describe('kill -9 of the server while it indexes', () => {
  it('leaves an index that answers every search as the log itself does, over several kills', async () => {
    const count = 6_000
    const writer = await start(null, withoutIndex)
    const token = writer.createToken('sender', 'source')
    for (let from = 0; from < count; from += 1_000) await send(writer, token, from, from + 1_000)
    await writer.stop()

    const { dataDir } = writer
    let inTheMiddle = 0
    for (let kill = 0; kill < 4; kill += 1) {
      const indexing = await start(dataDir, calm)
      const { indexedTo, head } = await reach(indexing)
      if (indexedTo < head) inTheMiddle += 1
      // It has what comes in now to index as well.
      const from = count + kill * 500
      const sending = send(indexing, token, from, from + 500).catch(() => undefined)
      await wait(Math.random() * 120)
      await indexing.stop('SIGKILL')
      await sending
    }
    expect(inTheMiddle).toBeGreaterThan(0)

    const copy = mkdtempSync(join(tmpdir(), 'watchfloor-server-'))
    cpSync(dataDir, copy, { recursive: true, filter: (path) => !basename(path).startsWith('search.db') })
    const [plain, indexed] = [await start(copy, withoutIndex), await start(dataDir, calm)]
    const [expected, atOnce] = await Promise.all([
      answersOf(plain, searches),
      answersOf(
        indexed,
        nouns.map((noun) => `events?q=${noun}`),
      ),
    ])
    expect(differences(atOnce, expected)).toEqual([])
    await expect
      .poll(
        async () => {
          const { indexedTo, head } = await reach(indexed)
          return head - indexedTo
        },
        { timeout: 60_000 },
      )
      .toBe(0)
    expect(differences(await answersOf(indexed, searches), expected)).toEqual([])
    const found = nouns.map((noun) => expected.get(`events?q=${noun}`)?.length ?? 0)
    expect(found.reduce((sum, items) => sum + items, 0)).toBeGreaterThanOrEqual(count)
    expect([...expected].filter(([, items]) => items.length === 0).map(([search]) => search)).toEqual([])
  }, 120_000)
})
