/**
 * 10,000 missed changes over loopback. The real core, its store worker included, from asking to connect until its cursor
 * is at the head with everything stored; and a bare client that only reads the frames through the schema. Twice: a storm
 * that feeds few alerts, of which superseded states and old events are left out, and one in which each change is of
 * another thing, of which nothing can be.
 */
import { randomUUID } from 'node:crypto'
import { WebSocket } from 'ws'
import type { Channel } from '../../src-shared/protocol/channels.ts'
import { jsonCodec, readServerFrame } from '../../src-shared/protocol/codec.ts'
import type { Cursor } from '../../src-shared/protocol/frames.ts'
import { startServerProcess, type ServerProcess } from '../support/server-process.ts'
import { startTestConsole, until } from '../support/test-console.ts'
import { startChild } from './child-program.ts'
import { percentile, printFigure } from './figure.ts'
import { createStorms } from './missed-changes.ts'

const changes = 10_000
const rounds = 7
/** What a console follows. */
const channels: Channel[] = ['incidents', 'feed:tail', 'sources', 'shift-log']

interface Position {
  cursor: Cursor
  /** When its newest batch had been read. */
  readAt: number
}

/** Reads from the cursor to the head as it is when it connects. */
function readToHead(server: ServerProcess, token: string, cursor: Cursor | null): Promise<Position> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(server.streamUrl, { headers: { authorization: `Bearer ${token}` } })
    let epoch = ''
    let head = 0
    socket.on('error', reject)
    const hello = { type: 'hello', protocol: 1, clientId: randomUUID(), client: 'bench', cursor, channels }
    socket.on('open', () => socket.send(JSON.stringify(hello)))
    socket.on('message', (data: Buffer) => {
      const read = readServerFrame(jsonCodec, data.toString())
      if (!read.ok) return reject(new Error(read.problem.message))
      const { frame } = read
      if (frame.type === 'welcome') ({ epoch, head } = frame)
      const seq =
        frame.type === 'batch' ? frame.to : frame.type === 'snapshot' && frame.last ? frame.position : null
      const isThere = frame.type === 'welcome' && frame.resumed && cursor?.seq === head
      if (!isThere && (seq === null || seq < head)) return
      const readAt = performance.now()
      socket.terminate()
      resolve({ cursor: { epoch, seq: seq ?? head }, readAt })
    })
  })
}

async function measure(name: string, keys: number): Promise<void> {
  const server = await startServerProcess({ env: { WATCHFLOOR_LOG_LEVEL: 'warn' } })
  const proxy = await startChild<{ port: number }>('./proxy-program.ts', [new URL(server.url).port])
  const storms = createStorms(server)
  const viewer = server.createToken('reader', 'viewer')
  const site = { url: `http://127.0.0.1:${proxy.ready.port}`, token: viewer }
  const core = await startTestConsole({ site })
  const freshness = async () => (await core.board()).freshness[0]
  const isLive = async () => (await freshness())?.state === 'live'
  const toStore: number[] = []
  const toClient: number[] = []
  let missed = 0
  try {
    await until('the console is live', isLive, 20_000)
    for (let round = -2; round < rounds; round += 1) {
      let { cursor } = await readToHead(server, viewer, null)
      await proxy.ask('down')
      await until('the console has noticed', async () => !(await isLive()), 10_000)
      missed = await storms.storm(changes, keys)

      const readFrom = performance.now()
      const read = await readToHead(server, viewer, cursor)
      cursor = read.cursor

      await proxy.ask('up')
      const connectedAt = performance.now()
      let caughtUpAt = 0
      const stopListening = core.console.on('freshness', ([site]) => {
        // Freshness turns live only when what was read is stored.
        if (site?.state === 'live' && site.behind === 0) caughtUpAt ||= performance.now()
      })
      await core.call('connectNow', {})
      await until('the console is at the head', () => caughtUpAt > 0, 20_000)
      stopListening()
      if (round < 0) continue
      toClient.push(read.readAt - readFrom)
      toStore.push(caughtUpAt - connectedAt)
    }
  } finally {
    storms.close()
    await core.dispose()
    await proxy.stop()
    await server.dispose()
  }
  const print = (what: string, value: number, goal: string): void =>
    printFigure({ name: `catch-up, ${name}, ${what}`, value, unit: 'ms', goal })
  printFigure({ name: `catch-up, ${name}, missed`, value: missed, unit: 'changes', goal: 'at least 10000' })
  print('to the core’s store', percentile(toStore, 0.5), 'under 100')
  print('to the core’s store, slowest', percentile(toStore, 1), 'for the record')
  print('to a bare client', percentile(toClient, 0.5), 'under 100')
}

await measure('a storm on 500 alerts', 500)
await measure('each change of another thing', Number.MAX_SAFE_INTEGER)
