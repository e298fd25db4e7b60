import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Channel } from '../../src-shared/protocol/channels.ts'
import type { StoredEntry } from '../../src-server/log/log-store.ts'
import { createFeedTail, tailEvents } from '../../src-server/stream/feed-tail.ts'
import {
  isAtHead,
  lostContinuity,
  lostPlace,
  openReader,
  readNext,
  withChannels,
  type ReaderContext,
  type ReaderState,
} from '../../src-server/stream/reader.ts'
import { readPlace, writePlace } from '../../src-server/stream/snapshot-cursor.ts'
import type { BatchFrame, SnapshotFrame } from '../../src-server/stream/stream-frame.ts'
import { createSubscription } from '../../src-server/stream/subscription.ts'
import { createMemoryLogStore, type MemoryLogStore } from '../support/memory-log-store.ts'

const epoch = '0192f79f-0000-7000-8000-000000000001'
const serverId = '0192f79f-0000-7000-8000-0000000000aa'
const incidentIds = [0, 1, 2, 3].map((n) => `0192f7a0-1111-7000-8000-00000000004${n}`)
const [watched = ''] = incidentIds

type NewEntry = Omit<StoredEntry, 'seq' | 'at' | 'json'>

function incident(id: string): NewEntry {
  return { kind: 'incident', incidentId: id, serviceIds: [], thing: `incident:${id}` }
}
function event(id: string | null): NewEntry {
  return { kind: 'event', incidentId: id, serviceIds: [], thing: null }
}

function open(store: MemoryLogStore, channels: Channel[], seq: number) {
  const context = contextOf(store)
  const opened = openReader(context, { epoch, seq }, createSubscription(channels))
  return { context, ...opened }
}

function contextOf(store: MemoryLogStore): ReaderContext {
  return { store, tail: createFeedTail(store), clock: { now: () => 1000 }, spreadMs: () => 500 }
}

async function readToHead(context: ReaderContext, start: ReaderState) {
  const frames: (BatchFrame | SnapshotFrame)[] = []
  let state = start
  while (!isAtHead(context.store, state)) {
    const step = await readNext(context, state)
    frames.push(step.frame)
    state = step.state
  }
  return { frames, state }
}

describe('a reader that is behind', () => {
  it('gets the newest state of each thing, and is told how many were left out', async () => {
    const store = createMemoryLogStore({ serverId, epoch })
    store.commit(...Array.from({ length: 10 }, () => incident(watched)))
    const { context, state } = open(store, ['incidents'], 0)
    const { frames } = await readToHead(context, state)
    expect(frames).toMatchObject([{ type: 'batch', from: 0, to: 10, superseded: 9, skipped: 0 }])
    expect(frames[0]?.entries.map((entry) => entry.seq)).toEqual([10])
  })

  it('misses nothing of an incident that it follows', async () => {
    const store = createMemoryLogStore({ serverId, epoch })
    store.commit(...Array.from({ length: 10 }, () => incident(watched)))
    const { context, state } = open(store, ['incidents', `incident:${watched}`], 0)
    const { frames } = await readToHead(context, state)
    expect(frames[0]?.entries).toHaveLength(10)
  })

  it('skips to the newest events of a tail, and is told how many it missed', async () => {
    const store = createMemoryLogStore({ serverId, epoch })
    store.commit(...Array.from({ length: tailEvents + 500 }, () => event(null)))
    const { context, state } = open(store, ['feed:tail'], 0)
    const { frames } = await readToHead(context, state)
    expect(sum(frames, 'skipped')).toBe(500)
    expect(frames.flatMap((frame) => frame.entries)).toHaveLength(tailEvents)
  })

  it('finds out anew where the tail begins, once the log has grown', async () => {
    const store = createMemoryLogStore({ serverId, epoch })
    const tail = createFeedTail(store)
    store.commit(...Array.from({ length: tailEvents }, () => event(null)))
    expect(await tail.floor()).toBe(0)
    store.commit(...Array.from({ length: 100 }, () => event(null)))
    expect(await tail.floor()).toBe(100)
  })

  it('gets every event of feed:all', async () => {
    const store = createMemoryLogStore({ serverId, epoch })
    store.commit(...Array.from({ length: tailEvents + 2_500 }, () => event(null)))
    const { context, state } = open(store, ['feed:all', 'feed:tail'], 0)
    const { frames } = await readToHead(context, state)
    expect(sum(frames, 'skipped')).toBe(0)
    expect(frames.flatMap((frame) => frame.entries)).toHaveLength(tailEvents + 2_500)
  })

  it('passes over what does not concern it, in one batch from its own cursor', async () => {
    const store = createMemoryLogStore({ serverId, epoch })
    store.commit(...Array.from({ length: 5_000 }, () => event(null)), incident(watched))
    const { context, state } = open(store, ['incidents'], 0)
    const { frames } = await readToHead(context, state)
    expect(frames).toMatchObject([{ from: 0, to: 5_001, entries: [{ seq: 5_001 }] }])
  })
})

