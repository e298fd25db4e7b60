import { createChannelMatcher, type Channel } from '../../src-shared/protocol/channels.ts'
import type { Page, StoredEntry } from './log-store.ts'
import type { SqliteReads } from './sqlite-reads.ts'

/**
 * Pages of a snapshot, by a key that is stable while states change: first the newest state of each thing that the
 * channels carry (`t` and its key), then the histories of single incidents (`h`, the incident, the seq).
 */
export function readSnapshotPage(
  reads: SqliteReads,
  channels: readonly Channel[],
  after: string | null,
  limit: number,
): Page<StoredEntry> {
  const incidents = channels
    .filter((channel) => channel.startsWith('incident:'))
    .map((channel) => channel.slice('incident:'.length))
    .toSorted()
  const items: StoredEntry[] = []
  let place = after ?? 't '
  if (place.startsWith('t ')) {
    const next = readThings(reads, channels, place.slice(2), limit, items)
    if (next !== null) return { items, next: `t ${next}` }
    place = 'h  0'
  }
  for (const id of incidents) {
    const [, reached = '', seq = '0'] = place.split(' ')
    if (id < reached) continue
    const rest = limit - items.length
    const part = reads.history(id, id === reached ? Number(seq) : 0, rest)
    items.push(...part)
    const last = part.at(-1)
    if (last && part.length === rest) return { items, next: `h ${id} ${last.seq}` }
  }
  return { items, next: null }
}

const statesOfIncidents = ['incident', 'alert', 'summary', 'service']

function readThings(
  reads: SqliteReads,
  channels: readonly Channel[],
  after: string,
  limit: number,
  items: StoredEntry[],
): string | null {
  const isAll = channels.includes('incidents')
  const isSome = channels.some((channel) => channel.startsWith('service:'))
  const kinds = [
    ...(isAll || isSome ? statesOfIncidents : []),
    ...(channels.includes('sources') ? ['source'] : []),
    ...(channels.includes('shift-log') ? ['shift'] : []),
  ]
  if (kinds.length === 0) return null
  const matches = createChannelMatcher(channels.filter((channel) => !channel.startsWith('incident:')))
  const page = reads.things(kinds, after, limit)
  items.push(...page.filter((entry) => matches(entry).wanted))
  return page.length === limit ? (page.at(-1)?.thing ?? null) : null
}
