/**
 * Searching a million events over HTTP: a fixed mix of rare and common words, phrases, labels, fields, no hits and second
 * pages. With it the index itself: how fast it is made, how large it is, and what keeping it costs ingest, in turns with a
 * server that keeps none.
 */
import { mkdtemp, rm, stat } from 'node:fs/promises'
import { Agent, get } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { v7 as uuidv7 } from 'uuid'
import { openSqliteStore } from '../../src-server/log/sqlite-store.ts'
import { postJson } from '../support/post-events.ts'
import { estateEffect, estateEvent, mixed } from '../support/search/generated-estate.ts'
import { startServerProcess, type ServerProcess } from '../support/server-process.ts'
import { cpuMs, percentile, printFigure } from './figure.ts'

const events = Number(process.env['WATCHFLOOR_BENCH_EVENTS'] ?? 1_000_000)
const turnEvents = 2_000
const overMs = 20 * 86_400_000
const rounds = 5
const roundRequests = 60

interface Answer {
  items: { id: string }[]
  next: string | null
  index: { indexedTo: number; head: number; isBuilding: boolean }
}

/** Writes the log as the server does, turn by turn, without a server: nothing but its size matters here. */
async function writeLog(dataDir: string): Promise<void> {
  const clock = { at: Date.now() - overMs, now: () => clock.at }
  const store = openSqliteStore({ dataDir, clock, randomId: uuidv7, synchronous: 'NORMAL' })
  const source = { sourceId: uuidv7(), sourceKind: 'events', sourceName: 'prober' }
  for (let from = 0; from < events; from += turnEvents) {
    clock.at += (overMs * turnEvents) / events
    await store.write((turn) => {
      for (let index = from; index < Math.min(events, from + turnEvents); index += 1) {
        const more = { alertId: null, incidentId: null, effect: estateEffect(index), effectReason: null }
        const event = { ...estateEvent(index), id: uuidv7(), ...source, receivedAt: turn.now, ...more }
        turn.append({ kind: 'event', event }, '{}')
      }
    })
  }
  await store.close()
}

const agent = new Agent({ keepAlive: true, maxSockets: 1 })

function ask(server: ServerProcess, q: string, more = ''): Promise<{ ms: number; answer: Answer }> {
  const startedAt = performance.now()
  return new Promise((resolve, reject) => {
    const headers = { authorization: `Bearer ${server.adminToken}` }
    get(`${server.url}/v1/events?q=${encodeURIComponent(q)}${more}`, { agent, headers }, (incoming) => {
      const parts: Buffer[] = []
      incoming.on('data', (part: Buffer) => parts.push(part))
      incoming.on('error', reject)
      incoming.on('end', () => {
        const text = Buffer.concat(parts).toString()
        const ms = performance.now() - startedAt
        if (incoming.statusCode !== 200) reject(new Error(`${q}: ${incoming.statusCode} ${text}`))
        else resolve({ ms, answer: JSON.parse(text) as Answer })
      })
    }).on('error', reject)
  })
}

/** What operators look for, by kind; each kind as often as the others. */
const kinds: Record<string, (index: number) => string> = {
  'a rare word': (index) => `${mixed(index * 5_000 + 5, 0xfffffff).toString(16)}`,
  'a common word': (index) => ['disk', 'host', 'production', 'runbook'][index % 4] ?? '',
  'a word of two characters': (index) => ['ms', 'eu', '9f', 'zq'][index % 4] ?? '',
  'a phrase': (index) =>
    `"${['disk full', 'queue lagging on', 'replica failed', 'cpu high on host-12'][index % 4]}"`,
  'a label': (index) => `label.host:host-${mixed(index, 700)}`,
  'a pattern': (index) => `label.instance:10.${index % 4}.* title:*saturated*`,
  'service, severity and a word': (index) => `service:payments-${(index % 10) * 6} severity>=error memory`,
  'left out': (index) => `-label.env:staging -disk team-${index % 12}`,
  'left out, nine of ten': (index) => `-label.env:production -disk team-${index % 12}`,
  'some days ago': (index) => `received<2026-11-1${1 + (index % 9)} age>${5 + (index % 10)}d backup`,
  'nothing found': (index) => `nowhere${index} certificate`,
}
const queriesOfAKind = 20

async function measureSearches(server: ServerProcess): Promise<void> {
  const all: number[] = []
  for (const [kind, query] of Object.entries(kinds)) {
    const times: number[] = []
    let short = 0
    for (let index = 0; index < queriesOfAKind; index += 1) {
      const { ms, answer } = await ask(server, query(index))
      times.push(ms)
      if (answer.next !== null && answer.items.length < 100) short += 1
    }
    all.push(...times)
    printFigure({
      name: `search, ${kind}, p95`,
      value: percentile(times, 0.95),
      unit: 'ms',
      goal: 'under 50',
    })
    if (short > 0)
      printFigure({ name: `search, ${kind}, short pages`, value: short, unit: 'pages', goal: '0' })
  }
  const second: number[] = []
  for (let index = 0; index < queriesOfAKind; index += 1) {
    const q = index % 2 === 0 ? 'disk full' : 'severity:critical label.env:staging'
    const { answer } = await ask(server, q)
    second.push((await ask(server, q, `&after=${answer.next}`)).ms)
  }
  all.push(...second)
  printFigure({
    name: 'search, second pages, p95',
    value: percentile(second, 0.95),
    unit: 'ms',
    goal: 'under 50',
  })
  printFigure({ name: 'search, all, p50', value: percentile(all, 0.5), unit: 'ms', goal: 'for the record' })
  printFigure({
    name: `search, all ${all.length}, p95`,
    value: percentile(all, 0.95),
    unit: 'ms',
    goal: 'under 50',
  })
  printFigure({ name: 'search, all, slowest', value: Math.max(...all), unit: 'ms', goal: 'for the record' })
}

