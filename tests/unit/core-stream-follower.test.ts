import { v7 as uuidv7 } from 'uuid'
import { describe, expect, it } from 'vitest'
import type { Ending } from '../../src-main/core/connection/state-machine.ts'
import { defaultNotifySettings } from '../../src-main/core/notify/policy.ts'
import type { StoreChanges, StoredPosition } from '../../src-main/core/store/store-api.ts'
import type { StoreClient } from '../../src-main/core/store/store-client.ts'
import { StreamFollower } from '../../src-main/core/sync/stream-follower.ts'
import { systemClock } from '../../src-main/core/system-clock.ts'
import type { Batch, ClientFrame, Welcome } from '../../src-shared/protocol/frames.ts'

const serverId = uuidv7()
const epoch = uuidv7()

const noChanges: StoreChanges = {
  rows: [],
  removed: [],
  counts: {
    triggered: 0,
    acknowledged: 0,
    resolved: 0,
    bySeverity: { info: 0, warning: 0, error: 0, critical: 0 },
  },
  sources: null,
  decisions: [],
  touched: [],
  resetRows: false,
  panels: [],
}

const welcome: Welcome = {
  type: 'welcome',
  protocol: 1,
  serverId,
  epoch,
  head: 90,
  at: 1,
  operator: { name: 'mira', role: 'responder' },
  resumed: true,
  resetReason: null,
  heartbeatMs: 15_000,
  staleMs: 20_000,
  deadMs: 35_000,
  commandsTogether: 50,
}

const batch = (from: number, to: number): Batch => ({
  type: 'batch',
  from,
  to,
  head: 90,
  at: to,
  superseded: 0,
  skipped: 0,
  spreadMs: 0,
  entries: [],
})

