import { randomUUID } from 'node:crypto'
import { streamDefaults } from '../../src-shared/protocol/limits.ts'
import { commandResultSchema } from '../../src-shared/domain/command.ts'
import type { LogEntry } from '../../src-shared/domain/log-entry.ts'
import { assertNever } from '../../src-shared/domain/result.ts'
import { createSeededRandom } from '../support/campaign/seeded-random.ts'
import { FullReader } from './full-reader.ts'
import {
  judgeCache,
  judgeCommands,
  judgeReader,
  judgeTimeline,
  judgeTold,
  statesOf,
} from './model-account.ts'
import { channelsOf, eventOf, pick, repeated, type Disturbance, type ModelAction } from './model-actions.ts'
import { VirtualConsole } from './virtual-console.ts'
import { VirtualNetwork } from './virtual-network.ts'
import { VirtualServer } from './virtual-server.ts'
import { VirtualTime } from './virtual-time.ts'

const { heartbeatMs, staleMs } = streamDefaults
/** Healed, everything has to be whole again within this: the longest backoff, the death of a socket, and as much again. */
const settleMs = 120_000
/** Within this after it was committed a change is on every screen that says "live": silence is said after `staleMs`. */
const honestMs = staleMs + heartbeatMs / 20

/** What takes longer one way is not answered within `staleMs`, and so is not live. */
const slowestLiveMs = staleMs / 2

/** One server, two consoles and a reader of everything, each over a network of its own. */
export class VirtualWorld {
  readonly #time = new VirtualTime()
  readonly #server: VirtualServer
  readonly #consoles: VirtualConsole[]
  readonly #readerNetwork: VirtualNetwork
  readonly #reader: FullReader
  readonly #sent: object[] = []
  readonly #answered: string[] = []
  readonly #lies: string[] = []
  #mayLose = false
  #notes = 0
  #ids = 0
  /** The slowest way so far: what arrives is as old as its way is long. */
  #slowestMs = 0

  constructor(seed: number) {
    const random = createSeededRandom(seed)
    // Ids of their own for each world: tables that are used again remember nothing of them.
    const own = randomUUID().slice(0, 8)
    const newId = () => `${own}-0000-7000-8000-${String(++this.#ids).padStart(12, '0')}`
    const time = this.#time
    const server = new VirtualServer(time, random, newId)
    this.#server = server
    const network = () => new VirtualNetwork(time, (socket, transport) => server.accept(socket, transport))
    this.#consoles = [0, 1].map(() => new VirtualConsole({ time, random, newId, network: network() }))
    this.#readerNetwork = network()
    this.#reader = new FullReader(time, (end) => this.#readerNetwork.connect(end))
  }

