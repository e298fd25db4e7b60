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
  /** Of its dedup key: the key itself stands in the log. */
  keyHash: number
}

/** What the events of a block say, in the order of the log: all that most searches look at. */
export interface EventKinds {
  contentIds: Uint32Array
  /** Severity, action and effect in one number each; see `flagsOf`. */
  flags: Uint8Array
  /** See `keyHashOf`. */
  keyHashes: Uint16Array
}

/** Where and when the same events came. */
export interface EventPlaces {
  seqs: Float64Array
  receivedAts: Float64Array
}

const kindBytes = 4 + 2 + 1
const placeBytes = 8 + 8

/** One byte: up to sixteen effects. */
export const flagValues = 16 * eventEffects.length

/** A key as a number below 65,536: all that has to be known to pass by nearly every event of another key. */
export function keyHashOf(dedupKey: string): number {
  let hash = 0x811c9dc5
  for (let at = 0; at < dedupKey.length; at += 1) {
    hash = Math.imul(hash ^ dedupKey.charCodeAt(at), 0x01000193)
  }
  return (hash ^ (hash >>> 16)) & 0xffff
}

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

export function encodeEvents(events: readonly IndexedEvent[]): { kinds: Uint8Array; places: Uint8Array } {
  const kinds = new Uint8Array(events.length * kindBytes)
  const places = new Uint8Array(events.length * placeBytes)
  const { contentIds, flags, keyHashes } = kindsOver(kinds.buffer, events.length)
  const { seqs, receivedAts } = placesOver(places.buffer, events.length)
  for (const [index, event] of events.entries()) {
    seqs[index] = event.seq
    receivedAts[index] = event.receivedAt
    contentIds[index] = event.contentId
    flags[index] = flagsOf(event)
    keyHashes[index] = event.keyHash
  }
  return { kinds, places }
}

/** Null when these are not the bytes of so many events: then the index is damaged. */
export function decodeKinds(bytes: Uint8Array, events: number): EventKinds | null {
  // A copy, because a database's buffer begins at any byte, and columns of numbers do not.
  return bytes.byteLength === events * kindBytes ? kindsOver(new Uint8Array(bytes).buffer, events) : null
}

export function decodePlaces(bytes: Uint8Array, events: number): EventPlaces | null {
  return bytes.byteLength === events * placeBytes ? placesOver(new Uint8Array(bytes).buffer, events) : null
}

function kindsOver(buffer: ArrayBuffer, events: number): EventKinds {
  return {
    contentIds: new Uint32Array(buffer, 0, events),
    keyHashes: new Uint16Array(buffer, 4 * events, events),
    flags: new Uint8Array(buffer, 6 * events, events),
  }
}

function placesOver(buffer: ArrayBuffer, events: number): EventPlaces {
  return {
    seqs: new Float64Array(buffer, 0, events),
    receivedAts: new Float64Array(buffer, 8 * events, events),
  }
}
