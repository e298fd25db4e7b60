import { expect, it } from 'vitest'
import { createFeedTail } from '../../src-server/stream/feed-tail.ts'
import { answerPoll } from '../../src-server/stream/long-poll.ts'
import type { StreamService } from '../../src-server/stream/stream-service.ts'
import { pollAnswerSchema, pollRequestSchema } from '../../src-shared/protocol/poll.ts'
import { createMemoryLogStore } from '../support/memory-log-store.ts'

const epoch = '0192f79f-0000-7000-8000-000000000001'
const head = 10_000_000

it('a poll over a long log that has nothing for it is answered on the way, and the next one goes on', async () => {
  const inner = createMemoryLogStore({ serverId: '0192f79f-0000-7000-8000-0000000000aa', epoch })
  let read = 0
  const store = {
    ...inner,
    head: () => head,
    // As if all of it concerned others.
    read: (after: number, upTo: number) => {
      read += upTo - after
      return Promise.resolve([])
    },
  }
  const clock = { now: () => 1000, monotonic: () => 0 }
  const context = { store, tail: createFeedTail(store), clock, spreadMs: () => 500 }
  const service = { store, clock, hub: { context } } as unknown as StreamService
  const identity = { id: epoch, name: 'mira', role: 'viewer' } as const
  const request = pollRequestSchema.parse({
    protocol: 1,
    clientId: epoch,
    channels: ['shift-log'],
    cursor: { epoch, seq: 1_000 },
  })
  const text = await answerPoll(service, identity, request, { release: new AbortController().signal })
  const { frames, cursor } = pollAnswerSchema.parse(JSON.parse(text))
  expect(read).toBeLessThan(head / 10)
  expect(cursor.seq).toBe(1_000 + read)
  let seq = 1_000
  for (const frame of frames) {
    expect(frame).toMatchObject({ type: 'batch', from: seq, entries: [] })
    seq = frame.type === 'batch' ? frame.to : seq
  }
  expect(seq).toBe(cursor.seq)
})
