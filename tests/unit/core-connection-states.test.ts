import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  idle,
  isConnected,
  transition,
  type ConnectionEvent,
  type ConnectionState,
  type Ending,
} from '../../src-main/core/connection/state-machine.ts'

const chance = { now: 1_000, fraction: 0.5 }
const later: Ending = { message: 'gone', retry: 'later', retryAfterMs: null }

function run(state: ConnectionState, ...events: ConnectionEvent[]) {
  const effects: string[] = []
  for (const event of events) {
    const next = transition(state, event, chance)
    state = next.state
    effects.push(
      ...next.effects.map((effect) => (effect.kind === 'arm' ? `arm ${effect.afterMs}` : effect.kind)),
    )
  }
  return { state, effects }
}

const following = run(idle, { kind: 'start' }, { kind: 'opened' }, { kind: 'welcomed' }).state

describe('the states of a connection', () => {
  it('opens, greets and follows', () => {
    expect(following).toEqual({ name: 'following', spreadMs: null })
  })

  it('waits longer with each failure, and begins anew after a welcome', () => {
    const failed = { kind: 'ended', ending: later } as const
    const steps = run(idle, { kind: 'start' }, failed, { kind: 'due' }, failed, { kind: 'due' }, failed)
    expect(steps.effects).toEqual(['open', 'arm 500', 'open', 'arm 1000', 'open', 'arm 2000'])
    expect(run(following, failed).effects).toEqual(['arm 250'])
  })

  it('draws the first delay after losing a server from its spread', () => {
    expect(
      run(following, { kind: 'spread', spreadMs: 8_000 }, { kind: 'ended', ending: later }).effects,
    ).toEqual(['arm 4000'])
  })

  it('comes back at once, later, or not at all, as the ending says', () => {
    const end = (ending: Partial<Ending>) =>
      run(following, { kind: 'ended', ending: { ...later, ...ending } })
    expect(end({ retry: 'now' }).effects).toEqual(['arm 0'])
    expect(end({ retryAfterMs: 3_000 }).effects).toEqual(['arm 3250'])
    expect(end({ retry: 'never' })).toEqual({ state: { name: 'halted', message: 'gone' }, effects: [] })
  })

  it('is hurried only while it waits: a connection that works is left alone', () => {
    expect(run(following, { kind: 'hurry' }).effects).toEqual([])
    const waiting = run(following, { kind: 'ended', ending: later }).state
    expect(run(waiting, { kind: 'hurry' }).effects).toEqual(['disarm', 'open'])
  })

  it('replaces the socket after a wake, whatever it claims', () => {
    expect(run(following, { kind: 'woke' }).effects).toEqual(['drop', 'open'])
  })

  it('goes on after a refused token only with another one, or when a person asks', () => {
    const halted: ConnectionState = { name: 'halted', message: 'no' }
    expect(run(halted, { kind: 'woke' }).effects).toEqual([])
    expect(run(halted, { kind: 'changed' }).effects).toEqual(['open'])
    expect(run(halted, { kind: 'hurry' }).effects).toEqual(['open'])
  })

  it('never has two sockets or two timers, whatever happens in whatever order', () => {
    const ending = fc.record({
      message: fc.constant('x'),
      retry: fc.constantFrom('now' as const, 'later' as const, 'never' as const),
      retryAfterMs: fc.constantFrom(null, 1_000),
    })
    const event = fc.oneof(
      fc
        .constantFrom('start', 'opened', 'welcomed', 'due', 'hurry', 'woke', 'changed', 'stop')
        .map((kind): ConnectionEvent => ({ kind })),
      ending.map((given): ConnectionEvent => ({ kind: 'ended', ending: given })),
      ending.map((given): ConnectionEvent => ({ kind: 'givenUp', ending: given })),
    )
    fc.assert(
      fc.property(fc.array(event, { maxLength: 60 }), (events) => {
        let state = idle
        let sockets = 0
        let timers = 0
        for (const each of events) {
          // The world's own events come only when they can.
          if (each.kind === 'ended' && sockets === 0) continue
          if (each.kind === 'due' && timers === 0) continue
          if (each.kind === 'ended') sockets -= 1
          if (each.kind === 'due') timers -= 1
          const next = transition(state, each, chance)
          state = next.state
          for (const effect of next.effects) {
            if (effect.kind === 'open') sockets += 1
            if (effect.kind === 'drop') sockets -= 1
            if (effect.kind === 'arm') timers += 1
            if (effect.kind === 'disarm') timers -= 1
          }
          expect(sockets).toBe(isConnected(state) ? 1 : 0)
          expect(timers).toBe(state.name === 'waiting' ? 1 : 0)
        }
      }),
    )
  })
})
