import type { Entry } from './frames.ts'
import { FormError, readInteger, readOptionalString, readString, type JsonObject } from './json.ts'

/** What a reader knows: the newest state of each thing, and the timelines of the incidents that it follows. */
export interface KnownState {
  /** `kind/id` to the thing; events are here too. */
  readonly things: Map<string, JsonObject>
  /** Incident id to its entries by seq. Only incidents whose own channel is followed have one. */
  readonly timelines: Map<string, Map<number, Entry>>
}

export function emptyState(): KnownState {
  return { things: new Map(), timelines: new Map() }
}

function keyOf(kind: string, thing: JsonObject): string {
  return `${kind}/${readString(thing, kind === 'summary' ? 'incidentId' : 'id')}`
}

/** True when the thing was new or newer. A thing without a revision (an event) never changes. */
function applyThing(state: KnownState, kind: string, thing: JsonObject): boolean {
  const key = keyOf(kind, thing)
  const held = state.things.get(key)
  if (held !== undefined) {
    if (thing['revision'] === undefined) return false
    if (readInteger(thing, 'revision') <= readInteger(held, 'revision')) return false
  }
  state.things.set(key, thing)
  return true
}

function incidentOf(entry: Entry): string | null {
  if (entry.thing === null) return null
  return entry.kind === 'incident'
    ? readString(entry.thing, 'id')
    : readOptionalString(entry.thing, 'incidentId')
}

/** The incidents whose whole history these channels carry. */
export function followedIncidents(channels: readonly string[]): string[] {
  return channels
    .filter((channel) => channel.startsWith('incident:'))
    .map((channel) => channel.slice('incident:'.length))
}

/**
 * Applies one entry. Harmless when repeated. True when it told something new: a higher revision, an unknown event,
 * a removal of something held. The timeline keeps the entry in any case, for there an older revision is history.
 */
export function applyEntry(state: KnownState, entry: Entry, followed: readonly string[]): boolean {
  const incidentId = incidentOf(entry)
  if (incidentId !== null && followed.includes(incidentId)) {
    const timeline = state.timelines.get(incidentId) ?? new Map<number, Entry>()
    state.timelines.set(incidentId, timeline.set(entry.seq, entry))
  }
  if (entry.removed !== null) return state.things.delete(`${entry.removed.of}/${entry.removed.id}`)
  if (entry.thing === null) return false
  return applyThing(state, entry.kind, entry.thing)
}

export function copyState(state: KnownState): KnownState {
  const timelines = [...state.timelines].map(([id, entries]) => [id, new Map(entries)] as const)
  return { things: new Map(state.things), timelines: new Map(timelines) }
}

/** The thing of that kind and id; throws when it is not held. */
export function thingOf(state: KnownState, kind: string, id: string): JsonObject {
  const thing = state.things.get(`${kind}/${id}`)
  if (thing === undefined) throw new FormError(`no ${kind} ${id}`)
  return thing
}

export function thingsOf(state: KnownState, kind: string): JsonObject[] {
  return [...state.things].filter(([key]) => key.startsWith(`${kind}/`)).map(([, thing]) => thing)
}

/** An incident's timeline in the order of the log. */
export function timelineOf(state: KnownState, incidentId: string): Entry[] {
  return [...(state.timelines.get(incidentId) ?? new Map<number, Entry>()).values()].sort(
    (a, b) => a.seq - b.seq,
  )
}
