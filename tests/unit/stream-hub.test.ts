import { describe, expect, it } from 'vitest'
import type { StoredEntry } from '../../src-server/log/log-store.ts'
import type { FollowerOutlet } from '../../src-server/stream/follower.ts'
import { jsonEncoding } from '../../src-server/stream/frame-encoding.ts'
import { Hub } from '../../src-server/stream/hub.ts'
import { openReader } from '../../src-server/stream/reader.ts'
import { createSubscription } from '../../src-server/stream/subscription.ts'
import { createMemoryLogStore, type MemoryLogStore } from '../support/memory-log-store.ts'

const epoch = '0192f79f-0000-7000-8000-000000000001'
const serverId = '0192f79f-0000-7000-8000-0000000000aa'
const megabyte = 1_048_576

function event(id = 'e'): Omit<StoredEntry, 'seq' | 'at' | 'json'> {
  return { kind: 'event', incidentId: null, serviceIds: [], thing: `event:${id}` }
}

function open(): { store: MemoryLogStore; hub: Hub; reads: () => number } {
  const inner = createMemoryLogStore({ epoch, serverId })
  let reads = 0
  const store: MemoryLogStore = {
    ...inner,
    read: (...range) => {
      reads += 1
      return inner.read(...range)
    },
  }
  const clock = { now: () => Date.now(), monotonic: () => performance.now() }
  const onError = (error: unknown): never => {
    throw error
  }
  const hub = new Hub({ store, clock, random: () => 0, heartbeatMs: 1e6, compressLive: false, onError })
  return { store, hub, reads: () => reads }
}

/** An outlet whose network takes nothing. */
function stuckOutlet(takesCompressed = false) {
  const sent: Buffer[] = []
  const outlet: FollowerOutlet = {
    encoding: jsonEncoding,
    takesCompressed,
    send: (message) => void sent.push(message),
    unsentBytes: () => sent.reduce((sum, message) => sum + message.length, 0),
    reset: () => undefined,
    subscribed: () => undefined,
    failed: (error) => {
      throw error
    },
  }
  return { outlet, sent }
}

const someTurns = () => new Promise((resolve) => setTimeout(resolve, 50))

describe('a reader that takes nothing', () => {
  it.each([1, 100, 2_000, 40_000])(
    'holds a megabyte at most when %d changes come at a time',
    async (group) => {
      const { store, hub } = open()
      const { outlet } = stuckOutlet()
      hub.join(openReader(hub.context, { epoch, seq: 0 }, createSubscription(['feed:all'])).state, outlet)
      const long = 'x'.repeat(200)
      for (let total = 0; total < 40_000; total += group) {
        store.commit(...Array.from({ length: group }, () => event(long)))
        if (total % 2_000 === 0) await new Promise((resolve) => setImmediate(resolve))
      }
      await someTurns()
      expect(outlet.unsentBytes()).toBeGreaterThan(megabyte / 4)
      expect(outlet.unsentBytes()).toBeLessThanOrEqual(megabyte)
      hub.close()
    },
  )
})

describe('what a reader that takes nothing holds of batches', () => {
  const states = (text: string, alerts: number) => (n: number) => ({
    kind: 'alert' as const,
    incidentId: null,
    serviceIds: [],
    thing: `alert:${n % alerts} ${text}`,
  })
  it.each([
    ['of a storm, whose batches are the largest', states('x'.repeat(1_200), 400)],
    ['of a storm on more than fits into one', states('x'.repeat(1_200), 1_000)],
    ['in a script that takes three bytes a character', states('障'.repeat(1_200), 300)],
  ])('leaves a quarter of its megabyte for answers: %s', async (_, state) => {
    const { store, hub } = open()
    store.commit(...Array.from({ length: 20_000 }, (_each, n) => state(n)))
    const { outlet } = stuckOutlet()
    const channels = createSubscription(['incidents'])
    hub.join(openReader(hub.context, { epoch, seq: 0 }, channels).state, outlet)
    for (let last = 0; last === 0 || outlet.unsentBytes() > last; await someTurns())
      last = outlet.unsentBytes()
    expect(outlet.unsentBytes()).toBeGreaterThan(megabyte / 4)
    expect(outlet.unsentBytes()).toBeLessThanOrEqual((megabyte * 3) / 4)
    hub.close()
  })
})

describe('a commit of tens of thousands', () => {
  it('leaves others their turns while it is handed out', async () => {
    const { store, hub, reads } = open()
    const { outlet } = stuckOutlet()
    const taking = { ...outlet, unsentBytes: () => 0 }
    hub.join(openReader(hub.context, { epoch, seq: 0 }, createSubscription(['feed:all'])).state, taking)
    await someTurns()
    const before = reads()
    store.commit(...Array.from({ length: 20_000 }, () => event()))
    await new Promise((resolve) => setImmediate(resolve))
    expect(reads() - before).toBeLessThan(4)
    for (let last = -1; last < reads(); await someTurns()) last = reads()
    expect(reads() - before).toBeGreaterThanOrEqual(10)
    hub.close()
  })

  it('is read for nobody where nobody takes it', async () => {
    const { store, hub, reads } = open()
    const { outlet } = stuckOutlet()
    hub.join(openReader(hub.context, { epoch, seq: 0 }, createSubscription(['feed:all'])).state, outlet)
    store.commit(...Array.from({ length: 20_000 }, () => event('x'.repeat(200))))
    for (let last = -1; last < reads(); await someTurns()) last = reads()
    const before = reads()
    store.commit(...Array.from({ length: 20_000 }, () => event('x'.repeat(200))))
    await someTurns()
    expect(reads()).toBe(before)
    hub.close()
  })
})

