import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { judgeFreshness, type StreamFacts } from '../../src-main/core/freshness.ts'

const live: StreamFacts = {
  connection: { name: 'following', spreadMs: null },
  hasFailed: false,
  heard: { monotonicMs: 1_000, at: 50_000 },
  staleMs: 20_000,
  heartbeatMs: 15_000,
  gap: null,
  behind: 0,
  caughtUp: true,
  behindSinceMs: null,
  unansweredSinceMs: null,
  isResuming: false,
}
const soon = { now: 50_100, monotonicMs: 1_100 }

describe('freshness', () => {
  it('is live while heartbeats and sequence hold', () => {
    expect(judgeFreshness(live, soon, null)).toEqual({
      state: 'live',
      since: 50_100,
      reason: null,
      nextAttemptAt: null,
    })
  })

  it('is stale once nothing was heard for staleMs, since it was last heard', () => {
    const before = { state: 'live', since: 40_000 } as const
    expect(judgeFreshness(live, { now: 69_999, monotonicMs: 20_999 }, before).state).toBe('live')
    const stale = judgeFreshness(live, { now: 70_000, monotonicMs: 21_000 }, before)
    expect(stale).toMatchObject({ state: 'stale', since: 50_000, reason: 'nothing heard from the server' })
  })

  it('keeps since while the state stays the same', () => {
    expect(judgeFreshness(live, soon, { state: 'live', since: 7 }).since).toBe(7)
  })

  it('is stale with its reason during a gap, and until it has caught up', () => {
    expect(judgeFreshness({ ...live, gap: '3 changes are missing' }, soon, null)).toMatchObject({
      state: 'stale',
      reason: '3 changes are missing',
    })
    expect(judgeFreshness({ ...live, caughtUp: false, behind: 1 }, soon, null)).toMatchObject({
      state: 'stale',
      reason: 'catching up: 1 change still to come',
    })
  })

  it('allows one heartbeat to get to the head and no more', () => {
    const behind = { ...live, behind: 9, behindSinceMs: 0, heard: { monotonicMs: 15_000, at: 64_000 } }
    expect(judgeFreshness(behind, { now: 64_000, monotonicMs: 15_000 }, null).state).toBe('live')
    expect(judgeFreshness(behind, { now: 64_001, monotonicMs: 15_001 }, null).state).toBe('stale')
  })

  it('does not take what arrives late for fresh: an answer that is owed for staleMs makes it stale', () => {
    const owed = { ...live, unansweredSinceMs: 1_000, heard: { monotonicMs: 21_000, at: 70_000 } }
    expect(judgeFreshness(owed, { now: 69_999, monotonicMs: 20_999 }, null).state).toBe('live')
    expect(judgeFreshness(owed, { now: 70_000, monotonicMs: 21_000 }, null)).toMatchObject({
      state: 'stale',
      reason: 'the server does not answer in time',
    })
  })

  it('is not live again by the first word after a silence: what was held back comes first', () => {
    expect(judgeFreshness({ ...live, isResuming: true }, soon, null)).toMatchObject({
      state: 'stale',
      reason: 'heard again, not yet up to now',
    })
  })

  it('is blind with the reason and the time of the next attempt', () => {
    const waiting = { name: 'waiting', attempt: 2, dueAt: 51_000, message: 'nothing answers' } as const
    expect(judgeFreshness({ ...live, connection: waiting, hasFailed: true }, soon, null)).toEqual({
      state: 'blind',
      since: 50_100,
      reason: 'nothing answers',
      nextAttemptAt: 51_000,
    })
  })

  it('says connecting only before the first failure', () => {
    const connection = { name: 'connecting', attempt: 1 } as const
    expect(judgeFreshness({ ...live, connection }, soon, null).state).toBe('connecting')
    expect(judgeFreshness({ ...live, connection, hasFailed: true }, soon, null).state).toBe('blind')
  })

  it('is never live without each of its proofs', () => {
    const connection = fc.constantFrom<StreamFacts['connection']>(
      { name: 'idle' },
      { name: 'connecting', attempt: 1 },
      { name: 'greeting', attempt: 1 },
      { name: 'following', spreadMs: null },
      { name: 'halted', message: 'no' },
    )
    const heardAgo = fc.integer({ min: 0, max: 60_000 })
    const all = fc.tuple(
      connection,
      heardAgo,
      fc.boolean(),
      fc.boolean(),
      fc.integer({ min: 0, max: 60_000 }),
      fc.option(fc.integer({ min: 0, max: 60_000 })),
    )
    fc.assert(
      fc.property(all, ([state, ago, hasGap, caughtUp, behindFor, owedFor]) => {
        const now = 100_000
        const facts: StreamFacts = {
          ...live,
          connection: state,
          heard: { monotonicMs: now - ago, at: now - ago },
          gap: hasGap ? 'gap' : null,
          caughtUp,
          behindSinceMs: behindFor === 0 ? null : now - behindFor,
          unansweredSinceMs: owedFor === null ? null : now - owedFor,
        }
        const isProven =
          state.name === 'following' &&
          ago < 20_000 &&
          !hasGap &&
          caughtUp &&
          behindFor <= facts.heartbeatMs &&
          (owedFor ?? 0) < 20_000
        expect(judgeFreshness(facts, { now, monotonicMs: now }, null).state === 'live').toBe(isProven)
      }),
    )
  })
})
