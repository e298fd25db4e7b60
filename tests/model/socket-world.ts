import { WebSocket } from 'ws'
import * as z from 'zod'
import { alertSchema } from '../../src-shared/domain/alert.ts'
import { incidentSchema } from '../../src-shared/domain/incident.ts'
import { systemClock } from '../../src-main/core/system-clock.ts'
import { startFaultProxy, type FaultProxy } from '../support/fault-proxy.ts'
import { until } from '../support/test-console.ts'
import { FullReader, type ReaderEnd, type ReaderLink } from './full-reader.ts'
import { judgeCache, judgeCommands, judgeReader } from './model-account.ts'
import { channelsOf, eventOf, pick, repeated, type Disturbance, type ModelAction } from './model-actions.ts'
import { startSocketConsole, type SocketConsole } from './socket-console.ts'
import { shortTimes, startLastingServer, type LastingServer } from '../support/lasting-server.ts'

/** Silence is said long before a socket is given up for it: between the two a lie would stand. */
const times = { ...shortTimes, deadMs: 3_000 }
const settleWithinMs = 20_000
const lookEveryMs = 20
/** The screen looks at silence this often (see `FreshnessTeller`), what was decided travels for a moment. */
const screenMs = 250 + 100
/** A pause of this process is one of all that it holds: of each only so much is counted. */
const lateMs = 50
/** Beside all intervals: the store's transaction and a busy machine. */
const slackMs = 300

/** A real server, two real consoles, one of them where no WebSocket passes, and a reader of everything, each behind a network that breaks. */
export class SocketWorld {
  readonly #server: LastingServer
  readonly #consoles: readonly SocketConsole[]
  readonly #readerProxy: FaultProxy
  readonly #reader: FullReader
  readonly #watch: NodeJS.Timeout
  readonly #sent: object[] = []
  readonly #answered: string[] = []
  readonly #lies: string[] = []
  readonly #heads: { at: number; head: number }[] = []
  #lookedAt = performance.now()
  #attendedMs = 0
  #slowestMs = 0
  #notes = 0

  static async start(): Promise<SocketWorld> {
    const server = await startLastingServer(times)
    const consoles = await Promise.all([
      startSocketConsole(server, { polls: false }),
      startSocketConsole(server, { polls: true }),
    ])
    const readerProxy = await startFaultProxy(Number(new URL(server.url).port))
    return new SocketWorld(server, consoles, readerProxy)
  }

  private constructor(server: LastingServer, consoles: readonly SocketConsole[], readerProxy: FaultProxy) {
    this.#server = server
    this.#consoles = consoles
    this.#readerProxy = readerProxy
    const address = `ws://127.0.0.1:${readerProxy.port}/v1/stream`
    this.#reader = new FullReader(systemClock, (end) => openSocket(address, server.tokens.responder, end))
    this.#watch = setInterval(() => this.#look(), lookEveryMs)
  }