describe('a reader at the head', () => {
  it('is told that it was lost when the log forgot what was not delivered yet', async () => {
    const { store, hub } = open()
    store.commit(event(), event())
    const { outlet, sent } = stuckOutlet()
    const resets: string[] = []
    hub.join(openReader(hub.context, { epoch, seq: 2 }, createSubscription(['feed:all'])).state, {
      ...outlet,
      reset: (reason) => void resets.push(reason),
    })
    await someTurns()
    store.forgetUpTo(4)
    store.commit(...Array.from({ length: 6 }, () => event()))
    await someTurns()
    expect(resets).toEqual(['tooOld'])
    expect(sent.map((message) => /"type":"(\w+)"/.exec(message.toString())?.[1])).toEqual(['snapshot'])
    hub.close()
  })

  it('gets a large commit in several messages, or what it holds of it had no end', async () => {
    const { store, hub } = open()
    const { outlet, sent } = stuckOutlet()
    hub.join(openReader(hub.context, { epoch, seq: 0 }, createSubscription(['feed:all'])).state, outlet)
    await someTurns()
    store.commit(...Array.from({ length: 2_000 }, () => event('x'.repeat(2_000))))
    await someTurns()
    expect(sent.length).toBeGreaterThan(0)
    for (const message of sent) expect(message.length).toBeLessThan(megabyte / 2)
    hub.close()
  })

  it('hears its first heartbeat after a part of the time that chance gives, then after each', async () => {
    const store = createMemoryLogStore({ epoch, serverId })
    let now = 0
    const clock = { now: () => now, monotonic: () => now }
    const onError = () => undefined
    const hub = new Hub({
      store,
      clock,
      random: () => 0.3,
      heartbeatMs: 10_000,
      compressLive: false,
      onError,
    })
    const { outlet, sent } = stuckOutlet()
    const subscription = createSubscription(['feed:all'])
    const follower = hub.join(openReader(hub.context, { epoch, seq: 0 }, subscription).state, outlet)
    await someTurns()
    const heardAt: number[] = []
    for (; now <= 30_000; now += 500) {
      const before = sent.length
      follower.beat(now, 10_000)
      if (sent.length > before) heardAt.push(now)
    }
    expect(heardAt).toEqual([3_000, 13_000, 23_000])
    hub.close()
  })
})

describe('readers who come back together', () => {
  it('share what is read, encoded and compressed for them', async () => {
    const { store, hub, reads } = open()
    store.commit(...Array.from({ length: 1_000 }, (_, n) => event(String(n))))
    const outlets = Array.from({ length: 50 }, () => stuckOutlet(true))
    for (const { outlet } of outlets) {
      const { state } = openReader(hub.context, { epoch, seq: 0 }, createSubscription(['feed:all']))
      hub.join(state, outlet)
    }
    const alone = stuckOutlet()
    hub.join(openReader(hub.context, { epoch, seq: 0 }, createSubscription(['feed:all'])).state, alone.outlet)
    await someTurns()
    const [first] = outlets
    expect(first?.sent).toHaveLength(1)
    for (const { sent } of outlets) expect(sent[0]).toBe(first?.sent[0])
    expect(reads()).toBe(1)
    expect(alone.sent).toHaveLength(1)
    expect(first?.sent[0]?.length).toBeLessThan((alone.sent[0]?.length ?? 0) / 4)
    hub.close()
  })

  it('but not with those who have other channels or stand elsewhere', async () => {
    const { store, hub } = open()
    store.commit(...Array.from({ length: 10 }, (_, n) => event(String(n))))
    const places = [
      { seq: 0, channels: ['feed:all'] },
      { seq: 3, channels: ['feed:all'] },
      { seq: 0, channels: ['feed:all', 'shift-log'] },
    ]
    const all = places.map(({ seq, channels }) => {
      const { outlet, sent } = stuckOutlet()
      hub.join(openReader(hub.context, { epoch, seq }, createSubscription(channels)).state, outlet)
      return sent
    })
    await someTurns()
    expect(new Set(all.map((sent) => sent[0])).size).toBe(3)
    hub.close()
  })
})

describe('spreadMs', () => {
  it('grows with the readers, those who poll included', async () => {
    const { hub } = open()
    expect(hub.spreadMs()).toBe(500)
    let release: () => void = () => undefined
    const held = new Promise<void>((resolve) => {
      release = resolve
    })
    const polls = Array.from({ length: 100 }, () => hub.whilePolled(() => held))
    expect(hub.spreadMs()).toBe(2_000)
    release()
    await Promise.all(polls)
    expect(hub.spreadMs()).toBe(500)
    hub.close()
  })
})
