import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { IncidentRow } from '../../src-shared/console-views.ts'
import { severities } from '../../src-shared/domain/severity.ts'
import {
  disturbsOrder,
  holdOrder,
  resettleOrder,
  settleOrder,
  tabs,
  type RowChange,
} from '../../src-renderer/state/list-order.ts'
import { row as rowAt } from '../support/renderer-harness/sample-rows.ts'

const now = 1_800_000_000_000

/** At one time for all, so that two of them differ only in what is said. */
function row(number: number, changes: Partial<IncidentRow> = {}): IncidentRow {
  return rowAt(number, { triggeredAt: now - 1000, ...changes }, now)
}

function change(after: IncidentRow, before?: IncidentRow): RowChange {
  return { id: after.id, before, after }
}

const anyRow = fc
  .record({
    number: fc.integer({ min: 1, max: 12 }),
    severity: fc.constantFrom(...severities),
    status: fc.constantFrom('triggered' as const, 'acknowledged' as const, 'resolved' as const),
    isP1: fc.boolean(),
    ageMs: fc.integer({ min: 0, max: 1000 }),
  })
  .map(({ number, severity, status, isP1, ageMs }) =>
    row(number, { severity, status, triggeredAt: now - ageMs, ...(isP1 ? { priority: 'P1' as const } : {}) }),
  )

describe('the order of the list', () => {
  it('is by priority, then severity, then the newest first', () => {
    const rows = [
      row(1, { severity: 'warning', triggeredAt: now }),
      row(2, { severity: 'critical', triggeredAt: now - 5 }),
      row(3, { severity: 'critical', triggeredAt: now - 1 }),
      row(4, { severity: 'info', priority: 'P2', triggeredAt: now }),
    ]
    const numbers = settleOrder(rows, 'needsMe').ids.map((id) => rows.find((each) => each.id === id)?.number)
    expect(numbers).toEqual([3, 2, 4, 1])
  })

  it('shows a P1 that nobody has taken in the band only, on every tab', () => {
    const p1 = row(1, { priority: 'P1' })
    for (const tab of ['needsMe', 'acknowledged', 'resolved'] as const) {
      expect(settleOrder([p1, row(2)], tab)).toMatchObject({ band: [p1.id] })
      expect(settleOrder([p1, row(2)], tab).ids).not.toContain(p1.id)
    }
  })

  it('lets new rows wait while it is held, and forgets those that no longer need anyone', () => {
    const order = settleOrder([row(1)], 'needsMe')
    const held = holdOrder(order, [change(row(2)), change(row(3))])
    expect([...held.waiting]).toEqual([row(2).id, row(3).id])
    const later = holdOrder(held, [change(row(2, { status: 'resolved' }), row(2))])
    expect([...later.waiting]).toEqual([row(3).id])
  })

  it('puts a new P1 into the band at once while it is held, below those that are there', () => {
    const order = settleOrder([row(1, { priority: 'P1' }), row(2)], 'needsMe')
    const held = holdOrder(order, [change(row(3, { priority: 'P1' }))])
    expect(held.band).toEqual([row(1).id, row(3).id])
    expect(held.ids).toEqual(order.ids)
  })

  it('moves no row while it is held, whatever happens', () => {
    fc.assert(
      fc.property(fc.array(anyRow), fc.array(fc.array(anyRow)), (rows, batches) => {
        const before = settleOrder(new Map(rows.map((each) => [each.id, each])).values(), 'needsMe')
        let order = before
        for (const batch of batches)
          order = holdOrder(
            order,
            batch.map((each) => change(each)),
          )
        expect(order.ids).toEqual(before.ids)
        expect(order.band.slice(0, before.band.length)).toEqual(before.band)
        expect(new Set(order.band).size).toBe(order.band.length)
        for (const id of order.waiting) expect(order.shown.has(id)).toBe(false)
      }),
    )
  })

  it('is the same when what changed is put into its place as when everything is sorted', () => {
    const filters = fc.option(fc.uniqueArray(fc.integer({ min: 1, max: 12 })))
    const batches = fc.array(fc.array(anyRow), { size: 'large' })
    fc.assert(
      fc.property(batches, fc.constantFrom(...tabs), filters, (steps, tab, numbers) => {
        const filter = numbers && new Set(numbers.map((number) => row(number).id))
        const rows = new Map<string, IncidentRow>()
        let order = settleOrder([], tab, filter)
        for (const step of steps) {
          const changes = step.map((after) => {
            const before = rows.get(after.id)
            // Every third number stands for an incident that is removed when it comes again.
            const isRemoved = before !== undefined && after.number % 3 === 0
            if (isRemoved) rows.delete(after.id)
            else rows.set(after.id, after)
            return { id: after.id, before, after: isRemoved ? null : after }
          })
          order = resettleOrder(order, rows, changes)
          expect(order).toEqual(settleOrder(rows.values(), tab, filter))
        }
      }),
    )
  })

  it('is not sorted anew for a change that moves nothing', () => {
    const order = settleOrder([row(1), row(2)], 'needsMe')
    expect(disturbsOrder(order, [change(row(1, { eventCount: 9 }), row(1))])).toBe(false)
    expect(disturbsOrder(order, [change(row(1, { severity: 'critical' }), row(1))])).toBe(true)
    expect(disturbsOrder(order, [change(row(3))])).toBe(true)
    expect(disturbsOrder(order, [change(row(3, { status: 'resolved' }))])).toBe(false)
  })
})
