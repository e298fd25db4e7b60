import { describe, expect, it } from 'vitest'
import { networkKey, WayMemory } from '../../src-main/core/connection/way-memory.ts'

const network = 'https://incidents.example via no proxy'

function memory(remembered: string[] = []) {
  const kept: [string, boolean][] = []
  const clock = { ms: 0, now: () => 0, monotonic: () => clock.ms, setTimer: () => () => undefined }
  const ways = new WayMemory({
    clock,
    remembered,
    keep: (name, needsLongPoll) => void kept.push([name, needsLongPoll]),
  })
  return { ways, clock, kept }
}

describe('which way is taken', () => {
  it('is a WebSocket first, and polling after one that did not pass', () => {
    const { ways } = memory()
    expect(ways.choose(network)).toBe('websocket')
    ways.failed(network, 'websocket', true)
    expect(ways.choose(network)).toBe('longPoll')
  })

  it('stays a WebSocket when the server was not there at all', () => {
    const { ways } = memory()
    ways.failed(network, 'websocket', false)
    expect(ways.choose(network)).toBe('websocket')
  })

  it('doubts a WebSocket that has passed before only the second time', () => {
    const { ways } = memory()
    ways.passed(network, 'websocket')
    ways.failed(network, 'websocket', true)
    expect(ways.choose(network)).toBe('websocket')
    ways.failed(network, 'websocket', true)
    expect(ways.choose(network)).toBe('longPoll')
  })

  it('goes back to the WebSocket when polling fails too', () => {
    const { ways } = memory()
    ways.failed(network, 'websocket', true)
    ways.failed(network, 'longPoll', false)
    expect(ways.choose(network)).toBe('websocket')
  })

  it('tries a WebSocket again now and then, ever more rarely', () => {
    const { ways, clock, kept } = memory()
    ways.failed(network, 'websocket', true)
    ways.passed(network, 'longPoll')
    expect(kept).toEqual([[network, true]])
    for (const waitMs of [30_000, 120_000, 600_000, 600_000]) {
      expect(ways.retryInMs(network)).toBe(waitMs)
      expect(ways.choose(network)).toBe('longPoll')
      clock.ms += waitMs
      expect(ways.choose(network)).toBe('websocket')
      ways.failed(network, 'websocket', true)
      expect(ways.choose(network)).toBe('longPoll')
      ways.passed(network, 'longPoll')
    }
    clock.ms += 600_000
    ways.passed(network, 'websocket')
    expect(kept).toEqual([
      [network, true],
      [network, false],
    ])
    expect(ways.choose(network)).toBe('websocket')
  })

  it('begins with what worked in an earlier run, until the network may be another', () => {
    const { ways } = memory([network])
    expect(ways.choose(network)).toBe('longPoll')
    expect(ways.choose('https://other.example via no proxy')).toBe('websocket')
    ways.reconsider()
    expect(ways.choose(network)).toBe('websocket')
  })

  it('knows networks by server and proxy, and never by a password', () => {
    expect(networkKey('https://incidents.example/base', 'http://mira:secret@proxy.example:3128')).toBe(
      'https://incidents.example via proxy.example:3128',
    )
  })
})
