import { beforeEach, describe, expect, it } from 'vitest'
import { AdaptiveTransport } from '../../src-main/core/connection/adaptive-transport.ts'
import { Connection, type ConnectionOptions } from '../../src-main/core/connection/connection.ts'
import type { ConnectionState } from '../../src-main/core/connection/state-machine.ts'
import type {
  Transport,
  TransportEvents,
  TransportLink,
  TransportTarget,
} from '../../src-main/core/connection/transport.ts'
import { watchForWake } from '../../src-main/core/connection/wake-watch.ts'
import { WayMemory } from '../../src-main/core/connection/way-memory.ts'
import type { Batch, Welcome } from '../../src-shared/protocol/frames.ts'
import { VirtualTime } from '../model/virtual-time.ts'

const id = '0192f79f-0000-7000-8000-000000000001'
const welcome: Welcome = {
  type: 'welcome',
  protocol: 1,
  serverId: id,
  epoch: id,
  head: 0,
  at: 1,
  operator: { name: 'mira', role: 'viewer' },
  resumed: true,
  resetReason: null,
  heartbeatMs: 15_000,
  staleMs: 20_000,
  commandsTogether: 50,
  deadMs: 35_000,
}
const heartbeat = (spreadMs: number): Batch => ({
  type: 'batch',
  from: 0,
  to: 0,
  head: 0,
  at: 1,
  superseded: 0,
  skipped: 0,
  spreadMs,
  entries: [],
})

/** A transport whose other end is the test. */
class ScriptedTransport implements Transport {
  readonly kind: Transport['kind']
  readonly opened: TransportEvents[] = []
  isDropped = false

  constructor(kind: Transport['kind'] = 'websocket') {
    this.kind = kind
  }

  open(_target: TransportTarget, events: TransportEvents): TransportLink {
    this.opened.push(events)
    this.isDropped = false
    return {
      send: () => undefined,
      setPaused: () => undefined,
      drop: () => {
        this.isDropped = true
      },
    }
  }

  get events(): TransportEvents {
    const newest = this.opened.at(-1)
    if (!newest) throw new Error('nothing was opened')
    return newest
  }
}

let time: VirtualTime
beforeEach(() => {
  time = new VirtualTime()
})

function connectionOver(transport: Transport, more: Partial<ConnectionOptions> = {}): Connection {
  return new Connection({
    ports: {
      clock: time,
      randomness: { fraction: () => 0.5, id: () => id },
      proxies: { proxyFor: () => Promise.resolve(null) },
    },
    transport,
    target: () => Promise.resolve({ url: 'http://server', token: 'token' }),
    hello: () => Promise.resolve({ type: 'ack', id: 1, seq: 0 }),
    onFrame: () => undefined,
    onState: () => undefined,
    ...more,
  })
}

async function following() {
  const transport = new ScriptedTransport()
  const connection = connectionOver(transport)
  connection.tell({ kind: 'start' })
  await time.pass(1)
  transport.events.onOpen()
  transport.events.onHeard()
  transport.events.onFrame(welcome)
  await time.pass(1)
  expect(connection.state.name).toBe('following')
  return { transport, connection }
}

describe('a connection', () => {
  it('that is not read from, because this side is busy, is not taken for dead by that', async () => {
    const { transport, connection } = await following()
    connection.setPaused(true)
    await time.pass(120_000)
    expect([connection.state.name, transport.isDropped]).toEqual(['following', false])
    connection.setPaused(false)
    await time.pass(34_000)
    expect(connection.state.name).toBe('following')
    expect(transport.opened).toHaveLength(1)
    await time.pass(2_000)
    expect(transport.opened).toHaveLength(2)
  })

  it('does not wait for ever for a key store or a proxy setting, says so, and tries again', async () => {
    const never = (): Promise<never> => new Promise(() => undefined)
    const ports = {
      clock: time,
      randomness: { fraction: () => 0.5, id: () => id },
      proxies: { proxyFor: never },
    }
    for (const [silent, what] of [
      [{ target: never }, 'the token for this server'],
      [{ ports }, 'which proxy to use'],
    ] as const) {
      const transport = new ScriptedTransport()
      const states: string[] = []
      const onState = (state: ConnectionState): void =>
        void states.push('message' in state ? state.message : state.name)
      const connection = connectionOver(transport, { ...silent, onState })
      connection.tell({ kind: 'start' })
      await time.pass(59_000)
      expect(connection.state.name).toBe('connecting')
      await time.pass(30_000)
      expect(states).toEqual(['connecting', `this computer has not said for 60 s ${what}`, 'connecting'])
      connection.tell({ kind: 'stop' })
      expect(transport.opened).toEqual([])
    }
  })

  it('that is lost comes back within the spread that was said last', async () => {
    const { transport, connection } = await following()
    for (const spreadMs of [500, 8_000]) transport.events.onFrame(heartbeat(spreadMs))
    const lostAt = time.now()
    transport.events.onEnd({ message: 'cut', retry: 'later', retryAfterMs: null })
    expect(connection.state).toMatchObject({ name: 'waiting', dueAt: lostAt + 4_000 })
  })
})

describe('a WebSocket', () => {
  it('over which no frame comes does not pass, though it was opened: the next attempt polls', async () => {
    const [webSocket, longPoll] = [new ScriptedTransport(), new ScriptedTransport('longPoll')]
    const ways = new WayMemory({ clock: time, remembered: [], keep: () => undefined })
    const connection = connectionOver(new AdaptiveTransport({ clock: time, ways, webSocket, longPoll }))
    connection.tell({ kind: 'start' })
    await time.pass(1)
    webSocket.events.onOpen()
    await time.pass(4_900)
    expect([connection.state.name, webSocket.isDropped]).toEqual(['greeting', false])
    await time.pass(1_000)
    expect([webSocket.opened.length, webSocket.isDropped, longPoll.opened.length > 0]).toEqual([
      1,
      true,
      true,
    ])
  })
})

describe('a sleep of the machine', () => {
  it('is known by a wall clock that ran ahead of the monotonic one, and not by one that was set back', async () => {
    let wakes = 0
    const stop = watchForWake(time, () => (wakes += 1))
    await time.pass(20_000)
    time.jump(-3_600_000)
    await time.pass(20_000)
    time.jump(9_000)
    await time.pass(20_000)
    expect(wakes).toBe(0)
    time.jump(60_000)
    await time.pass(6_000)
    expect(wakes).toBe(1)
    stop()
    time.jump(60_000)
    await time.pass(20_000)
    expect(wakes).toBe(1)
  })
})
