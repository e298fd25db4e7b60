import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Freshness } from '../../src-shared/console-views.ts'
import { startLastingServer, type LastingServer } from '../support/lasting-server.ts'
import type { Middlebox } from '../support/middlebox-process.ts'
import {
  has,
  startHaproxy,
  startNginx,
  startTinyproxy,
  type ReverseProxyOptions,
} from '../support/middleboxes.ts'
import { startTestConsole, until, type TestConsole } from '../support/test-console.ts'

/** Idle timeouts and heartbeats in about the proportion of the real ones (60 s and 15 s), forty times shorter. */
const idleMs = 1_500
const times = { heartbeatMs: 350, staleMs: 1_000, deadMs: 3_000, pollHoldMs: 350 }

let server: LastingServer
let box: Middlebox | null
let console: TestConsole | null
beforeEach(async () => {
  server = await startLastingServer(times)
  box = null
  console = null
})
afterEach(async () => {
  await console?.dispose()
  await box?.stop()
  await server.close()
})

const port = () => Number(new URL(server.url).port)
const freshnessOf = async (of: TestConsole): Promise<Freshness | undefined> => (await of.board()).freshness[0]
const isLive = (of: TestConsole, transport: Freshness['transport']) => async () => {
  const freshness = await freshnessOf(of)
  return freshness?.state === 'live' && freshness.transport === transport
}

async function send(title: string): Promise<void> {
  const answer = await fetch(`${server.url}/v1/ingest/events`, {
    method: 'POST',
    headers: { authorization: `Bearer ${server.tokens.source}`, 'content-type': 'application/json' },
    body: JSON.stringify({ title, service: title, dedupKey: title }),
  })
  expect(answer.status).toBe(202)
}

async function rowOf(of: TestConsole, title: string) {
  const find = () => [...of.rows.values()].find((row) => row.title === title)
  await until(`a row for ${title}`, () => find() !== undefined, 10_000)
  const row = find()
  if (!row) throw new Error('it was there a moment ago')
  return row
}

/** All that an operator does in a minute, and a server that is away for a while. */
async function workThrough(of: TestConsole, transport: Freshness['transport']): Promise<void> {
  await until(`live by ${String(transport)}`, isLive(of, transport), 20_000)
  await send('first')
  const { siteId, id: incidentId } = await rowOf(of, 'first')
  await of.call('openIncident', { siteId, incidentId })
  await of.call('act', { siteId, body: { kind: 'acknowledge', incidentId } })
  await until('acknowledged', () => of.rows.get(incidentId)?.status === 'acknowledged')
  await until('its history', () => of.detail()?.timelineComplete === true)

  const states = new Set<string>()
  of.console.on('freshness', ([site]) => void states.add(site?.state ?? 'none'))
  await sleep(2 * idleMs)
  expect([...states].filter((state) => state === 'blind')).toEqual([])

  await server.stop()
  await until('blind', () => states.has('blind'), 10_000)
  await of.call('act', { siteId, body: { kind: 'note', incidentId, text: 'written while it was away' } })
  await server.restart()
  await send('second')
  await of.call('connectNow', {})
  await rowOf(of, 'second')
  await until('live again', async () => (await freshnessOf(of))?.state === 'live', 20_000)
  await until('the note is settled', () => of.settled.length === 2)
  expect(of.settled.map(({ status }) => status)).toEqual(['done', 'done'])
  await until('nothing pending', () => of.rows.get(incidentId)?.pending.length === 0)
}

const reverse: [
  string,
  boolean,
  Freshness['transport'],
  (options: ReverseProxyOptions) => Promise<Middlebox>,
][] = [
  ['nginx', has.nginx, 'websocket', (options) => startNginx({ ...options, passesUpgrade: true })],
  ['HAProxy', has.haproxy, 'websocket', startHaproxy],
  [
    'an nginx without the lines for Upgrade',
    has.nginx,
    'longPoll',
    (options) => startNginx({ ...options, passesUpgrade: false }),
  ],
]

for (const [name, isHere, transport, start] of reverse) {
  describe.runIf(isHere)(`the console behind ${name}`, () => {
    it(`is live by ${String(transport)}, stays so while nothing happens, and comes back`, async () => {
      box = await start({ target: port(), idleMs })
      console = await startTestConsole({ site: { url: box.url, token: server.tokens.responder } })
      await workThrough(console, transport)
    }, 90_000)
  })
}

describe.runIf(has.tinyproxy)('the console behind a proxy that demands a login', () => {
  it('says so, takes the login, and works through it', async () => {
    const started = await startTinyproxy({ user: 'noc', password: 'secret' })
    box = started
    const proxies = { proxyFor: () => Promise.resolve(started.url) }
    const site = { url: server.url, token: server.tokens.responder }
    const opened = await startTestConsole({ site, ports: { proxies } })
    console = opened
    await until('asked', async () => (await freshnessOf(opened))?.proxyAsksLogin === started.url, 10_000)
    expect((await freshnessOf(opened))?.reason).toBe(`the proxy at ${started.url} asks for a login`)
    await opened.call('setProxyLogin', { proxy: started.url, user: 'noc', password: 'secret' })
    await workThrough(opened, 'websocket')
  }, 90_000)
})
