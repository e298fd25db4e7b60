import type {
  AwayAccount,
  Freshness,
  PendingAction,
  PendingOther,
  SettledAction,
  SiteView,
} from '../../src-shared/console-views.ts'
import type { CommandBody } from '../../src-shared/domain/command.ts'
import type { LogEntry } from '../../src-shared/domain/log-entry.ts'
import type { Source } from '../../src-shared/domain/service.ts'
import { failure, success, type Result } from '../../src-shared/domain/result.ts'
import type { Channel } from '../../src-shared/protocol/channels.ts'
import type { Welcome } from '../../src-shared/protocol/frames.ts'
import { streamDefaults } from '../../src-shared/protocol/limits.ts'
import { AbsenceWatch } from './away/absence-watch.ts'
import { commandFrameOf } from './connection/command-frames.ts'
import { Connection } from './connection/connection.ts'
import type { ReceivedFrame } from './connection/received-frame.ts'
import type { ConnectionState } from './connection/state-machine.ts'
import type { Transport } from './connection/transport.ts'
import { judgeFreshness } from './freshness.ts'
import type { NotifySettings, Presence } from './notify/policy.ts'
import { Outbox } from './outbox/outbox.ts'
import type { ConsolePorts } from './ports.ts'
import type { StoreChanges, StoredSite } from './store/store-api.ts'
import type { StoreClient } from './store/store-client.ts'
import { StreamFollower } from './sync/stream-follower.ts'
import { unreadWords, type Unread } from './sync/unread.ts'

/** What a console follows of every site; open incidents are added. */
const baseChannels: readonly Channel[] = ['incidents', 'feed:tail', 'sources', 'shift-log']

export interface SiteOptions {
  ports: ConsolePorts
  store: StoreClient
  clientId: string
  transport: Transport
  stored: StoredSite
  /** The token, asked anew for each attempt. */
  token: () => Promise<string | null>
  presence: () => Presence
  settings: () => NotifySettings
  events: SiteEvents
}

export interface SiteEvents {
  onChanges(site: Site, changes: StoreChanges): void
  onEntries(site: Site, entries: readonly LogEntry[], skipped: number): void
  onPending(site: Site, incidentId: string | null): void
  onSettled(site: Site, settled: SettledAction): void
  onAway(account: AwayAccount): void
  /** The machine slept, found out by its clocks. */
  onSlept(): void
  onProgress(site: Site, incidentId: string, text: string): void
  /** Changes of it could not be read and were passed over; null: nothing is missing any more. */
  onUnread(site: Site, unread: Unread | null): void
  /** Freshness may be another now. */
  onFreshness(site: Site): void
  /** Name, address, operator or the site's identity changed. */
  onView(site: Site): void
}

/** One server that the console follows: its connection, its place in the log, its outbox. */
export class Site {
  readonly #options: SiteOptions
  readonly #connection: Connection
  readonly #follower: StreamFollower
  readonly #outbox: Outbox
  readonly #absences: AbsenceWatch
  #stored: StoredSite
  #sources: Source[] = []
  #welcome: Welcome | null = null
  #hasFailed = false
  #blocked: string | null = null
  #judged: Pick<Freshness, 'state' | 'since'> | null = null

