import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { Announcer, quietMs } from '../../src-renderer/state/announcer.ts'

beforeEach(() => vi.useFakeTimers())
afterEach(() => vi.useRealTimers())

function listen(announcer: Announcer): string[] {
  const said: string[] = []
  announcer.store.subscribe(({ sentence }) => said.push(sentence))
  return said
}

describe('what a screen reader is told', () => {
  it('is at most one sentence every five seconds in a storm, and the latest', () => {
    const announcer = new Announcer()
    const said = listen(announcer)
    for (let index = 0; index <= 1000; index += 1) {
      announcer.say(`sentence ${index}`)
      vi.advanceTimersByTime(10)
    }
    expect(said.length).toBeLessThanOrEqual(1 + Math.ceil(10_010 / quietMs))
    expect(said[1]).toBe('sentence 499')
  })

  it('does not let an incident push out that freshness was lost', () => {
    const announcer = new Announcer()
    const said = listen(announcer)
    announcer.say('first')
    announcer.say('Blind.', true)
    announcer.say('another incident')
    vi.advanceTimersByTime(quietMs)
    expect(said).toEqual(['first', 'Blind.'])
  })
})