  /** Runs the actions, lets everything settle, and gives what went wrong: nothing when all promises held. */
  async run(actions: readonly ModelAction[]): Promise<string[]> {
    this.#reader.open()
    for (const action of actions) await this.#do(action)
    for (const proxy of this.#proxies()) proxy.heal()
    for (const console of this.#consoles) await console.running().call('connectNow', {})
    const problem = await until('settled', () => this.#isSettled(), settleWithinMs).then(
      () => [],
      () => [`not settled: ${this.#where()}`],
    )
    // What would come twice comes now.
    await pause(2 * times.heartbeatMs)
    return [...this.#lies, ...problem, ...(await this.#judge())]
  }

  async close(): Promise<void> {
    clearInterval(this.#watch)
    this.#reader.close()
    await Promise.all(this.#consoles.map((console) => console.close()))
    await this.#readerProxy.close()
    await this.#server.close()
  }

  async #do(action: ModelAction): Promise<void> {
    switch (action.kind) {
      case 'ingest':
        return this.#ingest(action.events.map((event, index) => eventOf(event, this.#sent.length + index)))
      case 'sendAgain': {
        const again = pick(this.#sent, action.event)
        return again ? this.#ingest([again]) : undefined
      }
      case 'act': {
        const console = pick(this.#consoles, action.who)
        const incidentId = pick([...(console?.kept('incidents').keys() ?? [])], action.incident)
        if (!console || incidentId === undefined) return
        const kind = action.body
        const text = `note ${(this.#notes += 1)}`
        const body = kind === 'note' ? { kind, incidentId, text } : { kind, incidentId }
        await console.running().call('act', { siteId: this.#server.serverId, body })
        return
      }
      case 'merge': {
        const console = pick(this.#consoles, action.who)
        const known = [...(console?.kept('incidents').keys() ?? [])]
        const [incidentId, intoId] = [pick(known, action.incident), pick(known, action.into)]
        if (!console || incidentId === undefined || intoId === undefined) return
        const body = { kind: 'merge', incidentId, intoId } as const
        await console.running().call('act', { siteId: this.#server.serverId, body })
        return
      }
      case 'openIncident':
      case 'closeIncident': {
        const console = pick(this.#consoles, action.who)
        const incidentId = pick([...(console?.kept('incidents').keys() ?? [])], action.incident)
        if (!console || incidentId === undefined) return
        const ref = action.kind === 'openIncident' ? { siteId: this.#server.serverId, incidentId } : null
        await console.running().call('openIncident', ref)
        return
      }
      case 'pass':
        return pause(action.ms)
      case 'stopServer':
        return this.#server.restart()
      case 'stopConsole':
        return pick(this.#consoles, action.who)?.restart()
      case 'readAlso':
        return this.#reader.readAlso(channelsOf(action.channels, await this.#serviceIds()))
      case 'wake':
        return pick(this.#consoles, action.who)?.running().power.tell('resume')
      case 'hurry':
        await pick(this.#consoles, action.who)?.running().call('connectNow', {})
        return
      case 'stall':
      case 'delay':
      case 'reset':
      case 'silence':
      case 'refuse':
      case 'heal':
        return this.#disturb(action)
      default:
        throw new Error(`${action.kind} is not for real sockets`)
    }
  }

  #disturb(action: Disturbance): void {
    const proxy = pick(this.#proxies(), action.who)
    if (!proxy) return
    if (action.kind === 'stall') {
      proxy.up.isStalled ||= action.direction !== 'down'
      proxy.down.isStalled ||= action.direction !== 'up'
    } else if (action.kind === 'delay') {
      this.#slowestMs = Math.max(this.#slowestMs, 2 * action.ms)
      for (const direction of [proxy.up, proxy.down]) {
        Object.assign(direction, { delayMs: action.ms, sliceBytes: action.ms % 3 === 0 ? 16 : null })
      }
    } else if (action.kind === 'reset') {
      proxy.resetAll()
    } else if (action.kind === 'silence') {
      proxy.acceptsAndSaysNothing = true
    } else if (action.kind === 'refuse') {
      proxy.isDown = true
    } else {
      proxy.heal()
    }
  }

  async #ingest(events: readonly object[]): Promise<void> {
    for (const event of events) if (!this.#sent.includes(event)) this.#sent.push(event)
    const { url, tokens } = this.#server
    const answer = await fetch(`${url}/v1/ingest/events`, {
      method: 'POST',
      headers: { authorization: `Bearer ${tokens.source}`, 'content-type': 'application/json' },
      body: JSON.stringify(events),
    })
    const { items } = z.object({ items: z.array(z.object({ id: z.string() })) }).parse(await answer.json())
    this.#answered.push(...items.map(({ id }) => id))
  }

  #isSettled(): boolean {
    const head = this.#server.head()
    const areLive = this.#consoles.every(
      (console) => console.told.state === 'live' && console.seq() === head && console.waiting() === 0,
    )
    return areLive && this.#reader.seq === head
  }

  #where(): string {
    const consoles = this.#consoles.map(
      (console) => `${console.told.state} at ${console.seq()} with ${console.waiting()} waiting`,
    )
    return `${consoles.join('; ')}; the reader at ${this.#reader.seq}, the server at ${this.#server.head()}`
  }

  async #judge(): Promise<string[]> {
    const account = this.#server.account()
    const made = this.#consoles.reduce((sum, console) => sum + console.commandsMade(), 0)
    const truth = await this.#truth()
    return [
      ...judgeReader(this.#answered, account.log, this.#reader, false),
      ...judgeCommands(made, account),
      ...this.#consoles.flatMap((console) => [
        ...judgeCache('incident', console.kept('incidents'), truth.incidents),
        ...judgeCache('alert', console.kept('alerts'), truth.alerts),
        ...repeated(console.seenEvents).map((seq) => `the event ${seq} was shown twice`),
      ]),
    ]
  }

  /** What the server answers to anyone who asks. */
  async #truth(): Promise<Record<'incidents' | 'alerts', Map<string, unknown>>> {
    const { incidents } = await this.#get('/v1/incidents?limit=1000', listSchema)
    const details = await Promise.all(
      incidents.map(({ id }) => this.#get(`/v1/incidents/${id}`, detailSchema)),
    )
    return {
      incidents: new Map(details.map(({ incident }) => [incident.id, incident])),
      alerts: new Map(details.flatMap(({ alerts }) => alerts.map((alert) => [alert.id, alert]))),
    }
  }

  async #serviceIds(): Promise<string[]> {
    const { items } = await this.#get('/v1/services?limit=10', serviceListSchema)
    return items.map(({ id }) => id)
  }

  async #get<T>(path: string, schema: z.ZodType<T>): Promise<T> {
    const headers = { authorization: `Bearer ${this.#server.tokens.responder}` }
    const response = await fetch(`${this.#server.url}${path}`, { headers })
    return schema.parse(await response.json())
  }

  /** Who says "live" while behind what was on the server's disk long enough ago. */
  #look(): void {
    const now = performance.now()
    this.#attendedMs += Math.min(now - this.#lookedAt, lateMs)
    this.#lookedAt = now
    this.#heads.push({ at: this.#attendedMs, head: this.#server.head() })
    const honestMs = times.staleMs + screenMs + slackMs + this.#slowestMs
    const owed = this.#heads.findLast(({ at }) => this.#attendedMs - at > honestMs)?.head ?? 0
    for (const [index, console] of this.#consoles.entries()) {
      const seq = console.seq()
      if (console.told.state !== 'live' || now - console.told.at < screenMs || seq >= owed) continue
      this.#lies.push(`console ${index} says live at ${seq} long after ${owed} was committed`)
    }
  }

  #proxies(): FaultProxy[] {
    return [...this.#consoles.map(({ proxy }) => proxy), this.#readerProxy]
  }
}

const listSchema = z
  .object({ items: z.array(incidentSchema) })
  .transform(({ items }) => ({ incidents: items }))
const serviceListSchema = z.object({ items: z.array(z.object({ id: z.string() })) })
const detailSchema = z.object({ incident: incidentSchema, alerts: z.array(alertSchema) })

function openSocket(address: string, token: string, end: ReaderEnd): ReaderLink {
  const socket = new WebSocket(address, { headers: { authorization: `Bearer ${token}` } })
  socket.on('open', () => end.onOpen())
  socket.on('message', (data: Buffer) => end.onText(data.toString()))
  socket.on('error', () => undefined)
  socket.on('close', () => end.onEnd())
  return {
    send: (text) => {
      if (socket.readyState === WebSocket.OPEN) socket.send(text)
    },
    drop: () => socket.terminate(),
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}