describe('a reader whom nothing in a long log concerns', () => {
  it('is told every few thousand entries how far it is complete: else it would take the server for dead', async () => {
    const store = createMemoryLogStore({ serverId, epoch })
    store.commit(...Array.from({ length: 50_000 }, () => event(null)), incident(watched))
    const { context, state } = open(store, ['incidents'], 0)
    const { frames } = await readToHead(context, state)
    expect(frames.flatMap((frame) => frame.entries.map(({ seq }) => seq))).toEqual([50_001])
    let cursor = 0
    for (const frame of frames) {
      if (frame.type !== 'batch') throw new Error('a valid cursor needs no snapshot')
      expect(frame.from).toBe(cursor)
      expect(frame.to - frame.from).toBeLessThanOrEqual(16_000)
      cursor = frame.to
    }
    expect(cursor).toBe(50_001)
  })
})

describe('any reader of any log', () => {
  const entries = fc.array(
    fc.oneof(fc.constantFrom(...incidentIds).map(incident), fc.constantFrom(...incidentIds, null).map(event)),
    { maxLength: 60 },
  )
  const channels = fc.uniqueArray(
    fc.constantFrom('incidents', 'feed:all', 'feed:tail', 'sources', `incident:${watched}`),
    { minLength: 1 },
  )

  it('gets batches without gaps whose newest states are those of the log', async () => {
    await fc.assert(
      fc.asyncProperty(entries, channels, fc.nat(60), async (log, wanted, start) => {
        const store = createMemoryLogStore({ serverId, epoch })
        if (log.length > 0) store.commit(...log)
        const from = Math.min(start, log.length)
        const { context, state } = open(store, wanted, from)
        const { frames, state: end } = await readToHead(context, state)
        let cursor = from
        for (const frame of frames) {
          if (frame.type !== 'batch') throw new Error('a valid cursor needs no snapshot')
          expect(frame.from).toBe(cursor)
          cursor = frame.to
        }
        expect(end.cursor).toEqual({ epoch, seq: log.length })
        const { match } = createSubscription(wanted)
        const all = (await store.read(from, log.length, log.length)).filter((entry) => match(entry).wanted)
        const got = frames.flatMap((frame) => [...frame.entries])
        expect(newestStates(got)).toEqual(newestStates(all))
        const whole = (list: readonly StoredEntry[]) => list.filter((entry) => match(entry).whole)
        expect(whole(got)).toEqual(whole(all))
        expect(got.length + sum(frames, 'superseded')).toBe(all.length)
      }),
    )
  })
})

describe('a cursor', () => {
  it('that cannot be continued leads to a snapshot, with the reason', () => {
    const store = createMemoryLogStore({ serverId, epoch })
    store.commit(incident(watched), incident(watched), incident(watched))
    store.forgetUpTo(2)
    const context = contextOf(store)
    const subscription = createSubscription(['incidents'])
    const reasonFor = (cursor: Parameters<typeof openReader>[1]) =>
      openReader(context, cursor, subscription).reason
    expect(reasonFor(null)).toBe('first')
    expect(reasonFor({ epoch: serverId, seq: 1 })).toBe('otherEpoch')
    expect(reasonFor({ epoch, seq: 4 })).toBe('beyondHead')
    expect(reasonFor({ epoch, seq: 1 })).toBe('tooOld')
    expect(reasonFor({ epoch, seq: 3, page: 'nonsense' })).toBe('expired')
    expect(reasonFor({ epoch, seq: 2 })).toBeNull()
  })

  it('in the middle of a snapshot is valid for its own channels only, and is all that the server needs', async () => {
    const store = createMemoryLogStore({ serverId, epoch })
    const many = Array.from({ length: 1_500 }, (_, n) =>
      incident(`0192f7a0-2222-7000-8000-${String(n).padStart(12, '0')}`),
    )
    store.commit(...many)
    const context = contextOf(store)
    const subscription = createSubscription(['incidents', 'feed:tail'])
    const { state, reason } = openReader(context, null, subscription)
    expect(reason).toBe('first')
    const first = await readNext(context, state)
    expect(first.frame).toMatchObject({
      type: 'snapshot',
      page: 0,
      last: false,
      reset: true,
      position: 1_500,
    })
    store.commit(incident(watched))
    const cursor = structuredClone(first.state.cursor)
    expect(openReader(context, cursor, createSubscription(['incidents'])).reason).toBe('expired')
    const resumed = openReader(context, cursor, createSubscription(['feed:tail', 'incidents']))
    expect(resumed.reason).toBeNull()
    const { frames } = await readToHead(context, resumed.state)
    expect(frames).toMatchObject([
      { type: 'snapshot', page: 1, last: true, next: { epoch, seq: 1_500 } },
      { type: 'batch', from: 1_500, to: 1_501 },
    ])
    const things = [first.frame, ...frames].flatMap((frame) => frame.entries.map((entry) => entry.thing))
    expect(new Set(things).size).toBe(1_501)
  })
})

