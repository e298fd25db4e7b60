import { createStore, type StoreApi } from 'zustand/vanilla'
import type { Board, Changes } from '../../src-shared/console-api.ts'
import type { Counts, IncidentRow, SiteView } from '../../src-shared/console-views.ts'
import {
  disturbsOrder,
  holdOrder,
  isPinned,
  resettleOrder,
  settleOrder,
  type ListOrder,
  type RowChange,
  type Tab,
} from './list-order.ts'
import { everyStep, type Pace } from './list-pace.ts'

export type BoardPhase = 'loading' | 'firstStart' | 'ready' | 'failed'

export interface BoardState {
  phase: BoardPhase
  /** Why the board could not be opened; set in the phase `failed`. */
  failure: string | null
  demoAvailable: boolean
  sites: readonly SiteView[]
  counts: Counts
  /** By id. Changed in place, because a storm changes it at every frame; `version` says that it was. */
  rows: ReadonlyMap<string, IncidentRow>
  version: number
  order: ListOrder
  selectedId: string | null
  pointerOver: boolean
}

const noCounts: Counts = {
  triggered: 0,
  acknowledged: 0,
  resolved: 0,
  bySeverity: { critical: 0, error: 0, warning: 0, info: 0 },
}

const movedOneByOne = 100

/**
 * Rows and what the list shows of them. Rows that are shown hold still while the pointer or the selection is on them. Else the
 * first change after a rest moves them at once, a flood as often as `pace` says: rows that jump with every frame can
 * neither be read nor hit. A P1 never waits.
 */
export class BoardStore {
  readonly store: StoreApi<BoardState>
  readonly #rows = new Map<string, IncidentRow>()
  readonly #pace: Pace
  /** What has not moved the list yet. */
  #unsettled: RowChange[] = []

  constructor(pace: Pace = everyStep) {
    this.#pace = pace
    this.store = createStore<BoardState>()(() => ({
      phase: 'loading',
      failure: null,
      demoAvailable: false,
      sites: [],
      counts: noCounts,
      rows: this.#rows,
      version: 0,
      order: settleOrder([], 'needsMe'),
      selectedId: null,
      pointerOver: false,
    }))
  }

  /** Shows a whole picture. Tab and selection stay; the list is settled unless it is held. */
  open(board: Board): void {
    const { phase } = this.store.getState()
    this.#replaceRows(board.rows, true)
    this.store.setState({
      phase: board.firstStart ? 'firstStart' : 'ready',
      failure: null,
      demoAvailable: board.demoAvailable,
      sites: board.sites,
      counts: board.counts,
    })
    if (phase !== 'ready') this.letIn()
  }

  fail(message: string): void {
    const { phase } = this.store.getState()
    if (phase === 'loading' || phase === 'failed') this.store.setState({ phase: 'failed', failure: message })
  }

  loading(): void {
    this.store.setState({ phase: 'loading', failure: null })
  }

  /** Applies what gathered since the last frame, as one change. Returns the rows that changed. */
  apply(batch: readonly Changes[]): RowChange[] {
    const changes: RowChange[] = []
    for (const { rows, removed, resetRows, counts, sites } of batch) {
      changes.push(...this.#replaceRows(rows, resetRows, removed))
      if (counts !== null) this.store.setState({ counts })
      if (sites !== null) this.store.setState({ sites })
    }
    return changes
  }

  select(id: string | null): void {
    this.store.setState({ selectedId: id })
    this.#flow()
  }

  /** Everybody who has or had an incident of a site, by name. */
  knownPeople(siteId: string): string[] {
    const names = new Set<string>()
    for (const row of this.#rows.values()) {
      if (row.siteId !== siteId) continue
      for (const name of [row.assignee, row.acknowledgedBy]) if (name !== null) names.add(name)
    }
    return [...names].toSorted((a, b) => a.localeCompare(b))
  }

  setPointerOver(pointerOver: boolean): void {
    if (this.store.getState().pointerOver === pointerOver) return
    this.store.setState({ pointerOver })
    this.#flow()
  }

  showTab(tab: Tab): void {
    const { filter } = this.store.getState().order
    this.#place(settleOrder(this.#rows.values(), tab, filter))
  }

  /** Shows only these, on every tab; null shows everything. */
  setFilter(filter: ReadonlySet<string> | null): void {
    const { order } = this.store.getState()
    this.#place(settleOrder(this.#rows.values(), order.tab, filter))
  }

  /** Of the rows that were looked at again, the filter lets these through. A list that is held lets new ones wait. */
  refilter(lookedAt: readonly string[], passing: ReadonlySet<string>): void {
    const { order } = this.store.getState()
    if (order.filter === null) return
    const moved = lookedAt.filter((id) => order.filter?.has(id) !== passing.has(id))
    if (moved.length === 0) return
    const filter = new Set(order.filter)
    for (const id of moved) if (!filter.delete(id)) filter.add(id)
    this.store.setState({ order: { ...order, filter } })
    this.#show(
      moved.flatMap((id) => {
        const row = this.#rows.get(id)
        return row === undefined ? [] : [{ id, before: row, after: row }]
      }),
      false,
    )
  }

