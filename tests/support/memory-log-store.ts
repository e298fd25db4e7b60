import { createChannelMatcher } from '../../src-shared/protocol/channels.ts'
import type { LogStore, StoredEntry } from '../../src-server/log/log-store.ts'

export interface MemoryLogStore extends LogStore {
  /** Commits these entries together. */
  commit(...entries: Omit<StoredEntry, 'seq' | 'at' | 'json'>[]): void
  /** What `oldestCursor` says from now on. */
  forgetUpTo(seq: number): void
  /** Makes reads fail until it is called with null. */
  breakReads(reason: string | null): void
}

/** The reading half of a log store, in memory: for readers without a disk. It has no writers' turns. */
export function createMemoryLogStore(identity: LogStore['identity']): MemoryLogStore {
  const log: StoredEntry[] = []
  const listeners = new Set<(head: number) => void>()
  let oldest = 0
  let broken: string | null = null
  const notHere = (): never => {
    throw new Error('not part of the store in memory')
  }
  return {
    identity,
    head: () => log.length,
    oldestCursor: () => oldest,
    read: async (after, upTo, limit) => {
      if (broken !== null) throw new Error(broken)
      return log.slice(after, Math.min(upTo, after + limit))
    },
    readSnapshot: async (channels, after, { entries: limit }) => {
      const match = createChannelMatcher(channels)
      const newest = new Map<string, StoredEntry>()
      for (const entry of log) {
        const { wanted, whole } = match(entry)
        if (wanted && whole) newest.set(`~${String(entry.seq).padStart(12, '0')}`, entry)
        else if (wanted && entry.thing !== null) newest.set(entry.thing, entry)
      }
      const keys = [...newest.keys()].toSorted().filter((key) => after === null || key > after)
      const page = keys.slice(0, limit)
      const items = page.flatMap((key) => newest.get(key) ?? [])
      return { items, next: keys.length > limit ? (page.at(-1) ?? null) : null }
    },
    onCommit: (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    commit: (...entries) => {
      for (const entry of entries) {
        const seq = log.length + 1
        log.push({
          ...entry,
          seq,
          at: seq,
          json: JSON.stringify({ seq, kind: entry.kind, thing: entry.thing }),
        })
      }
      for (const listener of listeners) listener(log.length)
    },
    forgetUpTo: (seq) => {
      oldest = seq
    },
    breakReads: (reason) => {
      broken = reason
    },
    write: notHere,
    incidents: notHere,
    incident: notHere,
    alerts: notHere,
    timeline: notHere,
    timelineEnd: notHere,
    events: notHere,
    rawPayload: notHere,
    serviceList: notHere,
    services: notHere,
    hasDueTimer: notHere,
    unavailable: () => broken,
    close: async () => undefined,
  }
}
