import { createChannelMatcher, type Channel } from '../../src-shared/protocol/channels.ts'
import { textBytes, type Page, type PageLimit, type StoredEntry } from './log-store.ts'
import type { SqliteReads } from './sqlite-reads.ts'

/**
 * Pages of a snapshot, by a key that is stable while states change: first the newest state of each thing that the
 * channels carry (`t` and its key), then the histories of single incidents (`h`, the incident, the seq).
 */
export function readSnapshotPage(
  reads: SqliteReads,
  channels: readonly Channel[],
  after: string | null,
  limit: PageLimit,
): Page<StoredEntry> {
  const incidents = channels
    .filter((channel) => channel.startsWith('incident:'))
    .map((channel) => channel.slice('incident:'.length))
    .toSorted()
  const page = new PageInMaking(limit)
  let place = after ?? 't '
  if (place.startsWith('t ')) {
    const next = readThings(reads, channels, place.slice(2), page)
    if (next !== null) return { items: page.items, next: `t ${next}` }
    place = 'h  0'
  }
  for (const id of incidents) {
    const [, reached = '', seq = '0'] = place.split(' ')
    if (id < reached) continue
    for (const entry of reads.history(id, id === reached ? Number(seq) : 0, page.room)) {
      page.add(entry)
      if (page.isFull) return { items: page.items, next: `h ${id} ${entry.seq}` }
    }
  }
  return { items: page.items, next: null }
}

class PageInMaking {
  readonly items: StoredEntry[] = []
  readonly #limit: PageLimit
  #bytes = 0

  constructor(limit: PageLimit) {
    this.#limit = limit
  }

  /** Entries that it still takes. */
  get room(): number {
    return this.#limit.entries - this.items.length
  }

  get isFull(): boolean {
    return this.room <= 0 || this.#bytes >= this.#limit.bytes
  }

  add(entry: StoredEntry): void {
    this.items.push(entry)
    this.#bytes += textBytes(entry)
  }
}

const statesOfIncidents = ['incident', 'alert', 'summary', 'service']

/** The key of the last thing on the page; null when there are no more things. */
function readThings(
  reads: SqliteReads,
  channels: readonly Channel[],
  after: string,
  page: PageInMaking,
): string | null {
  const isAll = channels.includes('incidents')
  const isSome = channels.some((channel) => channel.startsWith('service:'))
  const kinds = [
    ...(isAll || isSome ? statesOfIncidents : []),
    ...(isAll ? ['maintenance'] : []),
    ...(channels.includes('sources') ? ['source'] : []),
    ...(channels.includes('shift-log') ? ['shift'] : []),
  ]
  if (kinds.length === 0) return null
  const matches = createChannelMatcher(channels.filter((channel) => !channel.startsWith('incident:')))
  const room = page.room
  const things = reads.things(kinds, after, room)
  for (const entry of things) {
    if (matches(entry).wanted) page.add(entry)
    if (page.isFull) return entry.thing
  }
  // Unwanted ones count too: a page looks at a bounded number of things.
  return things.length === room ? (things.at(-1)?.thing ?? null) : null
}
