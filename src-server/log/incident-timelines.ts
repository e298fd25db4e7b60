import type Database from 'better-sqlite3'

/** What the log keeps of single incidents, for those who forget it. */
export class IncidentTimelines {
  readonly #isOver
  readonly #drop

  /** On the writing connection. */
  constructor(database: Database.Database) {
    this.#isOver = database
      .prepare<[string, string, number], number>(
        "select not exists (select 1 from incident where id = ? and status <> 'resolved') " +
          "and not exists (select 1 from log where incident_id = ? and seq > ? and kind <> 'removed')",
      )
      .pluck()
    this.#drop = ['event', 'log'].map((table) =>
      database.prepare<[string, number, number]>(
        `delete from ${table} where seq in
           (select seq from ${table} where incident_id = ? and seq <= ? limit ?)`,
      ),
    )
  }

  /** Whether the incident is resolved, or no longer known, and nothing but removals lies above the floor. */
  isOver(id: string, floor: number): boolean {
    return this.#isOver.get(id, id, floor) === 1
  }

  /** Drops of its timeline, and of the payloads in it, what lies up to the floor: at most `most` rows. Returns how many. */
  drop(id: string, floor: number, most: number): number {
    let dropped = 0
    for (const drop of this.#drop) {
      if (dropped < most) dropped += drop.run(id, floor, most - dropped).changes
    }
    return dropped
  }
}