  /** Lets in what waits and puts every row in its place. */
  letIn(): void {
    this.showTab(this.store.getState().order.tab)
  }

  #flow(): void {
    if (!isHeld(this.store.getState())) this.letIn()
  }

  #replaceRows(rows: readonly IncidentRow[], reset: boolean, removed: readonly string[] = []): RowChange[] {
    const changes: RowChange[] = []
    const gone = new Set(removed)
    if (reset) for (const id of this.#rows.keys()) gone.add(id)
    for (const row of rows) {
      const before = this.#rows.get(row.id)
      gone.delete(row.id)
      if (before !== undefined && !reset && before.revision > row.revision) continue
      this.#rows.set(row.id, row)
      changes.push({ id: row.id, before, after: row })
    }
    for (const id of gone) {
      changes.push({ id, before: this.#rows.get(id), after: null })
      this.#rows.delete(id)
    }
    if (changes.length > 0) this.#show(changes, reset)
    return changes
  }

  #show(changes: readonly RowChange[], reset: boolean): void {
    const state = this.store.getState()
    const { order } = state
    this.store.setState({ version: state.version + 1 })
    // After a snapshot of another estate there is no row left whose place could be kept.
    if (reset && !this.#isAnyLeft(order)) return this.letIn()
    const isMoving = !isHeld(state)
    if (isMoving && !disturbsOrder(order, changes)) return
    this.#unsettled.push(...changes)
    if (!isMoving || changes.some(isUrgent) || this.#pace.take()) this.#settleAll()
    else this.#pace.later(() => this.#settleAll())
  }

  /** Lets what has not moved the list yet move it, or wait where the list is held. */
  #settleAll(): void {
    const changes = this.#unsettled
    if (changes.length === 0) return
    const state = this.store.getState()
    const { order } = state
    if (isHeld(state)) this.#hold(order, changes)
    // Whoever lets go of the list settles it, so that all else is in its place. Sorting is cheaper than moving many one by one.
    else if (changes.length < movedOneByOne) this.#place(resettleOrder(order, this.#rows, changes))
    else this.letIn()
  }

  #hold(order: ListOrder, changes: readonly RowChange[]): void {
    // As they are by now: what came and went again while the list moved on had moved nothing.
    const latest = changes.map(({ id, before }) => ({ id, before, after: this.#rows.get(id) ?? null }))
    this.#place(holdOrder(order, latest))
  }

  #place(order: ListOrder): void {
    this.#unsettled = []
    this.store.setState({ order })
  }

  #isAnyLeft({ shown }: ListOrder): boolean {
    return [...shown].some((id) => this.#rows.has(id))
  }
}

/** P1s are shown at once, and what is gone leaves at once. */
function isUrgent({ before, after }: RowChange): boolean {
  return after === null || isPinned(after) || (before !== undefined && isPinned(before))
}

/** Whether the list must hold still: the pointer is over it, or its selection is in it. An empty one has no row to move. */
export function isHeld({ pointerOver, selectedId, order }: BoardState): boolean {
  return (pointerOver && order.shown.size > 0) || (selectedId !== null && order.shown.has(selectedId))
}
