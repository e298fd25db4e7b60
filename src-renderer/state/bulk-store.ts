import { createStore, type StoreApi } from 'zustand/vanilla'
import { mostActions, type MethodInput } from '../../src-shared/console-api.ts'
import type { IncidentRow, SettledAction } from '../../src-shared/console-views.ts'
import type { IncidentCommand } from '../../src-shared/domain/command.ts'
import type { BoardStore } from './board-store.ts'
import { listedIds } from './list-order.ts'
import { bulkSteps, confirmAbove, type BulkAction, type BulkStep } from './bulk-plan.ts'

/** How long undoing is offered once everything is answered, in ms. */
export const undoMs = 10_000

export type BulkForm =
  | 'timedAck'
  | 'snooze'
  | 'assign'
  | 'prioritise'
  | 'followUp'
  | 'note'
  | 'addTicket'
  | 'removeTicket'
  | 'setCause'
  | 'merge'

/** What was set off, and what became of it so far. */
export interface BulkRun {
  kind: BulkAction['kind']
  isUndo: boolean
  total: number
  answered: number
  /** Those that did not go as asked, each with what the server said. */
  refused: readonly { commandId: string; number: number; message: string }[]
  /** Set when it could not be set off at all. */
  failure: string | null
  /** What takes it back, while that is offered. */
  undo: readonly BulkStep[]
}

export interface BulkState {
  marked: ReadonlySet<string>
  form: BulkForm | null
  /** Waits for the operator to say yes. */
  asked: { action: BulkAction; count: number } | null
  run: BulkRun | null
}

export type SendMany = (
  actions: MethodInput<'actMany'>['actions'],
) => Promise<{ ok: true; commandIds: string[] } | { ok: false; message: string }>

/** Rows that are marked to be acted on together, and the action that is under way. */
export class BulkStore {
  readonly store: StoreApi<BulkState> = createStore<BulkState>()(() => ({
    marked: new Set(),
    form: null,
    asked: null,
    run: null,
  }))
  readonly #board: BoardStore
  readonly #send: SendMany
  readonly #dismiss: (commandId: string) => void
  #anchor: string | null = null
  /** The commands of the run that have no answer yet. */
  #open = new Map<string, BulkStep>()
  #done: BulkStep[] = []
  /** Results that came before it was known that they are of this run; null while none is set off. */
  #early: SettledAction[] | null = null
  #timer: ReturnType<typeof setTimeout> | undefined

  constructor(board: BoardStore, send: SendMany, dismiss: (commandId: string) => void) {
    this.#board = board
    this.#send = send
    this.#dismiss = dismiss
  }

  /** Marks a row, or takes the mark off it. */
  toggle(id: string): void {
    const marked = new Set(this.store.getState().marked)
    if (!marked.delete(id)) marked.add(id)
    this.#anchor = id
    this.#mark(marked)
  }

  /** Marks everything between the row that was marked or selected last and this one. */
  markTo(id: string): void {
    const { order, selectedId } = this.#board.store.getState()
    const ids = [...order.band, ...order.ids]
    const [from, to] = [ids.indexOf(this.#anchor ?? selectedId ?? id), ids.indexOf(id)]
    if (from < 0 || to < 0) return this.toggle(id)
    const range = ids.slice(Math.min(from, to), Math.max(from, to) + 1)
    this.#mark(new Set([...this.store.getState().marked, ...range]))
  }

  /** Marks all of the list as it stands: its tab, and what the filter lets through. */
  markAll(): void {
    this.#mark(new Set(listedIds(this.#board.store.getState().order).slice(0, mostActions)))
  }

  clear(): void {
    this.#anchor = null
    this.#mark(new Set())
  }

  openForm(form: BulkForm | null): void {
    this.store.setState({ form, asked: null })
  }

  /** The rows that are marked, in the order of their numbers; what has left the board is not among them. */
  rows(): IncidentRow[] {
    const { rows } = this.#board.store.getState()
    return [...this.store.getState().marked]
      .flatMap((id) => rows.get(id) ?? [])
      .toSorted((a, b) => a.number - b.number)
  }

  /** Does it to all that are marked; asks first when they are many. */
  act(action: BulkAction, isSure = false): void {
    const steps = bulkSteps(action, this.rows())
    if (steps.length > confirmAbove && !isSure) {
      this.store.setState({ form: null, asked: { action, count: steps.length } })
      return
    }
    this.store.setState({ form: null, asked: null, marked: new Set() })
    void this.#start(action.kind, steps, false)
  }

  /** Takes back what was done, as commands of their own. */
  undo(): void {
    const { run } = this.store.getState()
    if (!run || run.undo.length === 0) return
    void this.#start(run.kind, run.undo, true)
  }

  /** The operator has seen what became of it. */
  dismissRun(): void {
    const { run } = this.store.getState()
    if (!run || run.answered < run.total) return
    for (const { commandId } of run.refused) this.#dismiss(commandId)
    clearTimeout(this.#timer)
    this.store.setState({ run: null })
  }

  /** Takes the results that are of this run; returns the others. */
  settle(actions: readonly SettledAction[]): SettledAction[] {
    if (this.#early) {
      this.#early.push(...actions)
      return []
    }
    const others = actions.filter(({ commandId }) => !this.#open.has(commandId))
    if (others.length < actions.length) this.#count(actions)
    return others
  }

  stop(): void {
    clearTimeout(this.#timer)
  }

  async #start(kind: BulkAction['kind'], steps: readonly BulkStep[], isUndo: boolean): Promise<void> {
    clearTimeout(this.#timer)
    const total = steps.length
    const run: BulkRun = { kind, isUndo, total, answered: 0, refused: [], failure: null, undo: [] }
    this.store.setState({ run })
    if (total === 0) return
    this.#early = []
    this.#done = []
    const answer = await this.#send(steps.map(({ row: { siteId }, body }) => ({ siteId, body })))
    const early = this.#early
    this.#early = null
    if (answer.ok) {
      this.#open = new Map(
        answer.commandIds.flatMap((id, index) => (steps[index] ? [[id, steps[index]]] : [])),
      )
    } else {
      this.store.setState({ run: { ...run, total: 0, failure: answer.message } })
    }
    this.settle(early)
  }

  #count(actions: readonly SettledAction[]): void {
    const { run } = this.store.getState()
    if (!run) return
    const refused = [...run.refused]
    let { answered } = run
    for (const { commandId, status, number, message } of actions) {
      const step = this.#open.get(commandId)
      if (!step) continue
      this.#open.delete(commandId)
      answered += 1
      if (status === 'done') this.#done.push(step)
      else if (status !== 'alreadyDone')
        refused.push({ commandId, number: number ?? step.row.number, message: message ?? '' })
    }
    const isOver = answered === run.total
    const undo = isOver && !run.isUndo ? this.#done.flatMap(reversed) : []
    this.store.setState({ run: { ...run, answered, refused, undo } })
    if (isOver) this.#timer = setTimeout(() => this.#endOffer(), undoMs)
  }

  /** What went as asked goes by itself; what did not stays until it was seen. */
  #endOffer(): void {
    const { run } = this.store.getState()
    if (run) this.store.setState({ run: run.refused.length === 0 ? null : { ...run, undo: [] } })
  }

  #mark(marked: ReadonlySet<string>): void {
    this.store.setState({ marked, ...(marked.size === 0 ? { form: null, asked: null } : {}) })
  }
}

function reversed({ row, undo }: BulkStep): BulkStep[] {
  const body: IncidentCommand | null = undo
  return body === null ? [] : [{ row, body, undo: null }]
}
