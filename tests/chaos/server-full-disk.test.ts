import { Agent } from 'node:http'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { postJson, sampleEvent, type Answer } from '../support/post-events.ts'
import { readAll } from '../support/read-all.ts'
import { startServerProcess, type ServerProcess } from '../support/server-process.ts'
import { canMount, createSmallDisk, type SmallDisk } from '../support/small-disk.ts'
import { until } from '../support/test-console.ts'

let disk: SmallDisk
let server: ServerProcess
let token: string
let agent: Agent
let next = 0

beforeEach(async () => {
  if (!canMount) return
  disk = await createSmallDisk(16)
  server = await startServerProcess({ dataDir: disk.folder })
  token = server.createToken('sender', 'source')
  agent = new Agent({ keepAlive: true })
})

afterEach(async () => {
  if (!canMount) return
  agent.destroy()
  await server.stop('SIGKILL')
  await disk.dispose()
})

async function send(index = next++): Promise<Answer> {
  const body = JSON.stringify(sampleEvent(index))
  return postJson(agent, `${server.url}/v1/ingest/events`, token, body)
}

const isReady = async () => (await fetch(`${server.url}/readyz`)).status === 200

describe.runIf(canMount)('a server whose disk is full', () => {
  it('refuses with 503 and the reason, keeps what it accepted, and goes on by itself when there is room', async () => {
    const accepted: number[] = []
    const refused: number[] = []
    const sendSome = async (count: number) => {
      for (let sent = 0; sent < count; sent += 1) {
        const index = next
        const { status } = await send()
        ;(status === 202 ? accepted : refused).push(index)
      }
    }
    await sendSome(20)
    expect(refused).toEqual([])

    for (let round = 0; round < 2; round += 1) {
      // Some still fit: the disk ends in the middle of a commit.
      await disk.fill(40_000)
      await sendSome(60)
      expect(refused.length).toBeGreaterThan(0)
      const refusal = await send(refused.at(-1))
      expect(refusal.status).toBe(503)
      expect(JSON.parse(refusal.body)).toMatchObject({
        error: { code: 'storeUnavailable', message: expect.stringMatching(/disk is full/) },
      })
      expect(await isReady()).toBe(false)
      // What it has can still be read.
      expect((await readAll(`${server.url}/v1/incidents`, server.adminToken)).length).toBeGreaterThan(0)

      await disk.free()
      await until('ready again by itself', isReady, 15_000)
      for (const index of refused.splice(0)) {
        expect((await send(index)).status).toBe(202)
        accepted.push(index)
      }
    }
    const stored = await readAll<{ eventId: string }>(`${server.url}/v1/events`, server.adminToken)
    const ids = stored.map(({ eventId }) => eventId).toSorted()
    expect(ids).toEqual(accepted.map((index) => `sample-${index}`).toSorted())

    await server.stop('SIGKILL')
    const database = new Database(join(disk.folder, 'watchfloor.db'))
    expect(database.pragma('integrity_check', { simple: true })).toBe('ok')
    database.close()
  }, 60_000)

  it('starts on a full disk, shows what it has, and accepts when there is room', async () => {
    expect((await send()).status).toBe(202)
    await server.stop('SIGKILL')
    await disk.fill()
    server = await server.restart()
    expect((await send()).status).toBe(503)
    expect(await readAll(`${server.url}/v1/events`, server.adminToken)).toHaveLength(1)
    await disk.free()
    await until('accepting again', async () => (await send(1)).status === 202, 15_000)
    expect(await readAll(`${server.url}/v1/events`, server.adminToken)).toHaveLength(2)
  }, 60_000)
})
