import { assertNever } from '../../../src-shared/domain/result.ts'
import type { LogEntry } from '../../../src-shared/domain/log-entry.ts'
import { channelSetKey, type Channel } from '../../../src-shared/protocol/channels.ts'
import type {
  Batch,
  ClientFrame,
  Cursor,
  ResetReason,
  Snapshot,
  Welcome,
} from '../../../src-shared/protocol/frames.ts'
import { protocolVersion } from '../../../src-shared/protocol/limits.ts'
import type { Ending } from '../connection/state-machine.ts'
import type { Clock } from '../ports.ts'
import type { LogPlace, PolicyMoment, StoreChanges } from '../store/store-api.ts'
import type { StoreClient } from '../store/store-client.ts'
import { Acknowledger } from './acknowledger.ts'
import { judgeBatch } from './client-rule.ts'
import { HeadLag } from './head-lag.ts'
import { addUnread, type Received, type Unread } from './unread.ts'

/** Applied in one transaction at most: enough to be quick, little enough that the screen moves meanwhile. */
const entriesAtOnce = 2_000
/** Transactions asked for at a time: the next is there when one ends, and an action waits for two at most. */
const inFlightAtMost = 2
/** Received and not yet applied: above the first the network is left alone until it is below the second. */
const pauseAbove = 20_000
const resumeBelow = 5_000

export interface FollowerOptions {
  clock: Clock
  store: StoreClient
  client: string
  clientId: string
  send: (frame: ClientFrame) => void
  setPaused: (isPaused: boolean) => void
  giveUp: (ending: Ending) => void
  moment: () => PolicyMoment
  onChanges: (changes: StoreChanges) => void
  /** The store has been read up to here, also for a connection that has ended. `entries` null: with a snapshot. */
  onReached: (place: LogPlace, entries: readonly LogEntry[] | null) => void
  /** Entries that have just been stored, and how many events the server had to skip. */
  onApplied: (entries: readonly LogEntry[], skipped: number) => void
  /** Something could not be read; null: all has been read anew, and nothing is missing any more. */
  onUnread: (unread: Unread | null) => void
}

/** Where a stream stands; see `StreamFacts`. */
export interface StreamProgress {
  head: number
  seq: number | null
  completeAt: number | null
  gap: string | null
  caughtUp: boolean
  behindSinceMs: number | null
  /** What was passed over because it could not be read; null when nothing is missing for that. */
  unread: Unread | null
}

type Queued =
  | Received<Batch>
  | Received<Snapshot>
  | { type: 'subscribed'; channels: Channel[] }
  | { type: 'acked'; id: number }

/**
 * Follows one server's log: the client rule, snapshots, channels and acknowledging. Frames are taken in
 * their order, one transaction after the other, and nothing is acknowledged that is not stored.
 */
