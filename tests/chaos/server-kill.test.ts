import { Agent } from 'node:http'
import { afterEach, describe, expect, it } from 'vitest'
import { postJson, sampleEvent } from '../support/post-events.ts'
import { readAll } from '../support/read-all.ts'
import { startServerProcess, type ServerProcess } from '../support/server-process.ts'

interface StoredEvent {
  eventId: string | null
}

const servers: ServerProcess[] = []
afterEach(async () => {
  for (const server of servers.splice(0)) await server.dispose()
})

/** Posts numbered events from many connections until the server is gone; returns what was answered 202. */
async function ingestUntilGone(server: ServerProcess, token: string, first: number, connections: number) {
  const agent = new Agent({ keepAlive: true, maxSockets: connections })
  const answered: string[] = []
  const unanswered: string[] = []
  let next = first
  const worker = async () => {
    for (;;) {
      const index = next
      next += 1
      try {
        const body = JSON.stringify(sampleEvent(index))
        const answer = await postJson(agent, `${server.url}/v1/ingest/events`, token, body)
        if (answer.status === 202) answered.push(`sample-${index}`)
        else unanswered.push(`sample-${index}`)
      } catch {
        unanswered.push(`sample-${index}`)
        return
      }
    }
  }
  await Promise.all(Array.from({ length: connections }, worker))
  agent.destroy()
  return { answered, unanswered, next }
}

function countById(events: readonly StoredEvent[]): Map<string, number> {
  const counts = new Map<string, number>()
  for (const { eventId } of events) if (eventId) counts.set(eventId, (counts.get(eventId) ?? 0) + 1)
  return counts
}

describe('kill -9 of the server in the middle of ingest', () => {
  it('keeps every event that was answered, once, over several kills', async () => {
    let server = await startServerProcess()
    servers.push(server)
    const token = server.createToken('sender', 'source')
    const answered: string[] = []
    let next = 0
    for (let kill = 0; kill < 3; kill += 1) {
      const running = ingestUntilGone(server, token, next, 20)
      await new Promise((resolve) => setTimeout(resolve, 300 + Math.random() * 700))
      await server.stop('SIGKILL')
      const part = await running
      expect(part.answered.length).toBeGreaterThan(0)
      answered.push(...part.answered)
      next = part.next
      server = await server.restart()
      servers.push(server)
      // What got no answer is sent again with the same id: it must be there once, whether it was kept or not.
      for (const id of part.unanswered) {
        const body = JSON.stringify(sampleEvent(Number(id.slice('sample-'.length))))
        const agent = new Agent()
        const answer = await postJson(agent, `${server.url}/v1/ingest/events`, token, body)
        expect(answer.status).toBe(202)
        answered.push(id)
      }
    }
    const counts = countById(await readAll<StoredEvent>(`${server.url}/v1/events`, server.adminToken))
    expect(answered.filter((id) => counts.get(id) !== 1)).toEqual([])
    expect([...counts.values()].filter((count) => count > 1)).toEqual([])
  }, 60_000)
})
