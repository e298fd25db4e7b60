import {
  eventActions,
  eventEffects,
  type EventAction,
  type EventEffect,
} from '../../src-shared/domain/event.ts'
import { severities, type Severity } from '../../src-shared/domain/severity.ts'

/** What the index knows of one event beside its content. */
export interface IndexedEvent {
  seq: number
  contentId: number
  receivedAt: number
  severity: Severity
  action: EventAction
  effect: EventEffect
}

/** Some thousand events in the order of the log, as columns. */
export interface EventColumns {
  seqs: Float64Array
  receivedAts: Float64Array
  contentIds: Uint32Array
  /** Severity, action and effect in one number each; see `flagsOf`. */
  flags: Uint8Array
}

const bytesPerEvent = 8 + 8 + 4 + 1

export const flagValues = 128

export function flagsOf({
  severity,
  action,
  effect,
}: Pick<IndexedEvent, 'severity' | 'action' | 'effect'>): number {
  return severities.indexOf(severity) + 4 * eventActions.indexOf(action) + 16 * eventEffects.indexOf(effect)
}

/** What a number of `flagsOf` says; null for numbers that it never gives. */
export function readFlags(flags: number): Pick<IndexedEvent, 'severity' | 'action' | 'effect'> | null {
  const severity = severities[flags % 4]
  const action = eventActions[Math.floor(flags / 4) % 4]
  const effect = eventEffects[Math.floor(flags / 16)]
  return severity && action && effect ? { severity, action, effect } : null
}

export function encodeBlock(events: readonly IndexedEvent[]): Uint8Array {
  const bytes = new Uint8Array(events.length * bytesPerEvent)
  const { seqs, receivedAts, contentIds, flags } = columnsOver(bytes.buffer, events.length)
  for (const [index, event] of events.entries()) {
    seqs[index] = event.seq
    receivedAts[index] = event.receivedAt
    contentIds[index] = event.contentId
    flags[index] = flagsOf(event)
  }
  return bytes
}

/** Null when these are not the bytes of so many events: then the index is damaged. */
export function decodeBlock(bytes: Uint8Array, events: number): EventColumns | null {
  if (bytes.byteLength !== events * bytesPerEvent) return null
  // A copy, because a database's buffer begins at any byte, and columns of numbers do not.
  return columnsOver(new Uint8Array(bytes).buffer, events)
}

function columnsOver(buffer: ArrayBuffer, events: number): EventColumns {
  return {
    seqs: new Float64Array(buffer, 0, events),
    receivedAts: new Float64Array(buffer, 8 * events, events),
    contentIds: new Uint32Array(buffer, 16 * events, events),
    flags: new Uint8Array(buffer, 20 * events, events),
  }
}

/** The events of a block as they were put in; null when it is damaged. */
export function eventsOfBlock(bytes: Uint8Array, count: number): IndexedEvent[] | null {
  const columns = decodeBlock(bytes, count)
  if (!columns) return null
  const events: IndexedEvent[] = []
  for (const [index, seq] of columns.seqs.entries()) {
    const read = readFlags(columns.flags[index] ?? flagValues)
    if (!read) return null
    const receivedAt = columns.receivedAts[index] ?? 0
    events.push({ seq, contentId: columns.contentIds[index] ?? 0, receivedAt, ...read })
  }
  return events
}
