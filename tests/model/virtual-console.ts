import type { Freshness } from '../../src-shared/console-views.ts'
import type { CommandBody } from '../../src-shared/domain/command.ts'
import { checkReceived } from '../../src-main/core/connection/received-frame.ts'
import { jsonCodec, readFrame } from '../../src-shared/protocol/codec.ts'
import { retryClassOf } from '../../src-shared/protocol/close-codes.ts'
import type { Ending } from '../../src-main/core/connection/state-machine.ts'
import type { Transport } from '../../src-main/core/connection/transport.ts'
import { watchForWake } from '../../src-main/core/connection/wake-watch.ts'
import { defaultNotifySettings } from '../../src-main/core/notify/policy.ts'
import type { Cancel, ConsolePorts } from '../../src-main/core/ports.ts'
import { Site, type SiteOptions } from '../../src-main/core/site.ts'
import type { StoredSite } from '../../src-main/core/store/store-api.ts'
import type { VirtualNetwork } from './virtual-network.ts'
import { createVirtualDisk, type VirtualDisk } from './virtual-store.ts'
import type { VirtualTime } from './virtual-time.ts'

export interface VirtualConsoleOptions {
  time: VirtualTime
  network: VirtualNetwork
  random: () => number
  newId: () => string
}

/** The real core of one console below its views: connection, follower, outbox and freshness of one site. */
export class VirtualConsole {
  readonly disk: VirtualDisk
  readonly network: VirtualNetwork
  /** Positions of events that were told, over all runs of this console. */
  readonly toldEvents: number[] = []
  readonly settled: { commandId: string; status: string }[] = []
  readonly problems: string[] = []
  readonly #options: VirtualConsoleOptions
  readonly #open = new Set<string>()
  #running: { site: Site; kill: () => void; idle: () => Promise<void>; stopWatch: Cancel } | null = null

  constructor(options: VirtualConsoleOptions) {
    this.#options = options
    this.network = options.network
    this.disk = createVirtualDisk(options.time, options.newId)
  }

  get isRunning(): boolean {
    return this.#running !== null
  }

  async start(): Promise<void> {
    if (this.#running) return
    const { time, random, newId } = this.#options
    const { store, kill, idle } = this.disk.attach()
    const clientId = await store.request('clientId', null)
    const [known] = await store.request('sites', null)
    const stored: StoredSite = known ?? {
      key: 'one',
      url: 'http://server',
      name: 'one',
      serverId: null,
      operator: null,
      isLocal: false,
    }
    const ports = {
      clock: time,
      randomness: { fraction: random, id: newId },
      proxies: { proxyFor: () => Promise.resolve(null) },
      log: (level: string, message: string) => {
        if (level === 'error') this.problems.push(message)
      },
    } as unknown as ConsolePorts
    const options: SiteOptions = {
      ports,
      store,
      clientId,
      transport: virtualTransport(this.network),
      stored,
      token: () => Promise.resolve('token'),
      presence: () => ({ visible: true, focused: true, incidentId: null }),
      settings: () => defaultNotifySettings,
      events: {
        onChanges: () => undefined,
        onEntries: (_site, entries) => {
          for (const { kind, seq } of entries) if (kind === 'event') this.toldEvents.push(seq)
        },
        onPending: () => undefined,
        onSettled: (_site, { commandId, status }) => void this.settled.push({ commandId, status }),
        onAway: () => undefined,
        onSlept: () => undefined,
        onUnread: () => this.problems.push('a change could not be read'),
        onProgress: () => undefined,
        onFreshness: () => undefined,
        onView: () => undefined,
      },
    }
    const site = new Site(options)
    this.#running = { site, kill, idle, stopWatch: watchForWake(time, () => site.wake()) }
    await site.start()
  }

  /** Ends it as a closed window does, which waits for what it keeps, or as a killed process. */
  async stop(isKilled: boolean): Promise<void> {
    const running = this.#running
    this.#running = null
    if (!running) return
    this.#open.clear()
    running.stopWatch()
    if (isKilled) running.kill()
    running.site.close()
    this.network.reset()
    if (!isKilled) await running.idle()
  }

  freshness(): Freshness['state'] | null {
    return this.#running?.site.freshness().state ?? null
  }

  reason(): string | null {
    return this.#running?.site.freshness().reason ?? null
  }

  /** The incidents that are open on its screen, and whether it says that it has their whole history. */
  openIncidents(): { id: string; isWhole: boolean }[] {
    return [...this.#open].map((id) => ({ id, isWhole: this.#running?.site.hasWholeTimeline(id) === true }))
  }

  act(body: CommandBody): void {
    // Without an operator, or with the process killed underneath, it comes to nothing: that is said by the disk.
    this.#running?.site.act(body).catch((error: unknown) => this.problems.push(String(error)))
  }

  open(incidentId: string): void {
    if (!this.#running) return
    this.#open.add(incidentId)
    this.#running?.site.follow([...this.#open])
  }

  closeIncident(incidentId: string): void {
    this.#open.delete(incidentId)
    this.#running?.site.follow([...this.#open])
  }

  wake(): void {
    this.#running?.site.wake()
  }

  hurry(): void {
    this.#running?.site.hurry()
  }

  dispose(): void {
    void this.stop(true)
    this.disk.close()
  }
}

/** A transport over the virtual network with the real codec at its end. */
function virtualTransport(network: VirtualNetwork): Transport {
  return {
    kind: 'websocket',
    open: (_target, events) => {
      let cause: Ending = { message: 'the connection broke off', retry: 'later', retryAfterMs: null }
      const link = network.connect({
        onOpen: () => events.onOpen(),
        onText: (text) => {
          events.onHeard()
          const read = readFrame(jsonCodec, text, checkReceived)
          if (!read.ok) throw new Error(`the server sent what its own schema refuses: ${text.slice(0, 500)}`)
          if (read.frame.type === 'goodbye') {
            const { code, message, retryAfterMs } = read.frame
            cause = { message, retry: retryClassOf(code), retryAfterMs }
          }
          events.onFrame(read.frame)
        },
        onEnd: () => events.onEnd(cause),
      })
      return {
        send: (frame) => link.send(jsonCodec.encode(frame) as string),
        setPaused: () => undefined,
        drop: () => link.drop(),
      }
    },
  }
}
