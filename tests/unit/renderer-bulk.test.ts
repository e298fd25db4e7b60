import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { SettledAction } from '../../src-shared/console-views.ts'
import { BoardStore } from '../../src-renderer/state/board-store.ts'
import { bulkFormKeys, bulkOfKey, bulkPlainKeys } from '../../src-renderer/state/bulk-keys.ts'
import { bulkSteps, confirmAbove, type BulkAction } from '../../src-renderer/state/bulk-plan.ts'
import { BulkStore, undoMs, type SendMany } from '../../src-renderer/state/bulk-store.ts'
import { settledAction } from '../support/renderer-harness/sample-news.ts'
import { id, incidentId, row } from '../support/renderer-harness/sample-rows.ts'
import { createScenario } from '../support/renderer-harness/scenarios.ts'

let board: BoardStore
let bulk: BulkStore
let sent: Parameters<SendMany>[0][]
const dismissed: string[] = []

function openWith(count: number): void {
  const rows = Array.from({ length: count }, (_, index) => row(index + 1, { severity: 'warning' }))
  board = new BoardStore()
  board.open({ ...createScenario('quiet').board, rows })
  sent = []
  dismissed.length = 0
  bulk = new BulkStore(
    board,
    (actions) => {
      sent.push(actions)
      return Promise.resolve({ ok: true, commandIds: actions.map((_, index) => id(sent.length, index)) })
    },
    (commandId) => dismissed.push(commandId),
  )
}

beforeEach(() => {
  vi.useFakeTimers()
  openWith(3)
})
afterEach(() => {
  bulk.stop()
  vi.useRealTimers()
})

const result = (index: number, status: SettledAction['status'], run = 1): SettledAction =>
  settledAction({ commandId: id(run, index), status, number: index + 1, message: 'mira was first' })
const state = () => bulk.store.getState()

describe('what is done to many', () => {
  it('gives a priority back to the rule that it was from, when it is undone', () => {
    const ruled = row(1, { priority: 'P1', rulePriority: { priority: 'P1', rule: 'income' } })
    const steps = bulkSteps({ kind: 'prioritise', priority: 'P4' }, [ruled, row(2, { priority: 'P1' })])
    expect(steps.map(({ undo }) => undo)).toMatchObject([
      { priority: null, seen: 'P4' },
      { priority: 'P1', seen: 'P4' },
    ])
    const given = bulkSteps({ kind: 'prioritise', priority: null }, [{ ...ruled, priority: 'P3' }])
    expect(given[0]).toMatchObject({
      body: { priority: null, seen: 'P3' },
      undo: { priority: 'P3', seen: 'P1' },
    })
  })

  it('is a command for each for which there is something to do, with what was seen of it', () => {
    const rows = [
      row(1, { assignee: 'jonas' }),
      row(2, { assignee: 'mira' }),
      row(3, { status: 'resolved', resolvedAt: 1 }),
    ]
    const steps = bulkSteps({ kind: 'assign', assignee: 'mira' }, rows)
    expect(steps.map(({ body }) => body)).toEqual([
      { kind: 'assign', incidentId: incidentId(1), assignee: 'mira', seen: 'jonas' },
    ])
    expect(steps[0]?.undo).toEqual({
      kind: 'assign',
      incidentId: incidentId(1),
      assignee: 'jonas',
      seen: 'mira',
    })
  })

  it('sets a follow-up where it is another, and takes it back where there was none', () => {
    const rows = [
      row(1),
      row(2, { followUp: { at: 5, isDue: false } }),
      row(3, { followUp: { at: 9, isDue: false } }),
    ]
    expect(bulkSteps({ kind: 'followUp', at: 9 }, rows).map(({ body, undo }) => [body, undo])).toMatchObject([
      [
        { incidentId: incidentId(1), followUp: { at: 9 }, seen: null },
        { incidentId: incidentId(1), followUp: null, seen: 9 },
      ],
      [{ incidentId: incidentId(2), followUp: { at: 9 }, seen: 5 }, null],
    ])
    expect(bulkSteps({ kind: 'followUp', at: null }, rows)).toMatchObject([
      { body: { incidentId: incidentId(2), followUp: null, seen: 5 } },
      { body: { incidentId: incidentId(3), followUp: null, seen: 9 } },
    ])
  })

  it('writes on what is resolved too, and acknowledges only what is triggered, for as long as it says', () => {
    const rows = [row(1), row(2, { status: 'resolved', resolvedAt: 1 })]
    const bodies = (action: BulkAction) => bulkSteps(action, rows).map(({ body }) => body)
    expect(bodies({ kind: 'note', text: 'power is back' })).toEqual([
      { kind: 'note', incidentId: incidentId(1), text: 'power is back' },
      { kind: 'note', incidentId: incidentId(2), text: 'power is back' },
    ])
    expect(bodies({ kind: 'addTicket', key: 'NET-7' })).toMatchObject([
      { incidentId: incidentId(1), ticket: { key: 'NET-7', url: null } },
      { incidentId: incidentId(2) },
    ])
    expect(bodies({ kind: 'removeTicket', key: 'NET-7' })).toEqual([
      { kind: 'removeTicket', incidentId: incidentId(1), key: 'NET-7' },
      { kind: 'removeTicket', incidentId: incidentId(2), key: 'NET-7' },
    ])
    expect(bodies({ kind: 'summarise' })).toEqual([
      { kind: 'summarise', incidentId: incidentId(1) },
      { kind: 'summarise', incidentId: incidentId(2) },
    ])
    expect(bodies({ kind: 'setCause', cause: 'a fan tray' })).toEqual([
      { kind: 'setCause', incidentId: incidentId(2), cause: 'a fan tray', seen: null },
    ])
    expect(bodies({ kind: 'acknowledge', forMs: 60_000 })).toEqual([
      { kind: 'acknowledge', incidentId: incidentId(1), forMs: 60_000 },
    ])
  })

  it('gives back no ticket and no summary: what they had before is not known', () => {
    const undo = (action: BulkAction) => bulkSteps(action, [row(1)]).map((step) => step.undo)
    expect(undo({ kind: 'removeTicket', key: 'NET-7' })).toEqual([null])
    expect(undo({ kind: 'addTicket', key: 'NET-7' })).toEqual([null])
    expect(undo({ kind: 'summarise' })).toEqual([null])
  })

  it('has a key of its own for each action', () => {
    const keys = [...Object.values(bulkPlainKeys), ...Object.values(bulkFormKeys)]
    expect(new Set(keys).size).toBe(keys.length)
    expect(['u', 'S', 'T', 'z'].map(bulkOfKey)).toEqual([
      { kind: 'unacknowledge' },
      { kind: 'summarise' },
      { form: 'removeTicket' },
      null,
    ])
  })

  it('merges no incident into itself, nor into one of another server', () => {
    const into = row(1)
    const other = row(3, { siteId: id(1, 2) })
    const steps = bulkSteps({ kind: 'merge', into }, [into, row(2), other])
    expect(steps.map(({ row: { number } }) => number)).toEqual([2])
  })

  it('takes a range from the last mark, and everything that is listed', () => {
    const [first, , third] = board.store.getState().order.ids
    bulk.toggle(first ?? '')
    bulk.markTo(third ?? '')
    expect(state().marked.size).toBe(3)
    bulk.clear()
    board.setFilter(new Set([incidentId(2)]))
    bulk.markAll()
    expect([...state().marked]).toEqual([incidentId(2)])
  })

  it('is asked about above a hundred, and only then', () => {
    openWith(confirmAbove)
    bulk.markAll()
    bulk.act({ kind: 'acknowledge' })
    expect(sent).toHaveLength(1)
    openWith(confirmAbove + 1)
    bulk.markAll()
    bulk.act({ kind: 'acknowledge' })
    expect(sent).toHaveLength(0)
    expect(state().asked?.count).toBe(confirmAbove + 1)
    bulk.act({ kind: 'acknowledge' }, true)
    expect(sent).toHaveLength(1)
  })
})

