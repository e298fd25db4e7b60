import type Database from 'better-sqlite3'
import { IncidentTimelines } from './incident-timelines.ts'

/** What of the log has to be kept; the newest entry always is. */
export interface KeepRule {
  /** Entries that were committed before this instant may go; null: none for their age. */
  committedBefore: number | null
  /** Entries beyond this many of the newest may go; null: none for their number. */
  newest: number | null
  /** The oldest may go while the database's pages in use come to more than this; null: whatever they come to. */
  bytes: number | null
}

/** What one small step of forgetting did. */
export interface ForgetStep {
  /** How much it went over or removed. */
  gone: number
  /** False when all that is left is kept for now. */
  hasMore: boolean
}

/** A step with what it cost. */
export interface TimedStep extends ForgetStep {
  /** The writer's time, in ms, without the wait for its turn. */
  tookMs: number
}

interface Place {
  seq: number
  at: number
}

interface OldRow extends Place {
  kind: string
  effect: string | null
  incidentId: string | null
}

/** However large the database is, so many of the newest entries stay: a console that was away for a moment reads on. */
export const leastForSize = 1_000
/** So many entries of a time in which the clock was ahead are looked over in a step; more hold back what follows them. */
const mostAhead = 100_000

/**
 * Forgets the beginning of the log: what lies up to the floor can no longer be read as a sequence. The timeline of an
 * incident is kept below the floor, until the incident is resolved and its last entry lies there too: half a timeline
 * would tell a wrong story. Repeats are no part of the story and go at once, or an open incident could fill the disk. The
 * newest states of things are no part of the log (`StateForgetting`).
 */
export class LogForgetting {
  readonly #database
  readonly #timelines
  readonly #old
  readonly #notAhead
  readonly #keepFloor
  readonly #storedFloor
  readonly #dropOne
  /** Incidents that are over, whose timelines are being dropped. A restart forgets them: then they go with their states. */
  readonly #over = new Set<string>()
  #floor: number

  /** On the writing connection. */
  constructor(database: Database.Database) {
    this.#database = database
    this.#timelines = new IncidentTimelines(database)
    this.#old = database.prepare<[number, number], OldRow>(
      `select seq, at, kind, case kind when 'event' then json_extract(json, '$.event.effect') end as effect,
         incident_id as incidentId
       from log where seq > ? order by seq limit ?`,
    )
    this.#notAhead = database.prepare<[number, number, number], Place>(
      'select seq, at from log where seq > ? and seq <= ? and at <= ? order by seq limit 1',
    )
    this.#keepFloor = database.prepare<[string]>(
      "insert into meta (key, value) values ('logFloor', ?) on conflict (key) do update set value = excluded.value",
    )
    // The log and the payloads of its events go together.
    this.#dropOne = ['log', 'event'].map((table) =>
      database.prepare<[number]>(`delete from ${table} where seq = ?`),
    )
    this.#storedFloor = database.prepare<[], string>("select value from meta where key = 'logFloor'").pluck()
    this.#floor = Number(this.#storedFloor.get() ?? 0)
  }

  /** Entries up to here are no longer all kept. */
  get floor(): number {
    return this.#floor
  }

  /** One step, inside a writer's turn: moves the floor over the next `most` entries, or over those that may go. */
  step(rule: KeepRule, head: number, most: number, now: number): ForgetStep {
    const dropped = this.#dropTimelines(most)
    if (dropped > 0) return { gone: dropped, hasMore: true }
    const isTooLarge = rule.bytes !== null && bytesInUse(this.#database) > rule.bytes
    // As it is stored: in a turn that is done again, or after one that failed, the floor here is ahead of what is gone.
    const old = this.#old.all(Number(this.#storedFloor.get() ?? 0), most)
    let goneAhead = 0
    const firstKept = old.findIndex((row) => {
      if (mayGo(row, rule, head, isTooLarge) || row.seq < goneAhead) return false
      goneAhead = row.at > now ? this.#oldAfter(row, rule, head, now) : 0
      return goneAhead === 0
    })
    const gone = firstKept < 0 ? old : old.slice(0, firstKept)
    const floor = gone.at(-1)?.seq
    if (floor === undefined) return { gone: 0, hasMore: false }
    // Before anything is deleted: a reader must not find a hole where it was told that there is none. Should the turn
    // fail, the floor is too high for a while, which costs a reader a snapshot.
    this.#floor = floor
    this.#keepFloor.run(String(floor))
    const incidents = new Set<string>()
    for (const row of gone) {
      if (row.incidentId !== null) incidents.add(row.incidentId)
      if (row.incidentId === null || isRepeat(row)) for (const drop of this.#dropOne) drop.run(row.seq)
    }
    for (const id of incidents) if (this.#timelines.isOver(id, floor)) this.#over.add(id)
    return { gone: gone.length, hasMore: gone.length === most || this.#over.size > 0 }
  }

  /** This entry was written while the clock was ahead. It goes with the next that was not, whose place this is; 0: that stays. */
  #oldAfter({ seq }: OldRow, rule: KeepRule, head: number, now: number): number {
    if (rule.committedBefore === null) return 0
    const next = this.#notAhead.get(seq, seq + mostAhead, now)
    return next && mayGo(next, rule, head, false) ? next.seq : 0
  }

  /** A storm's timeline is long: it goes in steps too. */
  #dropTimelines(most: number): number {
    let dropped = 0
    for (const id of this.#over) {
      // Asked again: it may have been reopened since.
      const floor = this.#floor
      if (this.#timelines.isOver(id, floor)) dropped += this.#timelines.drop(id, floor, most - dropped)
      if (dropped >= most) break
      this.#over.delete(id)
    }
    return dropped
  }
}

/** The newest entry says where the log goes on: without it numbers would be given twice. */
function mayGo({ seq, at }: Place, rule: KeepRule, head: number, isTooLarge: boolean): boolean {
  if (seq >= head) return false
  if (rule.committedBefore !== null && at < rule.committedBefore) return true
  if (rule.newest !== null && seq <= head - rule.newest) return true
  return isTooLarge && seq <= head - leastForSize
}

/** What only counted or did nothing, states that have had a successor or are kept as the newest, and removals. */
function isRepeat({ kind, effect }: OldRow): boolean {
  return kind === 'alert' || kind === 'removed' || effect === 'counted' || effect === 'none'
}

/** What the data takes in the file; pages that were freed are used again and do not count. */
export function bytesInUse(database: Database.Database): number {
  const pragma = (name: string): number => Number(database.pragma(name, { simple: true }))
  return (pragma('page_count') - pragma('freelist_count')) * pragma('page_size')
}
