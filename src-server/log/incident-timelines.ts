import type Database from 'better-sqlite3'

/** What the log keeps of single incidents, for those who forget it. */
export class IncidentTimelines {
  readonly #isOver
  readonly #entries
  readonly #dropEntry

  /** On the writing connection. */
  constructor(database: Database.Database) {
    this.#isOver = database
      .prepare<[string, string, string, number], number>(
        "select not exists (select 1 from incident where id = ? and status <> 'resolved') " +
          "and not exists (select 1 from timer where kind = 'followUp' and key = ?) " +
          "and not exists (select 1 from log where incident_id = ? and seq > ? and kind <> 'removed')",
      )
      .pluck()
    this.#entries = database
      .prepare<[string, number, number], number>(
        'select seq from log where incident_id = ? and seq <= ? limit ?',
      )
      .pluck()
    // A payload is found through its entry, so that the two go together.
    this.#dropEntry = ['event', 'log'].map((table) =>
      database.prepare<[number]>(`delete from ${table} where seq = ?`),
    )
  }

  /**
   * Whether the incident is resolved, or no longer known, nothing but removals lies above the floor, and nobody wants to look
   * at it again.
   */
  isOver(id: string, floor: number): boolean {
    return this.#isOver.get(id, id, id, floor) === 1
  }

  /** Drops of its timeline, and of the payloads in it, what lies up to the floor: at most `most` entries. Returns how many. */
  drop(id: string, floor: number, most: number): number {
    const entries = this.#entries.all(id, floor, most)
    for (const seq of entries) for (const drop of this.#dropEntry) drop.run(seq)
    return entries.length
  }
}
