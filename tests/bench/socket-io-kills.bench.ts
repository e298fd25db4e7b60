/**
 * Twenty kills (SIGKILL) of the server amid a stream of messages, ours beside Socket.IO 4 with connection-state recovery:
 * of the messages that were answered 202, how many the one reader never saw, and how many it saw twice. A sender that gets
 * no answer sends the same again, with the same id.
 */
import { Agent } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { io } from 'socket.io-client'
import { postJson, sampleEvent } from '../support/post-events.ts'
import { startServerProcess } from '../support/server-process.ts'
import { until } from '../support/test-console.ts'
import { startChild } from './child-program.ts'
import { createCursorReader } from './cursor-reader.ts'
import { printFigure } from './figure.ts'

const kills = 20
/** Of streaming before each kill, in milliseconds: the instant is drawn from twice of it. */
const meanLifeMs = 150
const senders = 4

interface Contestant {
  /** Where to post now. */
  target(): { url: string; token: string }
  body(number: number): string
  /** Ends the server at once and starts it again. */
  kill(): Promise<void>
  /** How often the reader saw each number. */
  seen: Map<number, number>
  close(): Promise<void>
}

async function startOurs(): Promise<Contestant> {
  let server = await startServerProcess({ env: { WATCHFLOOR_LOG_LEVEL: 'silent' } })
  const source = server.createToken('bench', 'source')
  const viewer = server.createToken('reader', 'viewer')
  const seen = new Map<number, number>()
  const reader = createCursorReader(server.streamUrl, viewer, (entry) => {
    if (entry.kind === 'event') count(seen, Number(entry.event.eventId))
  })
  reader.come()
  return {
    seen,
    target: () => ({ url: `${server.url}/v1/ingest/events`, token: source }),
    body: (number) => JSON.stringify({ ...sampleEvent(number), id: String(number) }),
    kill: async () => {
      await server.stop('SIGKILL')
      server = await server.restart()
    },
    close: async () => {
      reader.leave()
      await server.dispose()
    },
  }
}

async function startTheirs(): Promise<Contestant> {
  const start = (port: number) =>
    startChild<{ url: string; streamUrl: string }>('./socket-io-server.ts', [port])
  let server = await start(0)
  const seen = new Map<number, number>()
  const socket = io(server.ready.streamUrl, {
    transports: ['websocket'],
    reconnectionDelay: 50,
    reconnectionDelayMax: 50,
  })
  socket.on('change', (body: string) => count(seen, Number(body)))
  return {
    seen,
    target: () => ({ url: server.ready.url, token: '' }),
    body: String,
    kill: async () => {
      await server.stop('SIGKILL')
      server = await start(Number(new URL(server.ready.url).port))
    },
    close: async () => {
      socket.disconnect()
      await server.stop()
    },
  }
}

function count(seen: Map<number, number>, number: number): void {
  seen.set(number, (seen.get(number) ?? 0) + 1)
}

async function run(name: string, contestant: Contestant): Promise<void> {
  const agent = new Agent({ keepAlive: true })
  const answered: number[] = []
  let next = 0
  let isOver = false
  const send = async (): Promise<void> => {
    while (!isOver) {
      const number = (next += 1)
      // Until it is answered: what nobody accepted is not lost, it is still the sender's.
      for (;;) {
        const { url, token } = contestant.target()
        const answer = await postJson(agent, url, token, contestant.body(number)).catch(() => null)
        if (answer?.status === 202) break
        await sleep(20)
      }
      answered.push(number)
      await sleep(2)
    }
  }
  const isSeen = (number: number): boolean => contestant.seen.has(number)
  await sleep(300)
  const sending = Array.from({ length: senders }, send)
  for (let kill = 0; kill < kills; kill += 1) {
    await sleep(Math.random() * 2 * meanLifeMs)
    await contestant.kill()
    // The reader is back when it sees what is sent from now on.
    const from = next
    await until(
      'the reader is back',
      () => [...contestant.seen.keys()].some((number) => number > from),
      20_000,
    )
  }
  isOver = true
  await Promise.all(sending)
  await until('nothing more comes', () => answered.every(isSeen), 2_000).catch(() => undefined)
  agent.destroy()
  await contestant.close()
  const lost = answered.filter((number) => !isSeen(number)).length
  const doubled = answered.filter((number) => (contestant.seen.get(number) ?? 0) > 1).length
  const print = (what: string, value: number, goal: string): void =>
    printFigure({ name: `${kills} kills, ${name}, ${what}`, value, unit: 'messages', goal })
  print('answered', answered.length, 'for the record')
  print('lost', lost, name === 'ours' ? '0' : 'for comparison')
  print('seen twice', doubled, name === 'ours' ? '0' : 'for comparison')
}

await run('ours', await startOurs())
await run('Socket.IO', await startTheirs())
