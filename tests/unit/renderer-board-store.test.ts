import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { BoardStore } from '../../src-renderer/state/board-store.ts'
import { createPace, type Pace } from '../../src-renderer/state/list-pace.ts'
import { row, site } from '../support/renderer-harness/sample-rows.ts'
import { countsOf, noChanges } from '../support/renderer-harness/scenarios.ts'

const at = 1_800_000_000_000
const rowAt = (number: number, changes = {}) => row(number, { triggeredAt: at, ...changes }, at)

function openBoard(numbers: number[], pace?: Pace): BoardStore {
  const board = new BoardStore(pace)
  const rows = numbers.map((number) => rowAt(number))
  board.open({
    sites: [site(false, at)],
    freshness: [],
    counts: countsOf(rows),
    rows,
    feed: [],
    decisions: [],
    notices: [],
    settled: [],
    away: [],
    firstStart: false,
    demoAvailable: false,
    shell: 'web',
  })
  return board
}

function shownNumbers(board: BoardStore): (number | undefined)[] {
  const { order, rows } = board.store.getState()
  return order.ids.map((id) => rows.get(id)?.number)
}

describe('the board', () => {
  it('shows new rows at once when neither the pointer nor the selection is in the list', () => {
    const board = openBoard([1, 2])
    board.apply([{ ...noChanges, rows: [rowAt(3)] }])
    expect(shownNumbers(board)).toEqual([3, 2, 1])
  })

  it('holds still under the pointer, and lets in what waits when it has left', () => {
    const board = openBoard([1, 2])
    board.setPointerOver(true)
    board.apply([{ ...noChanges, rows: [rowAt(3)] }])
    expect(shownNumbers(board)).toEqual([2, 1])
    expect(board.store.getState().order.waiting.size).toBe(1)
    board.setPointerOver(false)
    expect(shownNumbers(board)).toEqual([3, 2, 1])
  })

  it('holds still while a row of it is selected, until the operator lets new ones in', () => {
    const board = openBoard([1, 2])
    board.select(rowAt(1).id)
    board.apply([{ ...noChanges, rows: [rowAt(3), rowAt(1, { status: 'acknowledged', revision: 2 })] }])
    expect(shownNumbers(board)).toEqual([2, 1])
    board.letIn()
    expect(shownNumbers(board)).toEqual([3, 2])
    expect(board.store.getState().selectedId).toBe(rowAt(1).id)
  })

  it('is let go when something is selected that is not in it, and keeps no row that no longer belongs there', () => {
    const board = openBoard([1, 2])
    board.select(rowAt(1).id)
    board.apply([{ ...noChanges, rows: [rowAt(1, { status: 'resolved', revision: 2 })] }])
    expect(shownNumbers(board)).toEqual([2, 1])
    board.select(rowAt(9).id)
    expect(shownNumbers(board)).toEqual([2])
    board.apply([{ ...noChanges, rows: [rowAt(3)] }])
    expect(shownNumbers(board)).toEqual([3, 2])
  })

  it('never replaces a row by an older revision', () => {
    const board = openBoard([1])
    board.apply([{ ...noChanges, rows: [rowAt(1, { revision: 5, title: 'new' })] }])
    board.apply([{ ...noChanges, rows: [rowAt(1, { revision: 4, title: 'old' })] }])
    expect(board.store.getState().rows.get(rowAt(1).id)?.title).toBe('new')
  })

  it('drops after a snapshot what is not in it, but keeps the places of a list that is held', () => {
    const board = openBoard([1, 2, 3])
    board.select(rowAt(2).id)
    board.apply([{ ...noChanges, rows: [rowAt(2), rowAt(4)], resetRows: true }])
    const { rows, order } = board.store.getState()
    expect([...rows.values()].map((each) => each.number).toSorted((a, b) => a - b)).toEqual([2, 4])
    expect(order.ids).toHaveLength(3)
    expect(order.waiting).toEqual(new Set([rowAt(4).id]))
    board.letIn()
    expect(shownNumbers(board)).toEqual([4, 2])
  })

  it('keeps selection and places when a snapshot has the same incidents under a new log', () => {
    const numbers = Array.from({ length: 200 }, (_, index) => index + 1)
    const board = openBoard(numbers)
    const before = shownNumbers(board)
    board.select(rowAt(120).id)
    // A restored log may know an earlier revision: after a reset that is the truth.
    board.apply([
      { ...noChanges, rows: numbers.map((number) => rowAt(number, { revision: 0 })), resetRows: true },
    ])
    const state = board.store.getState()
    expect(shownNumbers(board)).toEqual(before)
    expect(state.selectedId).toBe(rowAt(120).id)
    expect(state.rows.get(rowAt(120).id)?.revision).toBe(0)
    expect(state.order.waiting.size).toBe(0)
  })

  it('shows the rows of another estate at once, when none of those that were held is left', () => {
    const board = openBoard([1, 2])
    board.select(rowAt(1).id)
    board.apply([{ ...noChanges, rows: [rowAt(7), rowAt(8)], resetRows: true }])
    expect(shownNumbers(board)).toEqual([8, 7])
    expect(board.store.getState().order.waiting.size).toBe(0)
  })

  it('lets go of what waited and of what was held when an estate is left without any of it', () => {
    const board = openBoard([1, 2])
    board.select(rowAt(1).id)
    board.apply([{ ...noChanges, rows: [rowAt(3)] }])
    board.apply([{ ...noChanges, removed: [rowAt(1).id, rowAt(2).id] }])
    board.apply([{ ...noChanges, rows: [], resetRows: true }])
    expect(board.store.getState().order).toMatchObject({ ids: [], waiting: new Set(), shown: new Set() })
  })

  it('keeps its rows, its tab and its selection when it is opened again', () => {
    const board = openBoard([1])
    board.showTab('acknowledged')
    board.select(rowAt(1).id)
    board.fail('gone')
    expect(board.store.getState()).toMatchObject({
      phase: 'ready',
      selectedId: rowAt(1).id,
      order: { tab: 'acknowledged' },
    })
  })
})

