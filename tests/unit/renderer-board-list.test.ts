import fc from 'fast-check'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { BoardStore, isHeld } from '../../src-renderer/state/board-store.ts'
import { isPinned, settleOrder, tabs } from '../../src-renderer/state/list-order.ts'
import { createPace } from '../../src-renderer/state/list-pace.ts'
import { row } from '../support/renderer-harness/sample-rows.ts'
import { noChanges } from '../support/renderer-harness/scenarios.ts'

/** Whatever happens to the list, in whatever order: it is either settled or held, and keeps no row from those who look. */

const at = 1_800_000_000_000
const everyMs = 100
beforeEach(() => vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] }))
afterEach(() => vi.useRealTimers())

const number = fc.integer({ min: 1, max: 9 })
const ids = fc.uniqueArray(number).map((numbers) => numbers.map((each) => row(each, {}, at).id))
const change = fc.record({
  number,
  status: fc.constantFrom(
    'triggered' as const,
    'triggered' as const,
    'acknowledged' as const,
    'resolved' as const,
  ),
  priority: fc.constantFrom('P1' as const, 'P3' as const, 'P3' as const, 'P4' as const),
})
const step = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({ kind: fc.constant('rows' as const), changes: fc.array(change, { minLength: 1 }) }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('removed' as const), ids }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('reset' as const), changes: fc.array(change) }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('pointer' as const), isOver: fc.boolean() }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('select' as const), number: fc.option(number) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('tab' as const), tab: fc.constantFrom(...tabs) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('filter' as const), ids: fc.option(ids) }) },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant('refilter' as const), lookedAt: ids, passing: ids }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('letIn' as const) }) },
  {
    weight: 4,
    arbitrary: fc.record({ kind: fc.constant('pass' as const), ms: fc.integer({ min: 1, max: 150 }) }),
  },
)
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never

function perform(board: BoardStore, each: Step, revision: number): void {
  switch (each.kind) {
    case 'rows':
    case 'reset': {
      const latest = new Map(
        each.changes.map(({ number: of, status, priority }) => {
          const made = row(of, { status, priority, revision, triggeredAt: at - of * 1000 }, at)
          return [made.id, made]
        }),
      )
      return void board.apply([
        { ...noChanges, rows: [...latest.values()], resetRows: each.kind === 'reset' },
      ])
    }
    case 'removed':
      return void board.apply([{ ...noChanges, removed: each.ids }])
    case 'pointer':
      return board.setPointerOver(each.isOver)
    case 'select':
      return board.select(each.number === null ? null : row(each.number, {}, at).id)
    case 'tab':
      return board.showTab(each.tab)
    case 'filter':
      return board.setFilter(each.ids && new Set(each.ids))
    case 'refilter':
      return board.refilter(each.lookedAt, new Set(each.passing.filter((id) => each.lookedAt.includes(id))))
    case 'letIn':
      return board.letIn()
    case 'pass':
      return void vi.advanceTimersByTime(each.ms)
  }
}

it('a moment later the list is as it should be, or held with all that it lacks waiting', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 25, size: 'max' }), (steps) => {
      const board = new BoardStore(createPace(everyMs))
      for (const [index, each] of steps.entries()) {
        const before = board.store.getState()
        perform(board, each, index + 1)
        const { order, rows } = board.store.getState()
        const wasHeld = isHeld(before) && isHeld(board.store.getState())
        if (wasHeld && (each.kind === 'rows' || each.kind === 'removed' || each.kind === 'pass'))
          expect(order.ids).toEqual(before.order.ids)
        for (const [id, of] of rows) if (isPinned(of)) expect(order.band).toContain(id)
      }
      vi.advanceTimersByTime(everyMs)
      const state = board.store.getState()
      const { tab, filter, shown, waiting } = state.order
      const settled = settleOrder(state.rows.values(), tab, filter)
      if (isHeld(state)) expect(waiting).toEqual(new Set(settled.ids.filter((id) => !shown.has(id))))
      else expect(state.order).toEqual(settled)
    }),
    { numRuns: 500 },
  )
})
