import { Agent } from 'node:http'
import { postJson, sampleEvent } from '../support/post-events.ts'
import type { ServerProcess } from '../support/server-process.ts'

/** Makes a server's log grow while nobody reads it. */
export interface Storms {
  /** The newest position of the log. */
  head(): Promise<number>
  /** Sends events until there are at least so many changes; resolves with how many. `keys`: of how many alerts. */
  storm(changes: number, keys: number): Promise<number>
  /** One event with this title, which opens an incident of its own. */
  mark(title: string): Promise<void>
  close(): void
}

export function createStorms(server: ServerProcess): Storms {
  const agent = new Agent({ keepAlive: true })
  const source = server.createToken('bench', 'source')
  const metrics = { authorization: `Bearer ${server.createToken('meter', 'viewer')}` }
  let made = 0
  const head = async (): Promise<number> => {
    const text = await fetch(`${server.url}/metrics`, { headers: metrics })
    return Number(/^watchfloor_log_head (\d+)/m.exec(await text.text())?.[1])
  }
  const post = async (body: unknown): Promise<void> => {
    const answer = await postJson(agent, `${server.url}/v1/ingest/events`, source, JSON.stringify(body))
    if (answer.status !== 202) throw new Error(answer.body)
  }
  return {
    head,
    storm: async (changes, keys) => {
      const before = await head()
      let now = before
      while (now - before < changes) {
        const size = Math.min(500, Math.ceil((changes - now + before) / 2))
        await post(Array.from({ length: size }, () => sampleEvent((made += 1), keys)))
        now = await head()
      }
      return now - before
    },
    mark: (title) => post({ service: `service-of-${title}`, title, severity: 'critical' }),
    close: () => agent.destroy(),
  }
}
