/**
 * Memory for each idle reader: resident memory of the server at two numbers of connected readers that have had their
 * snapshot and hear nothing but heartbeats, beside bare `ws` with as many connections. The kernel's part is not in it.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { postJson, sampleEvent } from '../support/post-events.ts'
import { startServerProcess } from '../support/server-process.ts'
import { Agent } from 'node:http'
import { startChild, type ChildProgram } from './child-program.ts'
import { printFigure, residentKib } from './figure.ts'

const steps = [200, 1000, 1000]

interface Server {
  pid: number
  streamUrl: string
  token: string | null
}

/** KiB for each reader, from the second step on: the first fills what is allocated once. */
async function perReader(server: Server): Promise<number> {
  const readers: ChildProgram<unknown>[] = []
  const resident: number[] = []
  for (const count of steps) {
    const args = [server.streamUrl, count, ...(server.token === null ? [] : [server.token])]
    readers.push(await startChild('./stream-readers.ts', args))
    // What connecting left behind is collected in a while, or reused by the next.
    await sleep(4_000)
    resident.push(await residentKib(server.pid))
  }
  await Promise.all(readers.map((each) => each.stop()))
  const [first = 0] = resident
  return ((resident.at(-1) ?? 0) - first) / steps.slice(1).reduce((sum, count) => sum + count, 0)
}

const agent = new Agent({ keepAlive: true })
const server = await startServerProcess({
  env: { WATCHFLOOR_LOG_LEVEL: 'warn' },
  args: ['--handshakes-per-second', '10000'],
})
const bare = await startChild<{ streamUrl: string }>('./bare-broadcast.ts')
try {
  const source = server.createToken('bench', 'source')
  const events = Array.from({ length: 200 }, (_, index) => sampleEvent(index, 200))
  const answer = await postJson(agent, `${server.url}/v1/ingest/events`, source, JSON.stringify(events))
  if (answer.status !== 202) throw new Error(answer.body)
  const viewer = server.createToken('reader', 'viewer')
  const ours = await perReader({ pid: server.pid, streamUrl: server.streamUrl, token: viewer })
  const theirs = await perReader({ pid: bare.pid, streamUrl: bare.ready.streamUrl, token: null })
  printFigure({ name: 'memory of an idle reader', value: ours, unit: 'KiB', goal: 'at most 64' })
  printFigure({ name: 'memory of an idle bare ws connection', value: theirs, unit: 'KiB', goal: 'baseline' })
} finally {
  agent.destroy()
  await bare.stop()
  await server.dispose()
}