export class StreamFollower {
  readonly #options: FollowerOptions
  readonly #acks: Acknowledger
  #siteId: string | null = null
  #wanted: Channel[] = []
  /** The set that the server has in force, and the one that the stored cursor is valid for. */
  #inForce: readonly Channel[] = []
  #added: Channel[] | null = null
  #queue: Queued[] = []
  #queuedEntries = 0
  #isPaused = false
  #isBusy = false
  /** Transactions that the store has been asked for and their effects here, oldest first. None of them rejects. */
  readonly #inFlight: Promise<void>[] = []
  /** How far the store has been asked to go over this connection; null: as far as the cursor. */
  #askedSeq: number | null = null
  #connection = 0
  #welcome: Welcome | null = null
  #cursor: Cursor | null = null
  #ignoreStaged = false
  /** True from a start after which something is missing until the server begins to send everything. */
  #readsAnew = false
  #gapSaid: string | null = null
  #complete = new Set<string>()
  readonly #lag = new HeadLag()
  #progress: StreamProgress = {
    head: 0,
    seq: null,
    completeAt: null,
    gap: null,
    caughtUp: false,
    behindSinceMs: null,
    unread: null,
  }

  constructor(options: FollowerOptions) {
    this.#options = options
    this.#acks = new Acknowledger(options.clock, (id, seq) => options.send({ type: 'ack', id, seq }))
  }

  get progress(): StreamProgress {
    return this.#progress
  }

  get roundTripMs(): number | null {
    return this.#acks.roundTripMs
  }

  /** Since when the server owes the answer to an acknowledgement; null when it owes none. */
  get unansweredSinceMs(): number | null {
    return this.#acks.unansweredSinceMs
  }

  /** When the newest acknowledgement that has its answer was sent (monotonic); null when none has one. */
  get provenAtMs(): number | null {
    return this.#acks.provenAtMs
  }

  /** True when all that is logged of an incident has been read and is kept up to date. */
  hasWholeTimeline(incidentId: string): boolean {
    return this.#complete.has(incidentId)
  }

  /** What was known of a site before the connection: how complete the cache is. */
  async restore(siteId: string): Promise<void> {
    this.#siteId = siteId
    const { completeAt, unread } = await this.#options.store.request('position', { siteId })
    this.#progress = { ...this.#progress, completeAt, unread }
    // This version, or the server's, may be another than the one that could not.
    this.#readsAnew = unread !== null
  }

  /** Follows these channels from now on. */
  want(channels: readonly Channel[]): void {
    this.#wanted = [...channels]
    this.#subscribe()
  }

  /** The first frame of a new connection: from where and with what to go on. */
  async hello(): Promise<ClientFrame> {
    this.ended()
    const connection = this.#connection
    const known =
      this.#siteId === null ? null : await this.#options.store.request('position', { siteId: this.#siteId })
    const staged = this.#ignoreStaged ? null : (known?.staged ?? null)
    this.#ignoreStaged = false
    const cursor = staged?.cursor ?? (this.#readsAnew ? null : (known?.cursor ?? null))
    const stored = staged?.channels ?? known?.channels ?? []
    const channels = cursor && stored.length > 0 ? stored : this.#wanted
    if (connection === this.#connection) {
      this.#cursor = staged ? null : cursor
      this.#inForce = channels
      // What the connection before brought may have been stored only after its end.
      if (known) this.#passedOver(known.unread)
    }
    const { client, clientId } = this.#options
    return { type: 'hello', protocol: protocolVersion, clientId, client, cursor, channels }
  }

  welcome(frame: Welcome): void {
    const isOther = this.#siteId !== frame.serverId
    this.#siteId = frame.serverId
    this.#welcome = frame
    if (!frame.resumed) this.#readsAnew = false
    if (!frame.resumed || isOther) {
      this.#cursor = null
      this.#askedSeq = null
      this.#complete.clear()
    } else if (this.#cursor) {
      // The stored cursor is valid for its channels: what they brought is here, be it from an earlier run.
      this.#nowComplete(this.#inForce)
    }
    const lost = frame.resumed ? null : this.#lostBy(frame.resetReason ?? 'first')
    const seq = this.#cursor?.seq ?? null
    const caughtUp = seq !== null && seq >= frame.head
    const { completeAt, unread } = this.#progress
    this.#progress = {
      head: frame.head,
      seq,
      completeAt: caughtUp && unread === null ? frame.at : completeAt,
      unread,
      gap: lost ?? this.#gapSaid,
      caughtUp,
      behindSinceMs: null,
    }
    this.#lag.reset()
    this.#heardOf(frame.head)
    if (caughtUp) this.#healed()
    this.#subscribe()
  }

  take(frame: Queued): void {
    this.#queue.push(frame)
    if ('entries' in frame) this.#queuedEntries += frame.entries.length
    if (frame.type === 'batch') this.#heardOf(frame.head)
    if (!this.#isPaused && this.#queuedEntries > pauseAbove) this.#pause(true)
    void this.#drain()
  }

  acked(id: number): void {
    this.#acks.arrived(id)
    // In its turn: it proves nothing of what came before it and still waits to be stored.
    this.take({ type: 'acked', id })
  }

  /** The connection is over: what was received and not stored is forgotten, the cursor brings it again. */
  ended(): void {
    this.#connection += 1
    this.#queue = []
    this.#queuedEntries = 0
    this.#askedSeq = null
    this.#isPaused = false
    this.#welcome = null
    this.#added = null
    this.#acks.reset()
    // It was proven over the connection that has ended; the next one has to prove it again.
    this.#progress = { ...this.#progress, caughtUp: false }
  }

  #pause(isPaused: boolean): void {
    this.#isPaused = isPaused
    this.#options.setPaused(isPaused)
  }

  #subscribe(): void {
    if (!this.#welcome || channelSetKey(this.#wanted) === channelSetKey(this.#inForce)) return
    this.#inForce = this.#wanted
    this.#options.send({ type: 'subscribe', channels: this.#wanted })
  }

  async #drain(): Promise<void> {
    if (this.#isBusy) return
    this.#isBusy = true
    try {
      for (let frame = this.#queue[0]; frame; frame = this.#queue[0]) {
        // Only batches may be on their way together: all else means what it says after what came before it was stored.
        if (this.#inFlight.length >= (frame.type === 'batch' ? inFlightAtMost : 1)) {
          await this.#inFlight[0]
          continue
        }
        const connection = this.#connection
        try {
          await this.#next(frame, connection)
        } catch (error) {
          this.#failed(error, connection)
        }
        if (this.#isPaused && this.#queuedEntries < resumeBelow) this.#pause(false)
      }
    } finally {
      this.#isBusy = false
    }
  }

  #failed(error: unknown, connection: number): void {
    if (connection !== this.#connection) return
    this.#ignoreStaged = true
    const message = `the local store cannot keep changes (${error instanceof Error ? error.message : String(error)})`
    this.#options.giveUp({ message, retry: 'later', retryAfterMs: 1_000 })
  }

  async #next(frame: Queued, connection: number): Promise<void> {
    if (frame.type === 'batch') return this.#applyBatches(connection)
    this.#queue.shift()
    if (frame.type === 'snapshot') return this.#applySnapshot(frame, connection)
    if (frame.type === 'subscribed') return this.#subscribed(frame.channels)
    if (frame.type === 'acked') return this.#acks.answered(frame.id)
    assertNever(frame)
  }

  async #applyBatches(connection: number): Promise<void> {
    const siteId = this.#siteId
    const cursor = this.#cursor
    const batches: Received<Batch>[] = []
    const from = this.#askedSeq ?? cursor?.seq ?? 0
    let seq = from
    let count = 0
    while (this.#queue[0]?.type === 'batch' && count < entriesAtOnce) {
      const batch = this.#queue[0]
      const verdict = cursor ? judgeBatch(seq, batch) : 'drop'
      if (verdict === 'gap' && batches.length > 0) break
      this.#queue.shift()
      this.#queuedEntries -= batch.entries.length
      if (verdict === 'gap') return this.#gap(seq, batch, connection)
      if (verdict === 'drop') continue
      batches.push(batch)
      seq = batch.to
      count += batch.entries.length
    }
    if (batches.length === 0 || !cursor || siteId === null) return
    this.#askedSeq = seq
    const { epoch } = cursor
    const answer =
      seq === from && count === 0
        ? Promise.resolve(null)
        : this.#options.store.request('applyBatches', {
            siteId,
            epoch,
            // As text: writing, copying and parsing it costs less than cloning the objects into the store's thread.
            batches: batches.map((batch) => JSON.stringify(batch)),
            moment: this.#options.moment(),
          })
    const earlier = this.#inFlight.at(-1)
    const stored = async (): Promise<void> => {
      try {
        const [changes] = await Promise.all([answer, earlier])
        const entries = batches.flatMap((batch) => batch.entries)
        if (changes) this.#options.onChanges(changes)
        if (changes) this.#options.onReached({ epoch, seq }, entries)
        if (connection === this.#connection) this.#stored(batches, entries, { epoch, seq })
      } catch (error) {
        this.#failed(error, connection)
      }
      void this.#inFlight.shift()
    }
    this.#inFlight.push(stored())
  }

  /** What was asked for is in the store: only now it counts. */
  #stored(batches: readonly Received<Batch>[], entries: readonly LogEntry[], cursor: Cursor): void {
    this.#cursor = cursor
    this.#passedOver(
      addUnread(
        this.#progress.unread,
        batches.flatMap((batch) => batch.unread ?? []),
      ),
    )
    this.#acks.stored(cursor.seq)
    const last = batches.at(-1)
    if (last) this.#moved(last)
    const skipped = batches.reduce((sum, batch) => sum + batch.skipped, 0)
    this.#options.onApplied(entries, skipped)
  }

  #moved({ to, head, at }: Pick<Batch, 'to' | 'head' | 'at'>): void {
    const before = this.#progress
    const caughtUp = before.caughtUp || to >= (this.#welcome?.head ?? Infinity)
    const completeAt = to >= head && before.unread === null ? at : before.completeAt
    this.#lag.reached(to)
    this.#progress = { ...before, seq: to, caughtUp, completeAt, behindSinceMs: this.#lag.sinceMs }
    if (caughtUp) this.#healed()
  }

  #heardOf(head: number): void {
    this.#lag.heard(head, this.#progress.seq ?? 0, this.#options.clock.monotonic())
    this.#progress.head = Math.max(this.#progress.head, head)
    this.#progress.behindSinceMs = this.#lag.sinceMs
  }

  #passedOver(unread: Unread | null): void {
    if (unread?.seqs.join() === this.#progress.unread?.seqs.join()) return
    this.#progress = { ...this.#progress, unread }
    this.#options.onUnread(unread)
  }

  #healed(): void {
    this.#gapSaid = null
    this.#progress = { ...this.#progress, gap: null }
  }

  async #gap(seq: number, batch: Batch, connection: number): Promise<void> {
    await this.#inFlight.at(-1)
    if (connection !== this.#connection) return
    const missing = batch.from - seq
    this.#gapSaid = `${missing === 1 ? 'a change is' : `${missing} changes are`} missing: reading again from ${seq}`
    this.#progress = { ...this.#progress, gap: this.#gapSaid }
    this.#options.giveUp({ message: this.#gapSaid, retry: 'later', retryAfterMs: null })
  }

  /** Why everything is read anew. Asking for that looks like a first time to the server. */
  #lostBy(reason: ResetReason): string {
    const isAsked = reason === 'first' && this.#progress.unread !== null
    return isAsked ? 'something could not be read before: reading everything anew' : resetWords[reason]
  }

  async #applySnapshot(snapshot: Received<Snapshot>, connection: number): Promise<void> {
    this.#queuedEntries -= snapshot.entries.length
    const siteId = this.#siteId
    const welcome = this.#welcome
    if (siteId === null || !welcome) return
    const { store, moment } = this.#options
    const at = welcome.at
    const lost = welcome.resetReason === null ? null : this.#lostBy(welcome.resetReason)
    const changes = await store.request('applySnapshot', { siteId, snapshot, at, lost, moment: moment() })
    if (changes) this.#options.onChanges(changes)
    const { epoch, position: seq } = snapshot
    if (changes && snapshot.reset) this.#options.onReached({ epoch, seq }, null)
    if (changes) this.#passedOver((await store.request('position', { siteId })).unread)
    if (connection !== this.#connection || !snapshot.last) return
    this.#nowComplete(snapshot.channels)
    if (snapshot.reset) {
      this.#cursor = { epoch, seq }
      this.#askedSeq = null
      this.#acks.stored(seq)
      this.#moved({ to: seq, head: seq, at })
      this.#options.onApplied([], 0)
    } else if (this.#added) {
      const channels = this.#added
      this.#added = null
      await store.request('saveChannels', { siteId, channels })
    }
  }

  #nowComplete(channels: readonly Channel[]): void {
    for (const channel of channels) {
      if (channel.startsWith('incident:')) this.#complete.add(channel.slice('incident:'.length))
    }
  }

  /** The cursor is valid for the new set only once what it added has been read too. */
  async #subscribed(channels: Channel[]): Promise<void> {
    const siteId = this.#siteId
    if (siteId === null) return
    const followed = new Set(channels)
    for (const id of this.#complete) if (!followed.has(`incident:${id}`)) this.#complete.delete(id)
    const { channels: stored } = await this.#options.store.request('position', { siteId })
    const known = new Set(stored)
    if (channels.every((channel) => known.has(channel))) {
      await this.#options.store.request('saveChannels', { siteId, channels })
    } else {
      this.#added = channels
    }
  }
}

const resetWords = {
  first: 'reading everything for the first time',
  otherEpoch: 'the server has another log than before: reading everything anew',
  beyondHead: 'the server has lost what was read here: reading everything anew',
  tooOld: 'the server no longer keeps what was missed: reading everything anew',
  expired: 'the server forgot the snapshot that was being read: reading everything anew',
} as const