  /** Runs the actions, lets everything settle, and gives what went wrong: nothing when all promises held. */
  async run(actions: readonly ModelAction[]): Promise<string[]> {
    this.#server.start()
    this.#reader.open()
    for (const console of this.#consoles) await this.#begin(console.start())
    for (const action of actions) {
      await this.#do(action)
      await this.#pass(0)
    }
    const unsettled = await this.#settle()
    return [...this.#lies, ...unsettled, ...(await this.#judge())]
  }

  async close(): Promise<void> {
    this.#reader.close()
    for (const console of this.#consoles) console.dispose()
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
        const incidentId = pick([...(console?.disk.kept('incidents').keys() ?? [])], action.incident)
        if (incidentId === undefined) return
        const text = `note ${(this.#notes += 1)}`
        const { body: kind } = action
        return console?.act(kind === 'note' ? { kind, incidentId, text } : { kind, incidentId })
      }
      case 'merge': {
        const console = pick(this.#consoles, action.who)
        const known = [...(console?.disk.kept('incidents').keys() ?? [])]
        const [incidentId, intoId] = [pick(known, action.incident), pick(known, action.into)]
        if (incidentId === undefined || intoId === undefined) return
        return console?.act({ kind: 'merge', incidentId, intoId })
      }
      case 'openIncident':
      case 'closeIncident': {
        const console = pick(this.#consoles, action.who)
        const incidentId = pick([...(console?.disk.kept('incidents').keys() ?? [])], action.incident)
        if (incidentId === undefined) return
        return action.kind === 'openIncident' ? console?.open(incidentId) : console?.closeIncident(incidentId)
      }
      case 'stopServer':
        this.#server.stop(action.isKilled)
        if (!action.isKilled) await this.#pass(100)
        for (const network of this.#networks()) network.reset()
        return
      case 'startServer':
        return this.#server.start()
      case 'forget':
        this.#mayLose = true
        return this.#server.forgetBut(action.kept)
      case 'renewEpoch':
        this.#mayLose = true
        return this.#server.renewEpoch()
      case 'pass':
        return this.#pass(action.ms)
      case 'stopConsole':
        return this.#begin(pick(this.#consoles, action.who)?.stop(action.isKilled) ?? Promise.resolve())
      case 'startConsole':
        return this.#begin(pick(this.#consoles, action.who)?.start() ?? Promise.resolve())
      case 'slowDisk':
        return pick(this.#consoles, action.who)?.disk.setLatency(action.ms)
      case 'readAlso':
        return this.#reader.readAlso(channelsOf(action.channels, await this.#server.serviceIds()))
      case 'wake':
        return pick(this.#consoles, action.who)?.wake()
      case 'hurry':
        return pick(this.#consoles, action.who)?.hurry()
      case 'jump':
        return this.#time.jump(action.ms)
      default:
        return this.#disturb(action)
    }
  }

  #disturb(action: Disturbance) {
    const network = pick(this.#networks(), action.who)
    if (!network) return
    switch (action.kind) {
      case 'stall': {
        const { direction } = action
        return network.change({
          ...(direction === 'down' ? {} : { isUpStalled: true }),
          ...(direction === 'up' ? {} : { isDownStalled: true }),
        })
      }
      case 'delay':
        this.#slowestMs = Math.max(this.#slowestMs, action.ms)
        return network.change({ delayMs: action.ms })
      case 'reset':
        return network.reset()
      case 'silence':
        return network.change({ isSilent: true })
      case 'refuse':
        return network.change({ isRefusing: true })
      case 'heal':
        return network.heal()
      default:
        return assertNever(action)
    }
  }

  async #ingest(events: readonly object[]): Promise<void> {
    if (!this.#server.isRunning) return
    for (const event of events) if (!this.#sent.includes(event)) this.#sent.push(event)
    const answer = this.#server.send(events)
    this.#answered.push(...(await this.#begin(answer)))
  }

  async #settle(): Promise<string[]> {
    for (const network of this.#networks()) network.heal()
    for (const console of this.#consoles) console.disk.setLatency(0)
    this.#server.start()
    for (const console of this.#consoles) await this.#begin(console.start())
    const end = this.#time.monotonic() + settleMs
    do {
      while (this.#time.monotonic() < end && !this.#isSettled()) await this.#pass(1_000)
      // What would come twice, or was long on its way, comes now.
      await this.#pass(2 * heartbeatMs)
    } while (this.#time.monotonic() < end && !this.#isSettled())
    if (this.#isSettled()) return []
    const head = this.#server.store.head()
    const where = this.#consoles.map(
      (console) =>
        `${String(console.freshness())} (${String(console.reason())}) at ${this.#seqOf(console)}, ${console.disk.waiting()} waiting`,
    )
    return [`not settled at ${head}: ${where.join('; ')}; the reader is at ${this.#reader.seq}`]
  }

  #isSettled(): boolean {
    const head = this.#server.store.head()
    const areLive = this.#consoles.every(
      (console) =>
        console.freshness() === 'live' &&
        this.#seqOf(console) === head &&
        console.disk.waiting() === 0 &&
        console.openIncidents().every(({ isWhole }) => isWhole),
    )
    return areLive && this.#reader.seq === head
  }

  async #judge(): Promise<string[]> {
    const { store, errors } = this.#server
    const stored = await store.read(0, store.head(), store.head())
    const log = stored.map(({ json }) => JSON.parse(json) as LogEntry)
    const results = store.database
      .prepare<[], string>('select result from command_result')
      .pluck()
      .all()
      .map((json) => commandResultSchema.parse(JSON.parse(json)))
    const made = this.#consoles.reduce((sum, { disk }) => sum + disk.commandsMade(), 0)
    const truth = statesOf(log)
    const sentIds = log.flatMap((entry) => (entry.kind === 'event' ? (entry.event.eventId ?? []) : []))
    const doubled = sentIds.filter((id, index) => sentIds.indexOf(id) !== index)
    return [
      ...errors,
      ...doubled.map((id) => `the event ${id} is in the log twice`),
      ...judgeReader(this.#answered, log, this.#reader, this.#mayLose),
      ...judgeCommands(made, { log, results }),
      ...this.#consoles.flatMap((console) => [
        ...console.problems,
        ...judgeCache('incident', console.disk.kept('incidents'), truth.incidents),
        ...judgeCache('alert', console.disk.kept('alerts'), truth.alerts),
        ...repeated(console.toldEvents).map((seq) => `the event ${seq} was shown twice`),
        ...repeated(console.settled.map(({ commandId }) => commandId)).map((id) => `${id} was settled twice`),
        ...judgeTold(console.settled, results),
        ...console
          .openIncidents()
          .flatMap(({ id, isWhole }) =>
            isWhole
              ? judgeTimeline(id, console.disk.timeline(id), log)
              : [`the history of ${id} never came whole`],
          ),
      ]),
    ]
  }

  /** Looks at every instant: who says "live", and over how many sockets. */
  #look(): void {
    const now = this.#time.monotonic()
    for (const [index, console] of this.#consoles.entries()) {
      if (console.network.open > 1) this.#lies.push(`console ${index} has two sockets`)
      if (console.reason()?.includes('missing') === true) this.#lies.push(`console ${index} saw a gap`)
      if (console.freshness() !== 'live') continue
      const seq = this.#seqOf(console)
      const missed = this.#server.commits.find((commit) => commit.seq > seq)
      if (missed && now - missed.at > honestMs + Math.min(this.#slowestMs, slowestLiveMs)) {
        this.#lies.push(`console ${index} says live ${now - missed.at} ms after ${missed.seq}, at ${seq}`)
      }
    }
  }

  #seqOf(console: VirtualConsole): number {
    return console.disk.cursorSeq(this.#server.serverId)
  }

  #networks(): VirtualNetwork[] {
    return [...this.#consoles.map(({ network }) => network), this.#readerNetwork]
  }

  #pass(ms: number): Promise<void> {
    return this.#time.pass(ms, () => this.#look())
  }

  /** Waits for work that needs the clock to go on. */
  async #begin<T>(work: Promise<T>): Promise<T> {
    let isDone = false
    const done = work.finally(() => (isDone = true))
    done.catch(() => undefined)
    while (!isDone) await this.#pass(1)
    return done
  }
}