async function sizeMb(file: string): Promise<number> {
  const sizes = await Promise.all(
    ['', '-wal'].map((suffix) =>
      stat(file + suffix).then(
        ({ size }) => size,
        () => 0,
      ),
    ),
  )
  return sizes.reduce((sum, size) => sum + size, 0) / 1e6
}

async function untilIndexed(server: ServerProcess): Promise<void> {
  for (;;) {
    const { answer } = await ask(server, 'severity:critical', '&limit=1')
    if (answer.index.indexedTo >= answer.index.head) return
    await new Promise((resolve) => setTimeout(resolve, 200))
  }
}

interface Load {
  perSecond: number
  cpuPerEvent: number
}

let sent = 0

/** Arrays of a hundred events from four senders. */
async function load(server: ServerProcess, token: string): Promise<Load> {
  const sender = new Agent({ keepAlive: true, maxSockets: 4 })
  const cpuBefore = await cpuMs(server.pid)
  const startedAt = performance.now()
  let left = roundRequests
  const send = async (): Promise<void> => {
    while (left-- > 0) {
      const body = Array.from({ length: 100 }, () => {
        const { action, dedupKey, severity, service, title, description, labels } = estateEvent(sent++)
        return { action, dedupKey, severity, service, title, description, labels }
      })
      const answer = await postJson(sender, `${server.url}/v1/ingest/events`, token, JSON.stringify(body))
      if (answer.status !== 202) throw new Error(`answered ${answer.status}: ${answer.body}`)
    }
  }
  await Promise.all([send(), send(), send(), send()])
  const elapsed = (performance.now() - startedAt) / 1000
  const cpuPerEvent = ((await cpuMs(server.pid)) - cpuBefore) / (roundRequests * 100)
  sender.destroy()
  return { perSecond: (roundRequests * 100) / elapsed, cpuPerEvent }
}

async function measureIngest(): Promise<void> {
  const start = (index: boolean) =>
    startServerProcess({ env: { WATCHFLOOR_LOG_LEVEL: 'error', WATCHFLOOR_SEARCH_INDEX: String(index) } })
  const [plain, indexed] = [await start(false), await start(true)]
  try {
    const tokens = [plain, indexed].map((server) => server.createToken('bench', 'source'))
    await untilIndexed(indexed)
    const measured: [Load, Load][] = []
    for (let round = 0; round < rounds; round += 1) {
      const without = await load(plain, tokens[0] ?? '')
      const withIndex = await load(indexed, tokens[1] ?? '')
      await untilIndexed(indexed)
      // The first warms up.
      if (round > 0) measured.push([without, withIndex])
    }
    const share = (of: keyof Load) =>
      percentile(
        measured.map(([without, withIndex]) => withIndex[of] / without[of]),
        0.5,
      )
    const rate = percentile(
      measured.map(([, { perSecond }]) => perSecond),
      0.5,
    )
    printFigure({ name: 'ingest while indexed', value: rate, unit: 'events/s', goal: 'for the record' })
    printFigure({
      name: 'ingest, share of it without an index',
      value: share('perSecond'),
      unit: 'of 1',
      goal: 'at least 0.9',
    })
    printFigure({
      name: 'ingest, CPU, times that without',
      value: share('cpuPerEvent'),
      unit: 'times',
      goal: 'for the record',
    })
  } finally {
    await plain.dispose()
    await indexed.dispose()
  }
}

const dataDir = await mkdtemp(join(tmpdir(), 'watchfloor-bench-'))
const writingFrom = performance.now()
await writeLog(dataDir)
const writingSeconds = (performance.now() - writingFrom) / 1000
printFigure({ name: 'set-up, log written', value: writingSeconds, unit: 's', goal: 'under 120' })
const server = await startServerProcess({ dataDir, env: { WATCHFLOOR_LOG_LEVEL: 'error' } })
try {
  const indexingFrom = performance.now()
  await ask(server, 'severity:critical', '&limit=1')
  await untilIndexed(server)
  const seconds = (performance.now() - indexingFrom) / 1000
  printFigure({ name: 'index, made anew', value: events / seconds, unit: 'events/s', goal: 'for the record' })
  const [log, index] = [
    await sizeMb(join(dataDir, 'watchfloor.db')),
    await sizeMb(join(dataDir, 'search.db')),
  ]
  printFigure({ name: 'index, size', value: index, unit: 'MB', goal: 'for the record' })
  printFigure({ name: 'index, share of the log', value: index / log, unit: 'of 1', goal: 'for the record' })
  await measureSearches(server)
} finally {
  await server.dispose()
  agent.destroy()
}
await measureIngest()
await rm(dataDir, { recursive: true, force: true })
