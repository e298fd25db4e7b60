import { randomUUID } from 'node:crypto'
import { copyFileSync, existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Duplex } from 'node:stream'
import type { WebSocket } from 'ws'
import { createCorrelator } from '../../src-shared/correlation/correlator.ts'
import { builtInRules } from '../../src-shared/correlation/rule.ts'
import type { TokenIdentity } from '../../src-server/access/tokens.ts'
import { createCommands, type Commands } from '../../src-server/incidents/commands.ts'
import { createIngest, type Ingest } from '../../src-server/ingest/ingest.ts'
import type { LogStore } from '../../src-server/log/log-store.ts'
import { openSqliteStore, type SqliteStore } from '../../src-server/log/sqlite-store.ts'
import { jsonEncoding } from '../../src-server/stream/frame-encoding.ts'
import { Hub } from '../../src-server/stream/hub.ts'
import { Session } from '../../src-server/stream/session.ts'
import { streamDefaults } from '../../src-shared/protocol/limits.ts'
import type { VirtualTime } from './virtual-time.ts'

/** In memory where the system has a place for that: nothing here is about the disk. */
const folder = existsSync('/dev/shm') ? '/dev/shm' : tmpdir()
const ticksPerHeartbeat = 20
const source: TokenIdentity = { id: '0192f7a0-3333-7000-8000-000000000001', name: 'prober', role: 'source' }
const silent = { info: () => undefined, warn: () => undefined }

/** A log with its tables and nothing in it, made once: the servers begin with a copy. */
const emptyLog = mkdtempSync(join(folder, 'watchfloor-model-'))
const logFile = 'watchfloor.db'
await openSqliteStore({ dataDir: emptyLog, clock: { now: () => 0 }, randomId: randomUUID }).close()
process.once('exit', () => rmSync(emptyLog, { recursive: true, force: true }))

/** When each position was committed, by the virtual clock. */
export interface Commit {
  seq: number
  at: number
}

/** The real server from its store to its sessions, on a virtual clock and without a network. */
export class VirtualServer {
  /** Another one for each, although the log began as a copy. */
  readonly serverId: string
  readonly store: SqliteStore
  readonly commits: Commit[] = []
  readonly errors: string[] = []
  readonly #time: VirtualTime
  readonly #random: () => number
  readonly #ingest: Ingest
  readonly #commands: Commands
  readonly #dataDir = mkdtempSync(join(folder, 'watchfloor-model-'))
  readonly #newId: () => string
  #epoch: string
  #forgottenUpTo = 0
  #running: { hub: Hub; sessions: Set<Session>; accept: (s: WebSocket, t: Duplex) => void } | null = null

  constructor(time: VirtualTime, random: () => number, newId: () => string) {
    this.#time = time
    this.#random = random
    this.#newId = newId
    copyFileSync(join(emptyLog, logFile), join(this.#dataDir, logFile))
    this.store = openSqliteStore({
      dataDir: this.#dataDir,
      clock: time,
      randomId: newId,
      synchronous: 'NORMAL',
    })
    this.serverId = newId()
    this.#epoch = newId()
    const { store } = this
    this.#ingest = createIngest({
      store,
      correlate: createCorrelator(builtInRules),
      randomId: newId,
      settleMs: 30_000,
      flapSettleMs: 300_000,
      reopenMs: 300_000,
      ackTimeoutMs: 0,
      summaryQuietMs: 20_000,
    })
    this.#commands = createCommands({ store, randomId: newId, settleMs: 30_000, ackTimeoutMs: 0 })
    store.onCommit((seq) => {
      time.stir()
      this.commits.push({ seq, at: time.monotonic() })
    })
  }

  get isRunning(): boolean {
    return this.#running !== null
  }

  start(): void {
    if (this.#running) return
    const time = this.#time
    const store = this.#seenFromOutside()
    const onError = (error: unknown): void => void this.errors.push(String(error))
    const { heartbeatMs, staleMs, deadMs, helloMs, pollHoldMs } = streamDefaults
    const hub = new Hub({
      store,
      clock: time,
      random: this.#random,
      heartbeatMs,
      compressLive: false,
      onError,
    })
    const sessions = new Set<Session>()
    const service = {
      store,
      hub,
      clock: time,
      times: { heartbeatMs, staleMs, deadMs, helloMs, pollHoldMs },
      execute: this.#commands.execute,
      executeAll: this.#commands.executeAll,
      log: { ...silent, error: (details: object) => onError(JSON.stringify(details)) },
    }
    const accept = (socket: WebSocket, transport: Duplex): void => {
      const session = new Session(service, {
        socket,
        transport,
        encoding: jsonEncoding,
        identity: { id: '0192f7a0-3333-7000-8000-000000000002', name: 'mira', role: 'responder' },
        isTokenValid: () => true,
      })
      sessions.add(session)
      socket.on('close', () => sessions.delete(session))
    }
    const running = { hub, sessions, accept }
    this.#running = running
    const tick = (): void => {
      if (this.#running !== running) return
      hub.wake()
      for (const session of sessions) session.tick(time.monotonic())
      time.setTimer(heartbeatMs / ticksPerHeartbeat, tick)
    }
    tick()
  }

  accept(socket: WebSocket, transport: Duplex): boolean {
    this.#running?.accept(socket, transport)
    return this.#running !== null
  }

  /** Says goodbye; the caller cuts the network after that. */
  stop(isKilled: boolean): void {
    const running = this.#running
    this.#running = null
    if (!running) return
    if (!isKilled) for (const session of running.sessions) session.close('goingAway', 'stopping', 200)
    running.hub.close()
  }

  /** Takes in these events; resolves once they are committed with the ids that were answered. */
  async send(events: readonly object[]): Promise<string[]> {
    const answer = await this.#ingest.accept('events', source, events, JSON.stringify(events))
    const { items } = answer.body as { items?: { id: string }[] }
    if (!items || answer.status !== 202) throw new Error(`not accepted: ${JSON.stringify(answer)}`)
    return items.map(({ id }) => id)
  }

  async serviceIds(): Promise<string[]> {
    const { items } = await this.store.serviceList({ name: null, after: null, limit: 10 })
    return items.map(({ id }) => id)
  }

  /** From the next start on the log keeps only the newest entries. */
  forgetBut(kept: number): void {
    this.#forgottenUpTo = Math.max(this.#forgottenUpTo, this.store.head() - kept)
  }

  /** From the next start on it is another log, as after a restore. */
  renewEpoch(): void {
    this.#epoch = this.#newId()
  }

  async close(): Promise<void> {
    this.stop(true)
    await this.store.close()
    rmSync(this.#dataDir, { recursive: true, force: true })
  }

  #seenFromOutside(): LogStore {
    const { store } = this
    const identity = { serverId: this.serverId, epoch: this.#epoch }
    const oldest = this.#forgottenUpTo
    return {
      ...store,
      identity,
      oldestCursor: () => Math.max(oldest, store.oldestCursor()),
      read: async (after, upTo, limit) => {
        this.#time.stir()
        // What is forgotten is not there for those who ask all the same.
        return (await store.read(after, upTo, limit)).filter(({ seq }) => seq > oldest)
      },
    }
  }
}
