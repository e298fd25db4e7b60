import * as z from 'zod'
import { logEntrySchema, type LogEntry } from '../../../src-shared/domain/log-entry.ts'
import type { Checked } from '../../../src-shared/protocol/codec.ts'
import { serverFrameSchema, type ServerFrame } from '../../../src-shared/protocol/frames.ts'
import { problemOf } from '../../../src-shared/protocol/problem.ts'
import type { Received, UnreadEntry } from '../sync/unread.ts'

export type ReceivedFrame = Received<ServerFrame>

const withEntries = z.looseObject({ entries: z.array(z.unknown()) })
const withPlace = z.object({ seq: z.int().min(0) })
const withIncident = z.looseObject({ result: z.looseObject({ incident: z.unknown() }) })

/**
 * A frame from the server. It is checked as a whole, which is quick; only where something does not fit is each of its
 * changes looked at, so that one that cannot be read does not keep the others from being read: it is left out and said.
 */
export function checkReceived(value: unknown): Checked<ReceivedFrame> {
  const whole = serverFrameSchema.safeParse(value)
  if (whole.success) return whole
  return withoutUnreadable(value) ?? withoutIncident(value) ?? whole
}

function withoutUnreadable(value: unknown): Checked<ReceivedFrame> | null {
  const outer = withEntries.safeParse(value)
  if (!outer.success) return null
  const frame = serverFrameSchema.safeParse({ ...outer.data, entries: [] }).data
  if (frame?.type !== 'batch' && frame?.type !== 'snapshot') return null
  const entries: LogEntry[] = []
  const unread: UnreadEntry[] = []
  for (const each of outer.data.entries) {
    const entry = logEntrySchema.safeParse(each)
    if (entry.success) {
      entries.push(entry.data)
      continue
    }
    // Where it does not even say where it stands it is somewhere in what the frame covers.
    const seq = withPlace.safeParse(each).data?.seq ?? (frame.type === 'batch' ? frame.to : frame.position)
    unread.push({ seq, problem: problemOf(entry.error).message })
  }
  return { success: true, data: { ...frame, entries, unread } }
}

/** What became of an action is known without the incident, which comes with its own change. */
function withoutIncident(value: unknown): Checked<ReceivedFrame> | null {
  const outer = withIncident.safeParse(value)
  if (!outer.success) return null
  const bare = { ...outer.data, result: { ...outer.data.result, incident: null } }
  const checked = serverFrameSchema.safeParse(bare)
  return checked.success ? checked : null
}
