import type Database from 'better-sqlite3'
import type { Cancel, Clock } from '../ports.ts'

/** So long after the last request, in ms: shorter than a reader's pauses at a hundred events a second. */
const idleMs = 30
/** Rows changed from which it is worth the two waits for the disk. */
const tidyFrom = 2_000

/**
 * Moves what was written from the WAL into the database when nobody waits for the store. Left to itself, SQLite does it
 * inside the commit that crosses a limit: tens of milliseconds in the middle of catching up. That limit stands, four
 * times higher, for a storm without a pause (`wal_autocheckpoint`).
 */
export class IdleCheckpoint {
  readonly #clock: Clock
  #changesAtLast = 0
  #cancel: Cancel = () => undefined

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** To be called after each request. */
  worked(db: Database.Database): void {
    this.#cancel()
    if (!db.open) return
    const changes = changesSinceOpen(db)
    // Another database than before counts from 0.
    this.#changesAtLast = Math.min(this.#changesAtLast, changes)
    if (changes - this.#changesAtLast < tidyFrom) return
    this.#cancel = this.#clock.setTimer(idleMs, () => {
      if (!db.open) return
      this.#changesAtLast = changes
      db.pragma('wal_checkpoint(PASSIVE)')
    })
  }

  stop(): void {
    this.#cancel()
  }
}

function changesSinceOpen(db: Database.Database): number {
  return Number(db.prepare('SELECT total_changes()').pluck().get())
}