describe('how it goes', () => {
  beforeEach(async () => {
    bulk.markAll()
    bulk.act({ kind: 'resolve' })
    await vi.advanceTimersByTimeAsync(0)
  })

  it('counts the answers, lists what did not go as asked, and leaves results of other actions alone', () => {
    const other = settledAction({ commandId: id(9, 9) })
    expect(bulk.settle([result(0, 'done'), other, result(1, 'conflict')])).toEqual([other])
    expect(state().run).toMatchObject({ answered: 2, total: 3, undo: [] })
    bulk.settle([result(2, 'done')])
    expect(state().run?.refused).toEqual([{ commandId: id(1, 1), number: 2, message: 'mira was first' }])
    bulk.dismissRun()
    expect(dismissed).toEqual([id(1, 1)])
  })

  it('offers to take back what was done, and nothing else, for ten seconds', async () => {
    bulk.settle([result(0, 'done'), result(1, 'conflict'), result(2, 'done')])
    expect(state().run?.undo).toHaveLength(2)
    await vi.advanceTimersByTimeAsync(undoMs)
    expect(state().run?.undo).toEqual([])
    bulk.undo()
    expect(sent).toHaveLength(1)
  })

  it('takes it back with commands of their own', async () => {
    bulk.settle([0, 1, 2].map((index) => result(index, 'done')))
    bulk.undo()
    await vi.advanceTimersByTimeAsync(0)
    expect(sent[1]?.map(({ body }) => body.kind)).toEqual(['reopen', 'reopen', 'reopen'])
    bulk.settle([0, 1, 2].map((index) => result(index, 'done', 2)))
    expect(state().run).toMatchObject({ isUndo: true, answered: 3, undo: [] })
  })
})

describe('answers that overtake', () => {
  it('are counted when a result comes before the console said which commands there are', async () => {
    bulk.markAll()
    bulk.act({ kind: 'resolve' })
    expect(bulk.settle([result(0, 'done')])).toEqual([])
    await vi.advanceTimersByTimeAsync(0)
    expect(state().run?.answered).toBe(1)
  })
})
