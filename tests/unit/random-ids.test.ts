import { expect, it } from 'vitest'
import { validate, version } from 'uuid'
import { createRandomIds } from '../../src-server/random-id.ts'

it('ids are UUIDs of version 7, each above the one before, also within a millisecond and when the clock goes back', () => {
  let at = Date.UTC(2026, 10, 27)
  const next = createRandomIds(() => at)
  const made: string[] = []
  for (let index = 0; index < 2_000; index += 1) {
    if (index % 300 === 0) at += 1
    if (index === 1_000) at -= 50
    made.push(next())
  }
  for (const id of made) expect([validate(id), version(id)]).toEqual([true, 7])
  expect(made).toEqual([...new Set(made)].toSorted())
  // The random part, without time, version and count.
  expect(new Set(made.map((id) => id.slice(-10))).size).toBe(made.length)
})
