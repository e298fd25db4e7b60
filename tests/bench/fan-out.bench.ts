/**
 * Fan-out to readers in another process: server CPU for each delivered message, beside a bare `ws` broadcast of the
 * same bytes in the same run. What taking the events in costs is measured without readers, and taken off.
 */
import { spawn } from 'node:child_process'
import { Agent } from 'node:http'
import { createInterface } from 'node:readline'
import { postJson, sampleEvent } from '../support/post-events.ts'
import { startServerProcess } from '../support/server-process.ts'
import { cpuMs, percentile, printFigure } from './figure.ts'

const readerCount = Number(process.env['WATCHFLOOR_BENCH_READERS'] ?? 100)
const messages = Number(process.env['WATCHFLOOR_BENCH_MESSAGES'] ?? 600)
const rounds = 3
const agent = new Agent({ keepAlive: true, maxSockets: 1 })
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

interface Received {
  messages: number
  bytes: number
  sample: string
}

async function startReaders(url: string, token?: string) {
  const file = new URL('./stream-readers.ts', import.meta.url).pathname
  const args = [file, url, String(readerCount), ...(token ? [token] : [])]
  const child = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'inherit'] })
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  await lines.next()
  return {
    report: async (): Promise<Received> => {
      child.stdin.write('\n')
      return JSON.parse((await lines.next()).value ?? '{}') as Received
    },
    stop: () => child.stdin.end(),
  }
}

async function startBare() {
  const file = new URL('./bare-broadcast.ts', import.meta.url).pathname
  const child = spawn(process.execPath, [file], { stdio: ['ignore', 'pipe', 'inherit'] })
  const line = await createInterface({ input: child.stdout })[Symbol.asyncIterator]().next()
  const ready = JSON.parse(line.value ?? '{}') as { url: string; streamUrl: string; pid: number }
  return { ...ready, stop: () => child.kill('SIGTERM') }
}

/** Posts one body after another, about 200 a second, and says what CPU the process took meanwhile. */
async function cpuWhilePosting(pid: number, url: string, token: string, body: (index: number) => string) {
  const before = await cpuMs(pid)
  for (let index = 0; index < messages; index += 1) {
    const answer = await postJson(agent, url, token, body(index))
    if (answer.status !== 202) throw new Error(`answered ${answer.status}: ${answer.body}`)
    await pause(3)
  }
  await pause(500)
  return (await cpuMs(pid)) - before
}

let posted = 0
// Two services fail in turn over few keys: most events feed alerts that are open, as in a storm.
const eventBody = () => JSON.stringify({ ...sampleEvent(posted, 50), id: `fan-out-${posted++}` })

const server = await startServerProcess({ env: { WATCHFLOOR_LOG_LEVEL: 'warn' } })
const bare = await startBare()
try {
  const source = server.createToken('bench', 'source')
  const ingest = `${server.url}/v1/ingest/events`
  await cpuWhilePosting(server.pid, ingest, source, eventBody)
  const alone: number[] = []
  for (let round = 0; round < rounds; round += 1) {
    alone.push(await cpuWhilePosting(server.pid, ingest, source, eventBody))
  }
  const baseCost = percentile(alone, 0.5)

  const ours = await startReaders(server.streamUrl, server.createToken('reader', 'viewer'))
  const bareReaders = await startReaders(bare.streamUrl)
  await ours.report()
  const perMessage = { ours: [] as number[], bare: [] as number[] }
  let size = 0
  for (let round = 0; round < rounds; round += 1) {
    const oursCpu = (await cpuWhilePosting(server.pid, ingest, source, eventBody)) - baseCost
    const got = await ours.report()
    perMessage.ours.push((oursCpu * 1000) / got.messages)
    const average = Math.round(got.bytes / got.messages)
    size = average
    const payload = got.sample.slice(0, average)
    await bareReaders.report()
    const bareAlone = await cpuWhilePosting(bare.pid, bare.url, '', () => payload)
    const gotBare = await bareReaders.report()
    perMessage.bare.push((bareAlone * 1000) / gotBare.messages)
  }
  ours.stop()
  bareReaders.stop()
  const mine = percentile(perMessage.ours, 0.5)
  const theirs = percentile(perMessage.bare, 0.5)
  const name = `fan-out to ${readerCount}`
  printFigure({ name: `${name}, message size`, value: size, unit: 'bytes', goal: 'the same for both' })
  printFigure({
    name: `${name}, server CPU a message`,
    value: mine,
    unit: 'µs',
    goal: 'at most 1.25 times bare ws',
  })
  printFigure({ name: `${name}, bare ws CPU a message`, value: theirs, unit: 'µs', goal: 'baseline' })
  printFigure({ name: `${name}, share of bare ws`, value: mine / theirs, unit: 'of 1', goal: 'at most 1.25' })
} finally {
  agent.destroy()
  bare.stop()
  await server.dispose()
}
