import type { StoredEntry } from './log-store.ts'

/** Entries that are certainly kept: a few seconds of a storm, some ten megabytes. Up to twice as many are held. */
const kept = 8_000

/** The newest committed entries, so that readers at the head ask no database. */
export class EntryRing {
  #entries: StoredEntry[] = []

  /** What was committed last is not held here: it is read from the log, and what follows begins anew. */
  clear(): void {
    this.#entries = []
  }

  /** Adds what was committed; it follows directly on what is there. */
  push(entries: readonly StoredEntry[]): void {
    // One at a time: a large group spread into arguments would overflow the stack.
    for (const entry of entries) this.#entries.push(entry)
    if (this.#entries.length > 2 * kept) this.#entries = this.#entries.slice(-kept)
  }

  /** The first `limit` entries with `after < seq <= upTo`; null when they reach back further than the ring. */
  read(after: number, upTo: number, limit: number): StoredEntry[] | null {
    const first = this.#entries[0]
    if (!first || first.seq > after + 1) return null
    const start = after + 1 - first.seq
    return this.#entries.slice(start, start + Math.min(limit, Math.max(0, upTo - after)))
  }
}