describe('a flood on the board', () => {
  beforeEach(() => vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] }))
  afterEach(() => vi.useRealTimers())

  function flooded(): BoardStore {
    vi.advanceTimersByTime(1000)
    const board = openBoard([1], createPace(100))
    vi.advanceTimersByTime(1000)
    board.apply([{ ...noChanges, rows: [rowAt(2)] }])
    return board
  }

  it('moves the list at once for the first, and then ten times a second with all that came', () => {
    const board = flooded()
    expect(shownNumbers(board)).toEqual([2, 1])
    const seen = new Set<string>()
    for (let number = 3; number <= 102; number += 1) {
      board.apply([{ ...noChanges, rows: [rowAt(number)] }])
      seen.add(shownNumbers(board).join(' '))
      vi.advanceTimersByTime(10)
    }
    vi.advanceTimersByTime(100)
    expect(seen.size).toBe(10)
    expect(shownNumbers(board)).toEqual(Array.from({ length: 102 }, (_, index) => 102 - index))
  })

  it('keeps no P1 waiting, and nothing in the list that is gone', () => {
    const board = flooded()
    board.apply([{ ...noChanges, rows: [rowAt(3), rowAt(4, { priority: 'P1' })] }])
    expect(board.store.getState().order.band).toEqual([rowAt(4).id])
    board.apply([{ ...noChanges, rows: [rowAt(5)] }])
    board.apply([{ ...noChanges, removed: [rowAt(2).id] }])
    expect(shownNumbers(board)).toEqual([5, 3, 1])
  })

  it('lets wait what has not moved the list when the pointer comes to it', () => {
    const board = flooded()
    board.apply([{ ...noChanges, rows: [rowAt(3), rowAt(1, { status: 'resolved', revision: 2 })] }])
    board.setPointerOver(true)
    vi.advanceTimersByTime(1000)
    expect(shownNumbers(board)).toEqual([2, 1])
    expect(board.store.getState().order.waiting).toEqual(new Set([rowAt(3).id]))
    board.setPointerOver(false)
    expect(shownNumbers(board)).toEqual([3, 2])
  })

  it('lets nothing wait that came and went before the pointer did', () => {
    const board = flooded()
    board.apply([{ ...noChanges, rows: [rowAt(3), rowAt(4)] }])
    board.apply([
      { ...noChanges, rows: [rowAt(3, { status: 'resolved', revision: 2 })], removed: [rowAt(4).id] },
    ])
    board.apply([{ ...noChanges, rows: [rowAt(5)] }])
    board.apply([{ ...noChanges, rows: [rowAt(5, { status: 'resolved', revision: 2 })] }])
    board.setPointerOver(true)
    vi.advanceTimersByTime(1000)
    expect(shownNumbers(board)).toEqual([2, 1])
    expect(board.store.getState().order.waiting).toEqual(new Set())
  })
})
