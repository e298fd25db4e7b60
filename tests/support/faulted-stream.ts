import { startFaultProxy, type FaultProxy } from './fault-proxy.ts'
import { startTestConsole, until, type TestConsole } from './test-console.ts'
import { startTestServer, type TestServer } from './test-server.ts'
import type { Clock } from '../../src-main/core/ports.ts'

/** The stream's intervals in these tests, in ms: the real ones, a hundred times shorter. */
export const shortTimes = { heartbeatMs: 150, staleMs: 200, deadMs: 350 } as const

/** The screen looks at silence this often (see `FreshnessTeller`), and a busy machine needs this long, in ms. */
const lookEveryMs = 250
const slackMs = 400
/** What was read is on the screen within some frames. */
const framesMs = 100
/** How often the screen is looked at here. */
const watchEveryMs = 25
/** An event accepted longer ago than this must be on a screen that says "live". */
const honestWithinMs = shortTimes.staleMs + lookEveryMs + slackMs
/** A fault is said within this. */
export const noticedWithinMs = shortTimes.deadMs + lookEveryMs + slackMs

export interface FaultedStream {
  server: TestServer
  proxy: FaultProxy
  console: TestConsole
  /** What the screen was told so far, in order, each state once. */
  readonly told: readonly string[]
  /** Resolves when the screen says anything but "live". */
  untilNoticed(): Promise<void>
  untilLive(withinMs?: number): Promise<void>
  /** Ends the load, waits for the console to be live and whole, and gives what went wrong; all empty when nothing did. */
  settle(): Promise<{ lost: string[]; seenTwice: number[]; different: string[]; lies: string[] }>
  close(): Promise<void>
}

export interface FaultedStreamOptions {
  clock?: Clock
  /** Between two events of the load; 40 ms unless told. */
  eventEveryMs?: number
  /** Instead of the short one, where a busy machine must not look like a dead server. */
  deadMs?: number
}

/** A real server and the real core with a proxy between them that can break, under a steady load of events. */
export async function startFaultedStream(options: FaultedStreamOptions = {}): Promise<FaultedStream> {
  const server = await startTestServer({
    ...shortTimes,
    helloMs: 1_000,
    ...(options.deadMs === undefined ? {} : { deadMs: options.deadMs }),
  })
  const proxy = await startFaultProxy(Number(new URL(server.url).port))
  const site = { url: `http://127.0.0.1:${proxy.port}`, token: server.tokens.responder }
  const console = await startTestConsole({
    site,
    ...(options.clock ? { ports: { clock: options.clock } } : {}),
  })
  const told: string[] = []
  let toldAt = 0
  const seen = new Set<number>()
  const seenTwice: number[] = []
  const lies: string[] = []
  console.console.on('freshness', ([site]) => {
    if (!site || site.state === told.at(-1)) return
    told.push(site.state)
    toldAt = performance.now()
  })
  console.console.on('changes', ({ feed }) => {
    for (const { seq } of feed) {
      if (seen.has(seq)) seenTwice.push(seq)
      seen.add(seq)
    }
  })
  const isLive = () => told.at(-1) === 'live'
  const accepted = new Map<string, number>()
  const missing = () => {
    const titles = new Set([...console.rows.values()].map(({ title }) => title))
    return [...accepted].filter(([title]) => !titles.has(title))
  }

  // Time in which this process, console and server in one, had its turns: one that a busy machine holds up cannot tell.
  let turnedMs = 0
  let lookedAt = performance.now()

  let isOver = false
  const load = (async () => {
    for (let number = 1; !isOver; number += 1) {
      const title = `event ${number}`
      await server.ingest({
        id: title,
        title,
        dedupKey: title,
        service: `service ${number}`,
        severity: 'info',
      })
      accepted.set(title, turnedMs)
      await pause(options.eventEveryMs ?? 40)
    }
  })()
  const watch = setInterval(() => {
    const now = performance.now()
    turnedMs += Math.min(now - lookedAt, 4 * watchEveryMs)
    lookedAt = now
    // Rows travel by the frame, states at once: the screen has both a moment later.
    if (!isLive() || now - toldAt < framesMs) return
    const owed = missing().filter(([, at]) => turnedMs - at > honestWithinMs)
    for (const [title, at] of owed)
      lies.push(`live ${Math.round(turnedMs - at)} ms after ${title}, without it`)
  }, watchEveryMs)

  await until('live at first', isLive, 10_000)
  return {
    server,
    proxy,
    console,
    told,
    untilNoticed: () => until('said that it is not live', () => !isLive(), noticedWithinMs),
    untilLive: (withinMs = 20_000) => until('live again', isLive, withinMs),
    settle: async () => {
      isOver = true
      await load
      await until('live and whole', () => isLive() && missing().length === 0, 20_000).catch(() => undefined)
      // Anything that came twice would come now.
      await pause(2 * shortTimes.heartbeatMs)
      const { body } = await server.call('/v1/incidents?limit=1000')
      const { items } = body as { items: { id: string; revision: number; status: string }[] }
      const different = items.filter(({ id, revision, status }) => {
        const row = console.rows.get(id)
        return row?.revision !== revision || row.status !== status || row.eventCount !== 1
      })
      return {
        lost: missing().map(([title]) => title),
        seenTwice,
        different: different.map(({ id }) => id),
        lies,
      }
    },
    close: async () => {
      isOver = true
      clearInterval(watch)
      await load
      await console.dispose()
      await proxy.close()
      await server.close()
    },
  }
}

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}
