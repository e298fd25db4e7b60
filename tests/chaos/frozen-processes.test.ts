import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { auditStores } from '../support/campaign/audit.ts'
import { startConsoleHost, type ConsoleHostProcess } from '../support/campaign/console-host-process.ts'
import { startEventLoad } from '../support/campaign/event-load.ts'
import { Ledger } from '../support/campaign/ledger.ts'
import { noticedWithinMs, pause, shortTimes } from '../support/faulted-stream.ts'
import { startServerProcess } from '../support/server-process.ts'
import { until } from '../support/test-console.ts'

const disposals: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const dispose of disposals.splice(0).toReversed()) await dispose()
})

/** Server and console as processes, under load, with the stream's short intervals. */
async function startBoth() {
  const server = await startServerProcess({
    env: {
      WATCHFLOOR_HEARTBEAT_MS: String(shortTimes.heartbeatMs),
      WATCHFLOOR_STALE_MS: String(shortTimes.staleMs),
      WATCHFLOOR_DEAD_MS: String(shortTimes.deadMs),
      WATCHFLOOR_SETTLE_MS: '86400000',
      WATCHFLOOR_SUMMARY_QUIET_MS: '86400000',
    },
  })
  disposals.push(() => server.dispose())
  const consoleDir = await mkdtemp(join(tmpdir(), 'watchfloor-frozen-'))
  disposals.push(() => rm(consoleDir, { recursive: true, force: true }))
  const ledger = new Ledger()
  const states: string[] = []
  const token = server.createToken('mira', 'responder')
  const settings = { dataDir: consoleDir, url: server.url, token, seed: 7, actEveryMs: 150 }
  const console: ConsoleHostProcess = await startConsoleHost(settings, (line) => {
    ledger.hear(line)
    if (line.kind === 'freshness') states.push(line.state)
  })
  disposals.push(() => console.stop('SIGKILL'))
  const sender = server.createToken('prober', 'source')
  const load = startEventLoad({ url: server.url, token: sender, connections: 2 })
  disposals.push(async () => load.abandon())
  const isLive = () => states.at(-1) === 'live'
  await until('live at first', isLive, 10_000)
  return {
    server,
    console,
    states,
    isLive,
    /** Ends the load, lets the console catch up, ends both and compares what they kept. */
    audit: async () => {
      await load.finish()
      console.tell('quiet')
      await until('live', isLive, 15_000)
      await pause(2 * noticedWithinMs)
      console.tell('close')
      await console.ended
      await server.stop('SIGTERM')
      return auditStores({ serverDir: server.dataDir, consoleDir, accepted: load.accepted, ledger })
    },
  }
}

const everythingKept = {
  lost: 0,
  doubled: 0,
  commandsDoneTwice: 0,
  commandsLost: 0,
  differentIncidents: 0,
  notificationsNotShown: 0,
}

describe('a process that is frozen for a while', () => {
  it('is noticed when it is the server, and nothing is lost over it', async () => {
    const { server, states, isLive, audit } = await startBoth()
    process.kill(server.pid, 'SIGSTOP')
    await until('said that it is not live', () => !isLive(), noticedWithinMs)
    const before = states.length
    await pause(1_500)
    expect(states.slice(before)).not.toContain('live')
    expect(states.at(-1)).toBe('blind')
    process.kill(server.pid, 'SIGCONT')
    await until('live again', isLive, 15_000)
    expect(await audit()).toMatchObject(everythingKept)
  }, 60_000)

  it('says that it was away when it is the console, and catches up', async () => {
    const { console, states, isLive, audit } = await startBoth()
    process.kill(console.pid, 'SIGSTOP')
    await pause(1_500)
    const before = states.length
    process.kill(console.pid, 'SIGCONT')
    await until(
      'said that it was not live',
      () => states.slice(before).some((state) => state !== 'live'),
      2_000,
    )
    await until('live again', isLive, 15_000)
    expect(await audit()).toMatchObject(everythingKept)
  }, 60_000)
})
