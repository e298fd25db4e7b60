import { setTimeout as sleep } from 'node:timers/promises'
import { v7 as uuidv7 } from 'uuid'
import type { LogEntry } from '../../src-shared/domain/log-entry.ts'
import type { Channel } from '../../src-shared/protocol/channels.ts'
import type { Cursor } from '../../src-shared/protocol/frames.ts'
import { protocolVersion } from '../../src-shared/protocol/limits.ts'
import type { PollAnswer } from '../../src-shared/protocol/poll.ts'
import type { TestServer } from './test-server.ts'

/** The newest state of everything on these channels: a snapshot, read as a new reader reads it. */
export async function readState(server: TestServer, channels: readonly Channel[]): Promise<LogEntry[]> {
  const clientId = uuidv7()
  const entries: LogEntry[] = []
  let cursor: Cursor | null = null
  for (;;) {
    const body = { protocol: protocolVersion, clientId, cursor, channels, holdMs: 0 }
    const answer = await server.call('/v1/poll', { body })
    if (answer.status === 503) {
      // Who asks again and again in a loop begins as often as a crowd.
      await sleep(Number(answer.headers.get('retry-after')) * 1_000)
      continue
    }
    if (answer.status !== 200) throw new Error(`no poll: ${JSON.stringify(answer.body)}`)
    const poll = answer.body as PollAnswer
    for (const frame of poll.frames) {
      if (frame.type !== 'snapshot') continue
      entries.push(...frame.entries)
      if (frame.last) return entries
    }
    cursor = poll.cursor
  }
}
