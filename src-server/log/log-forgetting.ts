import type Database from 'better-sqlite3'

/** What has to be kept; the newest entry always is. */
export interface KeepRule {
  /** Entries that were committed before this instant may go; null: none for their age. */
  committedBefore: number | null
  /** Entries beyond this many of the newest may go; null: none for their number. */
  newest: number | null
}

interface OldRow {
  seq: number
  at: number
  incidentId: string | null
}

/**
 * Forgets the beginning of the log: what lies up to the floor can no longer be read as a sequence. The timeline of an
 * incident is kept whole below the floor, until the incident is resolved and its last entry lies there too: half a
 * timeline would tell a wrong story. The newest states of things are no part of the log and stay.
 */
export class LogForgetting {
  readonly #old
  readonly #keepFloor
  readonly #storedFloor
  readonly #isOver
  readonly #dropOne
  readonly #dropTimeline
  #floor: number

  /** On the writing connection. */
  constructor(database: Database.Database) {
    this.#old = database.prepare<[number, number], OldRow>(
      'select seq, at, incident_id as incidentId from log where seq > ? order by seq limit ?',
    )
    this.#keepFloor = database.prepare<[string]>(
      "insert into meta (key, value) values ('logFloor', ?) on conflict (key) do update set value = excluded.value",
    )
    this.#isOver = database
      .prepare<[string, string, number], number>(
        "select not exists (select 1 from incident where id = ? and status <> 'resolved') " +
          'and not exists (select 1 from log where incident_id = ? and seq > ?)',
      )
      .pluck()
    // The log and the payloads of its events go together.
    this.#dropOne = ['log', 'event'].map((table) =>
      database.prepare<[number]>(`delete from ${table} where seq = ?`),
    )
    this.#dropTimeline = ['log', 'event'].map((table) =>
      database.prepare<[string]>(`delete from ${table} where incident_id = ?`),
    )
    this.#storedFloor = database.prepare<[], string>("select value from meta where key = 'logFloor'").pluck()
    this.#floor = Number(this.#storedFloor.get() ?? 0)
  }

  /** Entries up to here are no longer all kept. */
  get floor(): number {
    return this.#floor
  }

  /**
   * One step, inside a writer's turn: looks at the next `most` entries above the floor, and moves it over those that may
   * go. Returns over how many; fewer than `most` means that the rest is kept for now.
   */
  step(rule: KeepRule, head: number, most: number): number {
    // As it is stored: in a turn that is done again, or after one that failed, the floor here is ahead of what is gone.
    const old = this.#old.all(Number(this.#storedFloor.get() ?? 0), most)
    const firstKept = old.findIndex((row) => !mayGo(row, rule, head))
    const gone = firstKept < 0 ? old : old.slice(0, firstKept)
    const floor = gone.at(-1)?.seq
    if (floor === undefined) return 0
    // Before anything is deleted: a reader must not find a hole where it was told that there is none. Should the turn
    // fail, the floor is too high for a while, which costs a reader a snapshot.
    this.#floor = floor
    this.#keepFloor.run(String(floor))
    const incidents = new Set<string>()
    for (const { seq, incidentId } of gone) {
      if (incidentId !== null) incidents.add(incidentId)
      else for (const drop of this.#dropOne) drop.run(seq)
    }
    for (const id of incidents) {
      if (this.#isOver.get(id, id, floor) !== 1) continue
      for (const drop of this.#dropTimeline) drop.run(id)
    }
    return gone.length
  }
}

/** The newest entry says where the log goes on: without it numbers would be given twice. */
function mayGo({ seq, at }: OldRow, { committedBefore, newest }: KeepRule, head: number): boolean {
  if (seq >= head) return false
  return (committedBefore !== null && at < committedBefore) || (newest !== null && seq <= head - newest)
}
