import * as z from 'zod'
import type { LogEntry } from '../domain/log-entry.ts'

/**
 * What a reader can follow.
 * `incidents`: every incident, alert, summary, service and maintenance window. `service:<id>`: the same for one service.
 * `incident:<id>`: one incident with its events, every change of it, nothing left out.
 * `feed:all`: every event. `feed:tail`: events while they are fresh, skipped ones counted.
 * `sources`, `shift-log`: as they sound.
 */
const uuid = '[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}'
const channelPattern = new RegExp(
  `^(incidents|feed:all|feed:tail|sources|shift-log|service:${uuid}|incident:${uuid})$`,
)

export const channelSchema = z
  .string()
  .max(64)
  .regex(
    channelPattern,
    'unknown channel: use incidents, feed:all, feed:tail, sources, shift-log, service:<id> or incident:<id>',
  )
export type Channel = z.infer<typeof channelSchema>

/** At most 64 channels a reader: an operator looks at a handful of incidents at a time. */
export const channelsSchema = z.array(channelSchema).min(1).max(64)

/** The canonical form of a set of channels: sorted, without repeats, joined by commas. */
export function channelSetKey(channels: readonly Channel[]): string {
  return [...new Set(channels)].toSorted().join(',')
}

/** What the log knows of an entry beside its body, so that channels can be matched without parsing it. */
export interface EntryRoute {
  kind: LogEntry['kind']
  /** What a `removed` entry removed. */
  of?: string | undefined
  incidentId: string | null
  serviceIds: readonly string[]
}

export interface ChannelMatch {
  wanted: boolean
  /** True when the reader wants each change of it, so that none may be left out as superseded. */
  whole: boolean
}

const stateKinds = new Set(['incident', 'alert', 'summary', 'service', 'maintenance'])

/** Decides whether an entry concerns a reader of these channels. Compile once, ask for each entry. */
export function createChannelMatcher(channels: readonly Channel[]): (route: EntryRoute) => ChannelMatch {
  const plain = new Set(channels)
  const services = idsOf(channels, 'service:')
  const incidents = idsOf(channels, 'incident:')
  const feed = plain.has('feed:all') || plain.has('feed:tail')
  return (route) => {
    if (route.incidentId !== null && incidents.has(route.incidentId)) return { wanted: true, whole: true }
    const kind = route.kind === 'removed' ? (route.of ?? 'removed') : route.kind
    if (kind === 'event') return { wanted: feed, whole: plain.has('feed:all') }
    if (kind === 'source') return { wanted: plain.has('sources'), whole: false }
    if (kind === 'shift') return { wanted: plain.has('shift-log'), whole: false }
    if (!stateKinds.has(kind)) return { wanted: false, whole: false }
    const wanted = plain.has('incidents') || route.serviceIds.some((id) => services.has(id))
    return { wanted, whole: false }
  }
}

function idsOf(channels: readonly Channel[], prefix: string): Set<string> {
  return new Set(
    channels.filter((channel) => channel.startsWith(prefix)).map((channel) => channel.slice(prefix.length)),
  )
}