/** A follower at position 10 whose store answers when it is told to. */
async function followerAt10() {
  const asked: { seqs: number[][]; settle: (how: 'stored' | 'failed') => void }[] = []
  const sent: ClientFrame[] = []
  const endings: Ending[] = []
  const applied: number[] = []
  const pauses: boolean[] = []
  const reached: number[] = []
  const position: StoredPosition = {
    cursor: { epoch, seq: 10 },
    channels: ['incidents'],
    completeAt: 1,
    staged: null,
    unread: null,
  }
  const request = (method: string, input: { batches?: string[] }): Promise<unknown> => {
    if (method !== 'applyBatches') return Promise.resolve({ ...position })
    const batches = (input.batches ?? []).map((text) => JSON.parse(text) as Batch)
    const seqs = batches.map(({ from, to }) => [from, to])
    return new Promise((resolve, reject) => {
      const settle = (how: 'stored' | 'failed'): void =>
        how === 'stored' ? resolve(noChanges) : reject(new Error('the disk is full'))
      asked.push({ seqs, settle })
    })
  }
  const follower: StreamFollower = new StreamFollower({
    clock: systemClock,
    store: { request } as unknown as StoreClient,
    client: 'test',
    clientId: uuidv7(),
    send: (frame) => sent.push(frame),
    setPaused: (isPaused) => pauses.push(isPaused),
    giveUp: (ending) => {
      endings.push(ending)
      follower.ended()
    },
    moment: () => ({
      now: 1,
      presence: { visible: false, focused: false, incidentId: null },
      settings: defaultNotifySettings,
      self: null,
    }),
    onChanges: () => undefined,
    onReached: ({ seq }) => reached.push(seq),
    onUnread: () => undefined,
    onApplied: () => applied.push(follower.progress.seq ?? -1),
  })
  follower.want(['incidents'])
  await follower.restore(serverId)
  await follower.hello()
  follower.welcome(welcome)
  const acks = () => sent.filter(({ type }) => type === 'ack')
  return { follower, position, asked, sent, endings, applied, pauses, reached, acks }
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

describe('the follower of a stream', () => {
  it('asks for the next transaction before the first is stored, and counts neither before it is', async () => {
    const { follower, asked, applied, acks } = await followerAt10()
    follower.take(batch(10, 20))
    follower.take(batch(20, 30))
    await turn()
    follower.take(batch(30, 40))
    follower.take(batch(40, 50))
    await turn()
    expect(asked.map(({ seqs }) => seqs)).toEqual([[[10, 20]], [[20, 30]]])
    expect([follower.progress.seq, applied, acks()]).toEqual([10, [], []])
    asked[0]?.settle('stored')
    await turn()
    expect([follower.progress.seq, applied]).toEqual([20, [20]])
    expect(acks()).toMatchObject([{ seq: 20 }])
    expect(asked[2]?.seqs).toEqual([
      [30, 40],
      [40, 50],
    ])
    asked[1]?.settle('stored')
    asked[2]?.settle('stored')
    await turn()
    expect([follower.progress.seq, applied]).toEqual([50, [20, 30, 50]])
  })

  it('leaves the network alone while much of what came is not stored, and reads on once it is', async () => {
    const { follower, asked, pauses } = await followerAt10()
    const entry = { seq: 11, at: 1, kind: 'removed', of: 'shift', id: epoch } as const
    const entries = Array.from({ length: 1_000 }, () => entry)
    for (let seq = 10; seq < 35; seq += 1) follower.take({ ...batch(seq, seq + 1), entries })
    await turn()
    expect(pauses).toEqual([true])
    for (let transaction = 0; pauses.length < 2 && transaction < asked.length; transaction += 1) {
      asked[transaction]?.settle('stored')
      await turn()
    }
    expect(pauses).toEqual([true, false])
    expect(follower.progress.seq).toBeLessThan(35)
  })

  it('takes nothing as proven while something that came before is not stored', async () => {
    const { follower, asked, acks } = await followerAt10()
    follower.take(batch(10, 20))
    await turn()
    asked[0]?.settle('stored')
    await turn()
    const [ack] = acks()
    follower.take(batch(20, 30))
    follower.acked(ack?.type === 'ack' ? ack.id : 0)
    await turn()
    expect(follower.provenAtMs).toBeNull()
    asked[1]?.settle('stored')
    await turn()
    expect(follower.provenAtMs).not.toBeNull()
  })

  it('gives up once when the store fails, and counts nothing of what was asked for after that', async () => {
    const { follower, asked, applied, endings, acks } = await followerAt10()
    follower.take(batch(10, 20))
    follower.take(batch(20, 30))
    await turn()
    asked[0]?.settle('failed')
    asked[1]?.settle('failed')
    await turn()
    expect(endings).toMatchObject([{ message: 'the local store cannot keep changes (the disk is full)' }])
    expect([applied, acks()]).toEqual([[], []])
  })

  it('says what was stored also when its connection has ended meanwhile, and counts it for no other', async () => {
    const { follower, asked, applied, reached } = await followerAt10()
    follower.take(batch(10, 20))
    await turn()
    follower.ended()
    asked[0]?.settle('stored')
    await turn()
    expect([reached, applied]).toEqual([[20], []])
  })

  it('says what could not be read also when its connection ended before that was stored', async () => {
    const { follower, position, asked } = await followerAt10()
    const unread = [{ seq: 15, problem: 'no such status' }]
    follower.take({ ...batch(10, 90), unread })
    await turn()
    follower.ended()
    position.cursor = { epoch, seq: 90 }
    position.unread = { seqs: [15], problem: 'no such status' }
    asked[0]?.settle('stored')
    await follower.hello()
    follower.welcome(welcome)
    expect(follower.progress).toMatchObject({ caughtUp: true, completeAt: 1, unread: position.unread })
  })

  it('reads everything anew after a start for what could not be read, and says so', async () => {
    const { follower, position } = await followerAt10()
    position.unread = { seqs: [9], problem: 'no such status' }
    await follower.restore(serverId)
    expect(await follower.hello()).toMatchObject({ cursor: null })
    follower.welcome({ ...welcome, resumed: false, resetReason: 'first' })
    expect(follower.progress.gap).toBe('something could not be read before: reading everything anew')
  })

  it('says a gap only after what came before it was stored', async () => {
    const { follower, asked, endings } = await followerAt10()
    follower.take(batch(10, 20))
    follower.take(batch(25, 30))
    await turn()
    expect(endings).toEqual([])
    asked[0]?.settle('stored')
    await turn()
    expect(endings).toMatchObject([{ message: '5 changes are missing: reading again from 20' }])
    expect(follower.progress.seq).toBe(20)
  })
})
