import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { judgeBatch } from '../../src-main/core/sync/client-rule.ts'

describe('what the client does with a batch', () => {
  it('applies what follows, drops what it has, and calls everything else a gap', () => {
    expect(judgeBatch(10, { from: 10, to: 12 })).toBe('apply')
    expect(judgeBatch(10, { from: 10, to: 10 })).toBe('apply')
    expect(judgeBatch(10, { from: 8, to: 10 })).toBe('drop')
    expect(judgeBatch(10, { from: 11, to: 12 })).toBe('gap')
    expect(judgeBatch(10, { from: 8, to: 12 })).toBe('gap')
  })

  it('ends at the head with each position seen once, however batches are repeated and lost', () => {
    const lengths = fc.array(fc.integer({ min: 0, max: 5 }), { minLength: 1, maxLength: 30 })
    const faults = fc.array(fc.constantFrom('deliver', 'repeat', 'lose'), { minLength: 30, maxLength: 30 })
    fc.assert(
      fc.property(lengths, faults, (sizes, fates) => {
        const head = sizes.reduce((sum, size) => sum + size, 0)
        const seen: number[] = []
        let cursor = 0
        const take = (batch: { from: number; to: number }): 'apply' | 'drop' | 'gap' => {
          const verdict = judgeBatch(cursor, batch)
          if (verdict === 'apply') {
            for (let seq = batch.from + 1; seq <= batch.to; seq += 1) seen.push(seq)
            cursor = batch.to
          }
          return verdict
        }
        let from = 0
        for (const [index, size] of sizes.entries()) {
          const batch = { from, to: from + size }
          from = batch.to
          const fate = fates[index] ?? 'deliver'
          if (fate === 'lose') continue
          // A gap is read again from the cursor.
          if (take(batch) === 'gap') take({ from: cursor, to: batch.to })
          if (fate === 'repeat') take(batch)
        }
        take({ from: cursor, to: head })
        expect(cursor).toBe(head)
        expect(seen).toEqual(Array.from({ length: head }, (_, index) => index + 1))
      }),
    )
  })
})