  constructor(options: SiteOptions) {
    const { ports, store, clientId, transport, events } = options
    this.#options = options
    this.#stored = options.stored
    this.#connection = new Connection({
      ports,
      transport,
      target: async () => {
        const token = await options.token()
        return token === null || this.#stored.url === '' ? null : { url: this.#stored.url, token }
      },
      hello: () => this.#follower.hello(),
      onFrame: (frame) => this.#frame(frame),
      onState: (state) => this.#moved(state),
    })
    this.#follower = new StreamFollower({
      clock: ports.clock,
      store,
      client: 'watchfloor 0.1.0',
      clientId,
      send: (frame) => this.#connection.send(frame),
      setPaused: (isPaused) => this.#connection.setPaused(isPaused),
      giveUp: (ending) => this.#connection.giveUp(ending),
      moment: () => ({
        now: ports.clock.now(),
        presence: options.presence(),
        settings: options.settings(),
        self: this.#stored.operator?.name ?? null,
      }),
      onChanges: (changes) => {
        if (changes.sources) this.#sources = changes.sources
        events.onChanges(this, changes)
      },
      onReached: (place, entries) => this.#outbox.reached(place, entries),
      onApplied: (entries, skipped) => {
        events.onEntries(this, entries, skipped)
        events.onFreshness(this)
      },
      onUnread: (unread) => events.onUnread(this, unread),
    })
    this.#outbox = new Outbox({
      store,
      ports,
      send: (commands) => this.#connection.send(commandFrameOf(commands)),
      onPending: (incidentId) => events.onPending(this, incidentId),
      onSettled: (settled) => events.onSettled(this, settled),
    })
    this.#absences = new AbsenceWatch({
      clock: ports.clock,
      store,
      log: ports.log,
      onAccount: (account) => events.onAway(account),
      onSlept: () => events.onSlept(),
    })
    this.#follower.want(baseChannels)
  }

  get key(): string {
    return this.#stored.key
  }

  get stored(): StoredSite {
    return this.#stored
  }

  /** Null until its server has been spoken to once. */
  get id(): string | null {
    return this.#stored.serverId
  }

  /** Takes up what is cached, then connects in the background. */
  async start(): Promise<void> {
    await this.restore()
    this.#connection.tell({ kind: 'start' })
  }

  /** Reads again what the store holds of this site (at the start, and after a damaged store was replaced). */
  async restore(): Promise<void> {
    const { id } = this
    if (id === null) return
    await this.#outbox.open(id)
    await this.#follower.restore(id)
    this.#sources = (await this.#options.store.request('board', { siteId: id })).sources
  }

  /** Another address, name or token: connects anew with it. */
  async change(changes: Partial<Pick<StoredSite, 'url' | 'name'>>): Promise<void> {
    this.#stored = { ...this.#stored, ...changes }
    await this.#options.store.request('saveSite', this.#stored)
    this.#connection.tell({ kind: 'changed' })
    this.#options.events.onView(this)
  }

  /** Says why there is nothing to connect to (the bundled server does not start); null when there is again. */
  block(message: string | null): void {
    this.#blocked = message
    this.#options.events.onFreshness(this)
  }

  follow(incidentIds: readonly string[]): void {
    this.#follower.want([...baseChannels, ...incidentIds.map((id) => `incident:${id}`)])
  }

  hurry(): void {
    this.#options.transport.reconsider?.()
    this.#connection.tell({ kind: 'hurry' })
  }

  wake(): void {
    this.#options.transport.reconsider?.()
    this.#connection.tell({ kind: 'woke' })
  }

  /** Whom an action would be of; fails with `noOperator` before the first connection. */
  canAct(): Result<{ siteId: string; author: string }> {
    const { serverId, operator, name } = this.#stored
    if (serverId === null || operator === null)
      return failure('noOperator', `${name} has not been reached yet, so it is not known who you are there`)
    return success({ siteId: serverId, author: operator.name })
  }

  /** Puts an action into the outbox; see `canAct`. */
  async act(body: CommandBody): Promise<Result<string>> {
    const ready = this.canAct()
    return ready.ok ? success(await this.#outbox.act(ready.value.siteId, ready.value.author, body)) : ready
  }

  /** Many actions at once, all or none. */
  async actMany(bodies: readonly CommandBody[]): Promise<Result<string[]>> {
    const ready = this.canAct()
    return ready.ok
      ? success(await this.#outbox.actMany(ready.value.siteId, ready.value.author, bodies))
      : ready
  }

  pendingOthers(): PendingOther[] {
    return this.#outbox.pendingOthers()
  }

  pendingOf(incidentId: string): PendingAction[] {
    return this.#outbox.pendingOf(incidentId)
  }

  hasWholeTimeline(incidentId: string): boolean {
    return this.#connection.state.name === 'following' && this.#follower.hasWholeTimeline(incidentId)
  }

  view(): Omit<SiteView, 'isDemo'> {
    const { serverId, name, url, operator } = this.#stored
    return { siteId: serverId, name, url, operator, sources: this.#sources }
  }

  /** How fresh it is now; `since` is kept from the last time it was asked. */
  freshness(): Freshness {
    const { clock } = this.#options.ports
    const { heard, resumedAtMs } = this.#connection
    const message = this.#blocked
    const connection: ConnectionState =
      message === null ? this.#connection.state : { name: 'halted', message }
    const { head, seq, completeAt, unread, caughtUp, behindSinceMs } = this.#follower.progress
    const gap = this.#follower.progress.gap ?? (unread && unreadWords(unread))
    const isFollowing = connection.name === 'following'
    const behind = isFollowing ? Math.max(0, head - (seq ?? 0)) : 0
    const transport = isFollowing ? this.#options.transport.kind : null
    const staleMs = this.#welcome?.staleMs ?? streamDefaults.staleMs
    const heartbeatMs = this.#welcome?.heartbeatMs ?? streamDefaults.heartbeatMs
    const facts = { connection, hasFailed: this.#hasFailed, heard, staleMs, heartbeatMs, gap, behind }
    const { unansweredSinceMs, provenAtMs } = this.#follower
    const isResuming = resumedAtMs !== null && (provenAtMs === null || provenAtMs < resumedAtMs)
    const verdict = judgeFreshness(
      { ...facts, caughtUp, behindSinceMs, unansweredSinceMs, isResuming },
      { now: clock.now(), monotonicMs: clock.monotonic() },
      this.#judged,
    )
    this.#judged = verdict
    const isLive = verdict.state === 'live'
    this.#absences.look({ siteId: this.id, isLive, heardAt: heard?.at ?? null, completeAt })
    return {
      siteId: this.id,
      siteName: this.#stored.name,
      ...verdict,
      completeAt,
      roundTripMs: isFollowing ? (this.#connection.roundTripMs ?? this.#follower.roundTripMs) : null,
      behind,
      transport,
      waiting: this.#outbox.waiting,
      proxyAsksLogin: 'proxyAsksLogin' in connection ? (connection.proxyAsksLogin ?? null) : null,
    }
  }

  close(): void {
    this.#absences.close()
    this.#connection.tell({ kind: 'stop' })
    this.#follower.ended()
    this.#outbox.close()
  }

  #moved(state: ConnectionState): void {
    if (state.name === 'waiting' || state.name === 'halted') this.#hasFailed = true
    if (state.name !== 'following' && state.name !== 'greeting' && this.#welcome) {
      this.#welcome = null
      this.#hasFailed = true
      this.#follower.ended()
      this.#outbox.disconnected()
    }
    this.#options.events.onFreshness(this)
  }

  #frame(frame: ReceivedFrame): void {
    switch (frame.type) {
      case 'welcome':
        this.#welcomed(frame)
        return
      case 'batch':
      case 'snapshot':
        this.#follower.take(frame)
        return
      case 'subscribed':
        this.#follower.take({ type: 'subscribed', channels: frame.channels })
        return
      case 'acked':
        this.#follower.acked(frame.id)
        return
      case 'result':
        this.#outbox.result(frame.result).catch((error: unknown) => {
          // Not stored, so not settled: the next connection sends it again and is answered the same.
          this.#options.ports.log('error', 'a result could not be kept', { error: String(error) })
        })
        return
      case 'progress':
        this.#options.events.onProgress(this, frame.incidentId, frame.text)
        return
      case 'error':
        this.#options.ports.log('warn', `the server refused a frame: ${frame.message}`, {
          field: frame.field,
        })
        return
      case 'goodbye':
        return
    }
  }

  #welcomed(frame: Welcome): void {
    this.#welcome = frame
    const { serverId, operator } = this.#stored
    const isKnown = serverId === frame.serverId && operator?.name === frame.operator.name
    this.#stored = { ...this.#stored, serverId: frame.serverId, operator: frame.operator }
    if (!isKnown || operator?.role !== frame.operator.role) {
      // Sent before anything that it brings is stored: the store answers in order.
      void this.#options.store.request('saveSite', this.#stored).catch(() => undefined)
      this.#options.events.onView(this)
    }
    this.#follower.welcome(frame)
    void this.#outbox.open(frame.serverId).catch(() => undefined)
    this.#outbox.connected(frame.operator.name, frame.epoch, frame.commandsTogether)
    this.#options.events.onFreshness(this)
  }
}
