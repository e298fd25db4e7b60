import { describe, expect, it } from 'vitest'
import { createFrameBatch } from '../../src-renderer/state/frame-batch.ts'

function frames() {
  const applied: number[][] = []
  let pending: (() => void)[] = []
  const batch = createFrameBatch<number>(
    (items) => applied.push([...items]),
    (run) => pending.push(run),
  )
  const frame = (): void => {
    const runs = pending
    pending = []
    for (const run of runs) run()
  }
  return { applied, batch, frame }
}

describe('what comes between two frames', () => {
  it('is applied at once when it is the first, and together with the frame when it is not', () => {
    const { applied, batch, frame } = frames()
    batch.add(1)
    expect(applied).toEqual([[1]])
    for (const item of [2, 3, 4]) batch.add(item)
    expect(applied).toEqual([[1]])
    frame()
    expect(applied).toEqual([[1], [2, 3, 4]])
    batch.add(5)
    expect(applied).toEqual([[1], [2, 3, 4], [5]])
  })

  it('is applied in its order when it is asked for early, and nothing is applied twice', () => {
    const { applied, batch, frame } = frames()
    for (const item of [1, 2]) batch.add(item)
    batch.flush()
    frame()
    frame()
    expect(applied).toEqual([[1], [2]])
  })
})
