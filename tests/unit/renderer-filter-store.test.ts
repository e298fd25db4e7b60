import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { BoardStore } from '../../src-renderer/state/board-store.ts'
import { FilterStore } from '../../src-renderer/state/filter-store.ts'
import type { MethodInput, MethodOutput } from '../../src-shared/console-api.ts'
import { incidentId, row } from '../support/renderer-harness/sample-rows.ts'
import { createScenario, noChanges } from '../support/renderer-harness/scenarios.ts'

const known = { services: [], sources: [], operators: [], tickets: [], labels: {} }
let board: BoardStore
let filter: FilterStore
const asked: MethodInput<'filterRows'>[] = []
let answer: (input: MethodInput<'filterRows'>) => MethodOutput<'filterRows'>

beforeEach(() => {
  vi.useFakeTimers()
  board = new BoardStore()
  board.open({ ...createScenario('quiet').board, rows: [row(1), row(2), row(3)] })
  asked.length = 0
  answer = () => ({ problem: null, ids: [incidentId(2)] })
  filter = new FilterStore(board, {
    rows: (input) => {
      asked.push(input)
      return Promise.resolve(answer(input))
    },
    values: () => Promise.resolve(known),
  })
})
afterEach(() => {
  filter.stop()
  vi.useRealTimers()
})

const shown = (): readonly string[] => board.store.getState().order.ids
async function apply(text: string): Promise<void> {
  filter.write(text)
  await vi.advanceTimersByTimeAsync(200)
}

describe('the filter above the list', () => {
  it('asks once when the typing rests, and shows only what it lets through', async () => {
    filter.write('ser')
    await apply('service:ledger')
    expect(asked).toEqual([{ text: 'service:ledger', ids: null }])
    expect(shown()).toEqual([incidentId(2)])
  })

  it('keeps the list as it was while the text cannot be read, and says why', async () => {
    await apply('service:ledger')
    answer = () => ({ problem: { message: 'no', span: { from: 0, to: 3 }, instead: null }, ids: [] })
    await apply('severity>')
    expect(filter.store.getState().problem?.message).toBe('no')
    expect(shown()).toEqual([incidentId(2)])
  })

  it('judges a row again when it has changed, and only that one', async () => {
    await apply('service:ledger')
    answer = ({ ids }) => ({ problem: null, ids: ids ?? [] })
    filter.changed([incidentId(3)])
    await vi.advanceTimersByTimeAsync(300)
    expect(asked.at(-1)).toEqual({ text: 'service:ledger', ids: [incidentId(3)] })
    expect(shown()).toEqual([incidentId(3), incidentId(2)])
  })

  it('lets what newly fits wait while the list is held still', async () => {
    await apply('service:ledger')
    board.select(incidentId(2))
    answer = ({ ids }) => ({ problem: null, ids: ids ?? [] })
    filter.changed([incidentId(3)])
    await vi.advanceTimersByTimeAsync(300)
    expect(shown()).toEqual([incidentId(2)])
    expect([...board.store.getState().order.waiting]).toEqual([incidentId(3)])
  })

  it('never hides a P1 that nobody has taken', async () => {
    await apply('service:ledger')
    board.apply([{ ...noChanges, rows: [row(9, { priority: 'P1' })] }])
    expect(board.store.getState().order.band).toEqual([incidentId(9)])
    await apply('service:nothing')
    expect(board.store.getState().order.band).toEqual([incidentId(9)])
  })

  it('shows everything again when it is emptied, at once', async () => {
    await apply('service:ledger')
    filter.write('')
    expect(shown()).toHaveLength(3)
    expect(board.store.getState().order.filter).toBeNull()
  })

  it('does not let an answer of an older text win', async () => {
    filter.write('a')
    await vi.advanceTimersByTimeAsync(125)
    filter.write('')
    await vi.advanceTimersByTimeAsync(200)
    expect(shown()).toHaveLength(3)
  })
})