describe('a log that forgets', () => {
  const events = (count: number) => Array.from({ length: count }, () => event(null))

  it('is told where it is complete to, when it forgets what a long read was about to come to', async () => {
    const store = createMemoryLogStore({ epoch, serverId })
    store.commit(...events(5_000))
    const { context, state } = open(store, ['shift-log'], 0)
    const reading = readNext(context, state)
    store.forgetUpTo(3_000)
    const { frame, state: after } = await reading
    expect(frame).toMatchObject({ type: 'batch', from: 0, to: 2_000, entries: [] })
    expect(lostPlace(store, after)).toBe('tooOld')
  })

  it('a reader is not lost while only what did not concern it is forgotten', () => {
    const store = createMemoryLogStore({ epoch, serverId })
    store.commit(...events(100))
    const { state } = open(store, ['shift-log'], 0)
    const passed = { ...state, scannedTo: 100 }
    store.forgetUpTo(60)
    expect(lostPlace(store, passed)).toBeNull()
    expect(lostPlace(store, state)).toBe('tooOld')
  })
})

describe('a change of channels', () => {
  it('brings a snapshot of what is new, at the position of the change', async () => {
    const store = createMemoryLogStore({ serverId, epoch })
    store.commit(event(watched), incident(watched), event(watched))
    const { context, state } = open(store, ['incidents'], 3)
    const wanted = createSubscription(['incidents', `incident:${watched}`])
    const { frames } = await readToHead(context, withChannels(context, state, wanted))
    expect(frames).toMatchObject([
      { type: 'snapshot', reset: false, position: 3, channels: [`incident:${watched}`], last: true },
    ])
    expect(frames[0]?.entries.map((entry) => entry.seq)).toEqual([1, 2, 3])
  })

  it('that only removes channels brings none', () => {
    const store = createMemoryLogStore({ serverId, epoch })
    store.commit(event(watched))
    const { context, state } = open(store, ['incidents', 'sources'], 1)
    const changed = withChannels(context, state, createSubscription(['sources']))
    expect(changed.cursor).toEqual({ epoch, seq: 1 })
    expect(lostContinuity(store, changed.cursor, changed.subscription)).toBeNull()
  })
})

describe('a place in a snapshot', () => {
  it('comes back as it was written, within the 512 characters of a cursor, with 64 channels', () => {
    const channels = Array.from(
      { length: 64 },
      (_, n) => `incident:0192f7a0-1111-7000-8000-${String(n).padStart(12, '0')}`,
    )
    const subscription = createSubscription(channels)
    const some = subscription.channels.filter((_, index) => index % 3 === 0)
    const place = {
      id: 's-9007199254740991-zzzzzzzz',
      reset: false,
      page: 12,
      after: 'x'.repeat(200),
      channels: some,
    }
    const text = writePlace(place, subscription)
    expect(text.length).toBeLessThanOrEqual(512)
    expect(readPlace(text, subscription)).toEqual(place)
  })

  it('is refused when anything else was written', () => {
    const subscription = createSubscription(['incidents'])
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(readPlace(text, subscription)).toBeNull()
      }),
    )
  })
})

function sum(frames: readonly (BatchFrame | SnapshotFrame)[], field: 'superseded' | 'skipped'): number {
  return frames.reduce((total, frame) => total + (frame.type === 'batch' ? frame[field] : 0), 0)
}

function newestStates(entries: readonly StoredEntry[]): Map<string, number> {
  return new Map(
    entries.flatMap((entry) => (entry.thing === null ? [] : [[entry.thing, entry.seq] as const])),
  )
}
