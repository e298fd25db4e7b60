import type { Batch, ServerFrame, Snapshot } from '../../src-shared/protocol/frames.ts'
import type { StoredEntry } from '../log/log-store.ts'

type WithStoredEntries<F extends { entries: unknown }> = Omit<F, 'entries'> & {
  entries: readonly StoredEntry[]
}

export type BatchFrame = WithStoredEntries<Batch>
export type SnapshotFrame = WithStoredEntries<Snapshot>

/** A frame that carries no entries. */
export type PlainFrame = Exclude<ServerFrame, Batch | Snapshot>

/** A frame as the reader makes it: its entries are still the log's own texts. */
export type StreamFrame = BatchFrame | SnapshotFrame | PlainFrame

/** The frame as JSON text, put together from the texts of its entries without parsing them. */
export function frameText(frame: StreamFrame): string {
  if (!('entries' in frame)) return JSON.stringify(frame)
  const { entries, ...rest } = frame
  const start = JSON.stringify(rest).slice(0, -1)
  return `${start},"entries":[${entries.map((entry) => entry.json).join(',')}]}`
}

/** The frame with its entries as values, for encodings that are not made of JSON text. */
export function frameValue(frame: StreamFrame): object {
  if (!('entries' in frame)) return frame
  return { ...frame, entries: frame.entries.map((entry): unknown => JSON.parse(entry.json)) }
}
