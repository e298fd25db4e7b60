import type { PendingAction, PendingOther, SettledAction } from '../../../src-shared/console-views.ts'
import {
  incidentIdOf,
  type Command,
  type CommandBody,
  type CommandResult,
} from '../../../src-shared/domain/command.ts'
import type { LogEntry } from '../../../src-shared/domain/log-entry.ts'
import { streamDefaults } from '../../../src-shared/protocol/limits.ts'
import { countForOneFrame } from '../connection/command-frames.ts'
import type { Cancel, Clock, Randomness } from '../ports.ts'
import { revisingOf } from '../store/seen-revisions.ts'
import type { LogPlace } from '../store/store-api.ts'
import type { StoreClient } from '../store/store-client.ts'

/** Unanswered commands on the way: one full frame is carried out while the next one travels. */
const windowSize = 2 * streamDefaults.maxCommandsTogether
/** Between two frames: half of what a server takes before it objects. */
const everyMs = 20

export interface OutboxOptions {
  store: StoreClient
  ports: { clock: Clock; randomness: Randomness }
  /** As many as fit into one frame. */
  send: (commands: readonly Command[]) => void
  /** Pending actions of an incident are others now; null: one that belongs to none. */
  onPending: (incidentId: string | null) => void
  onSettled: (settled: SettledAction) => void
}

interface Entry {
  command: Command
  isSent: boolean
  /** Set when it is done: where its effect will be read, or that its effect is made later (a summary). */
  done: LogPlace | 'later' | null
  /** A summary has come since it was sent. */
  hasSummary: boolean
}

/**
 * The actions taken here whose effect has not been read yet. Each is on disk before it is shown as pending, is sent in
 * order, and is sent again with the same id over each new connection until a result comes. What is done stays pending
 * until its effect is in the store, over lost connections and restarts: else the screen would show for a moment, or for as
 * long as a connection is gone, that nothing had been done.
 */
export class Outbox {
  readonly #options: OutboxOptions
  #siteId: string | null = null
  #entries: Entry[] = []
  /** Whose connection follows, which log, and how many commands its server takes in one frame; null without one. */
  #following: { operator: string; epoch: string; together: number } | null = null
  #cancelPump: Cancel = () => undefined
  /** A frame was sent just now. */
  #isPaced = false

  constructor(options: OutboxOptions) {
    this.#options = options
  }

  /** Actions that have no result yet. */
  get waiting(): number {
    return this.#entries.filter((entry) => entry.done === null).length
  }

  pendingOf(incidentId: string): PendingAction[] {
    return this.#entries.filter(({ command }) => incidentIdOf(command.body) === incidentId).map(pendingOf)
  }

  /** Those that belong to no incident. */
  pendingOthers(): PendingOther[] {
    return this.#entries
      .filter(({ command }) => incidentIdOf(command.body) === null)
      .map((entry) => ({ ...pendingOf(entry), body: entry.command.body }))
  }

