import type { PendingOther } from '../../../src-shared/console-panels.ts'
import type { PendingAction, SettledAction } from '../../../src-shared/console-views.ts'
import {
  incidentIdOf,
  type Command,
  type CommandBody,
  type CommandResult,
} from '../../../src-shared/domain/command.ts'
import { streamDefaults } from '../../../src-shared/protocol/limits.ts'
import { countForOneFrame } from '../connection/command-frames.ts'
import type { Cancel, Clock, Randomness } from '../ports.ts'
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
  /** Set when it is done: shown as pending until the batch with its effect is applied. */
  doneAt: number | null
}

/**
 * The actions taken here that have no result yet. Each is on disk before it is shown as pending, is sent in
 * order, and is sent again with the same id over each new connection until a result comes.
 */
export class Outbox {
  readonly #options: OutboxOptions
  #siteId: string | null = null
  #entries: Entry[] = []
  /** The operator of the connection that follows; null without one. */
  #operator: string | null = null
  /** Commands that its server takes in one frame. */
  #together = 1
  /** Up to where this connection's batches are applied: a result may come after its own effect. */
  #reachedSeq = 0
  #cancelPump: Cancel = () => undefined
  /** A frame was sent just now. */
  #isPaced = false

  constructor(options: OutboxOptions) {
    this.#options = options
  }

  get waiting(): number {
    return this.#entries.filter((entry) => entry.doneAt === null).length
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
    const commands = await this.#options.store.request('waiting', { siteId })
    if (this.#siteId !== siteId) return
    const known = new Set(this.#entries.map(({ command }) => command.id))
    const loaded = commands.filter((command) => !known.has(command.id))
    this.#entries = [...loaded.map((command) => ({ command, isSent: false, doneAt: null })), ...this.#entries]
    for (const { body } of loaded) this.#tellPending(body)
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
   * A connection follows as this operator, to a server that takes so many commands in one frame: everything without a
   * result is sent (again).
   */
  connected(operator: string, together: number): void {
    this.#operator = operator
    this.#together = together
    this.#pump()
  }

  disconnected(): void {
    this.#operator = null
    this.#reachedSeq = 0
    this.#cancelPump()
    this.#isPaced = false
    const before = this.#entries
    // What is done has no batch to wait for any more: the next connection brings it with its cursor.
    this.#entries = before.filter((entry) => entry.doneAt === null)
    for (const entry of this.#entries) entry.isSent = false
    for (const { command } of before) this.#tellPending(command.body)
  }

  async result(result: CommandResult): Promise<void> {
    const { store, ports, onSettled, onPending } = this.#options
    if (this.#siteId === null) return
    if (result.code === 'numberReused') return this.#renumber(this.#siteId, result.commandId)
    const settled = await store.request('settle', { siteId: this.#siteId, result, at: ports.clock.now() })
    const entry = this.#entries.find(({ command }) => command.id === result.commandId)
    const isAhead = result.status === 'done' && result.seq !== null && result.seq > this.#reachedSeq
    if (entry && isAhead) entry.doneAt = result.seq
    else this.#forget((each) => each === entry)
    if (settled) {
      onSettled(settled)
      onPending(settled.incidentId)
    }
    this.#pump()
  }

  /** Everything up to `seq` is applied: effects of finished actions show now. */
  reached(seq: number): void {
    this.#reachedSeq = seq
    this.#forget((entry) => entry.doneAt !== null && entry.doneAt <= seq)
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
      this.#entries.push({ command, isSent: false, doneAt: null })
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
    const operator = this.#operator
    if (operator === null || this.#isPaced) return
    const underway = this.#entries.filter((entry) => entry.isSent && entry.doneAt === null).length
    const ready = this.#entries
      .filter((entry) => !entry.isSent && entry.command.author === operator)
      .slice(0, Math.max(0, windowSize - underway))
    const commands = ready.map(({ command }) => command)
    const next = ready.slice(0, countForOneFrame(commands, this.#together))
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

  #tellPending(body: CommandBody): void {
    this.#options.onPending(incidentIdOf(body))
  }
}

function pendingOf({ command, isSent }: Entry): PendingAction {
  const { id: commandId, issuedAt, body } = command
  return { commandId, kind: body.kind, issuedAt, state: isSent ? 'sent' : 'waiting' }
}