  /** Loads what waits for a site; those of another site are left in the store. */
  async open(siteId: string): Promise<void> {
    if (this.#siteId === siteId) return
    this.#siteId = siteId
    this.#entries = []
    const kept = await this.#options.store.request('waiting', { siteId })
    if (this.#siteId !== siteId) return
    const known = new Set(this.#entries.map(({ command }) => command.id))
    const loaded = kept.filter(({ command }) => !known.has(command.id))
    this.#entries = [...loaded.map(({ command, effect }) => entryOf(command, effect)), ...this.#entries]
    for (const { command } of loaded) this.#tellPending(command.body)
    this.#pump()
  }

  /** Keeps an action; resolves with its id once it is on disk. Rejects with a `StoreError`. */
  async act(siteId: string, author: string, body: CommandBody): Promise<string> {
    const { store, ports } = this.#options
    const id = ports.randomness.id()
    this.#take(siteId, [
      await store.request('enqueue', { siteId, id, author, issuedAt: ports.clock.now(), body }),
    ])
    return id
  }

  /** Keeps many actions, all or none; resolves with their ids once they are on disk. Rejects with a `StoreError`. */
  async actMany(siteId: string, author: string, bodies: readonly CommandBody[]): Promise<string[]> {
    const { store, ports } = this.#options
    const actions = bodies.map((body) => ({ id: ports.randomness.id(), body }))
    const issuedAt = ports.clock.now()
    this.#take(siteId, await store.request('enqueueMany', { siteId, author, issuedAt, actions }))
    return actions.map(({ id }) => id)
  }

  /**
   * A connection follows this log as this operator, to a server that takes so many commands in one frame: everything
   * without a result is sent (again).
   */
  connected(operator: string, epoch: string, together = 1): void {
    this.#following = { operator, epoch, together }
    this.#pump()
  }

  disconnected(): void {
    this.#following = null
    this.#cancelPump()
    this.#isPaced = false
    for (const entry of this.#entries) {
      if (entry.done === null) entry.isSent = false
      this.#tellPending(entry.command.body)
    }
  }

  async result(result: CommandResult): Promise<void> {
    const { store, ports, onSettled, onPending } = this.#options
    // What comes after the connection that it belongs to is answered again over the next one.
    if (this.#siteId === null || !this.#following) return
    if (result.code === 'numberReused') return this.#renumber(this.#siteId, result.commandId)
    const { epoch } = this.#following
    const input = { siteId: this.#siteId, result, epoch, at: ports.clock.now() }
    const kept = await store.request('settle', input)
    const entry = this.#entries.find(({ command }) => command.id === result.commandId)
    if (entry?.done === null) {
      const isLater = entry.command.body.kind === 'summarise' && result.status === 'done' && !entry.hasSummary
      entry.done = kept?.effect ?? (isLater ? 'later' : null)
      if (entry.done === null) this.#forget((each) => each === entry)
    }
    for (const command of kept?.renewed ?? []) {
      const renewed = this.#entries.find((each) => each.command.id === command.id)
      if (renewed) renewed.command = command
    }
    if (kept) {
      onSettled(kept.settled)
      onPending(kept.settled.incidentId)
    }
    this.#pump()
  }

  /** Everything up to here is in the store, with these entries (null: with a snapshot); effects up to it show now. */
  reached({ epoch, seq }: LogPlace, entries: readonly LogEntry[] | null): void {
    if (this.#entries.length === 0) return
    const summarised = new Set(
      entries?.map((each) => (each.kind === 'summary' ? each.summary.incidentId : '')),
    )
    for (const entry of this.#entries) {
      const mayBeIt = entries === null || summarised.has(incidentIdOf(entry.command.body) ?? '')
      if (entry.isSent && mayBeIt) entry.hasSummary = true
    }
    this.#forget(({ done, hasSummary }) =>
      done === 'later' ? hasSummary : done !== null && (done.epoch !== epoch || done.seq <= seq),
    )
  }

  close(): void {
    this.#cancelPump()
  }

  /** The store had lost its newest changes, and with them which numbers are used up: the action goes again. */
  async #renumber(siteId: string, commandId: string): Promise<void> {
    const command = await this.#options.store.request('renumber', { siteId, commandId })
    const entry = this.#entries.find((each) => each.command.id === commandId)
    if (!command || !entry || this.#siteId !== siteId) return
    Object.assign(entry, { command, isSent: false })
    this.#pump()
  }

  /** Those of another site are left in the store; a site that is opened meanwhile may have loaded them already. */
  #take(siteId: string, commands: readonly Command[]): void {
    if (this.#siteId !== siteId) return
    const known = new Set(this.#entries.map(({ command }) => command.id))
    for (const command of commands) {
      if (known.has(command.id)) continue
      this.#entries.push(entryOf(command, null))
      this.#tellPending(command.body)
    }
    this.#pump()
  }

  #forget(isOver: (entry: Entry) => boolean): void {
    const over = this.#entries.filter(isOver)
    if (over.length === 0) return
    this.#entries = this.#entries.filter((entry) => !isOver(entry))
    for (const { command } of over) this.#tellPending(command.body)
  }

  /** Sends the next ones and comes back for the others; a command of another operator waits for its author. */
  #pump(): void {
    if (!this.#following || this.#isPaced) return
    const { operator, together } = this.#following
    const underway = this.#entries.filter((entry) => entry.isSent && entry.done === null).length
    const ready = this.#readyOf(operator).slice(0, Math.max(0, windowSize - underway))
    const commands = ready.map(({ command }) => command)
    const next = ready.slice(0, countForOneFrame(commands, together))
    if (next.length === 0) return
    for (const entry of next) entry.isSent = true
    this.#options.send(next.map(({ command }) => command))
    for (const { command } of next) this.#tellPending(command.body)
    this.#isPaced = true
    this.#cancelPump = this.#options.ports.clock.setTimer(everyMs, () => {
      this.#isPaced = false
      this.#pump()
    })
  }

  /** In their order, up to the first that has to wait for the result of another (see `Revising`). */
  #readyOf(operator: string): Entry[] {
    const ready: Entry[] = []
    const unanswered = new Set<string>()
    for (const entry of this.#entries) {
      if (entry.done !== null || entry.command.author !== operator) continue
      const subject = revisingOf(entry.command.body)?.subject
      if (!entry.isSent && subject !== undefined && unanswered.has(subject)) break
      if (!entry.isSent) ready.push(entry)
      if (subject !== undefined) unanswered.add(subject)
    }
    return ready
  }

  #tellPending(body: CommandBody): void {
    this.#options.onPending(incidentIdOf(body))
  }
}

function entryOf(command: Command, done: LogPlace | null): Entry {
  return { command, isSent: done !== null, done, hasSummary: false }
}

function pendingOf({ command, isSent, done }: Entry): PendingAction {
  const { id: commandId, issuedAt, body } = command
  return { commandId, kind: body.kind, issuedAt, state: done ? 'done' : isSent ? 'sent' : 'waiting' }
}
