import type Database from 'better-sqlite3'
import type { EntryOf } from '../../src-shared/domain/log-entry.ts'
import { IncidentTimelines } from './incident-timelines.ts'
import type { ForgetStep } from './log-forgetting.ts'
import type { StoreTransaction } from './store-transaction.ts'

/** An occurrence of a weekly window lasts so long at most. */
const longestOccurrenceMs = 6 * 86_400_000

interface ThingRow {
  place: number
  key: string
  kind: string
  seq: number
  at: number
}

type Removed = EntryOf<'removed'>['of']

/**
 * Forgets the states of what is over, by looking through all things again and again: resolved incidents with their
 * alerts and summary, closed alerts that have no incident, maintenance windows that have ended, and entries of the shift log,
 * once the log no longer goes back to them and they have not changed for long. Each removal is an entry, so that every reader forgets it too. Services and
 * sources stay: there are as many as the estate has.
 */
export class StateForgetting {
  readonly #timelines
  readonly #things
  readonly #isFollowed
  readonly #alertsOf
  readonly #alert
  readonly #hasThing
  readonly #window
  #place = 0

  /** On the writing connection. */
  constructor(database: Database.Database) {
    this.#timelines = new IncidentTimelines(database)
    this.#things = database.prepare<[number, number], ThingRow>(
      'select rowid as place, key, kind, seq, at from thing where rowid > ? order by rowid limit ?',
    )
    // Numbers are counted from the newest incident, which therefore stays.
    this.#isFollowed = database
      .prepare<[string], number>(
        'select 1 from incident where id = ? and number < (select max(number) from incident)',
      )
      .pluck()
    this.#alertsOf = database
      .prepare<[string, number], string>('select id from alert where incident_id = ? limit ?')
      .pluck()
    this.#alert = database
      .prepare<[string], number>(
        'select 1 from alert where id = ? and is_open = 0 and (incident_id is null ' +
          'or not exists (select 1 from incident where incident.id = alert.incident_id))',
      )
      .pluck()
    this.#window = database
      .prepare<[string, number], number>(
        `select 1 from thing where key = ? and coalesce(json_extract(json, '$.window.endedAt'),
           json_extract(json, '$.window.schedule.endsAt'),
           json_extract(json, '$.window.schedule.until') + ${longestOccurrenceMs}) < ?`,
      )
      .pluck()
    this.#hasThing = database.prepare<[string], number>('select 1 from thing where key = ?').pluck()
  }

  /** One step, inside a writer's turn: looks at the next `most` things, and removes about `most` at most. */
  step(turn: StoreTransaction, changedBefore: number, floor: number, most: number): ForgetStep {
    const things = this.#things.all(this.#place, most)
    let gone = 0
    for (const { place, key, kind, seq, at } of things) {
      if (seq <= floor && at < changedBefore) {
        const id = key.slice(kind.length + 1)
        if (kind === 'incident') gone += this.#forgetIncident(turn, id, floor, most - gone)
        else if (this.#isOver(kind, id, changedBefore)) gone += remove(turn, kind, id)
        // Not at its end, perhaps: the next step goes on here.
        if (gone >= most) return { gone, hasMore: true }
      }
      this.#place = place
    }
    if (things.length === most) return { gone, hasMore: true }
    this.#place = 0
    return { gone, hasMore: false }
  }

  #isOver(kind: string, id: string, before: number): kind is 'alert' | 'shift' | 'maintenance' {
    if (kind === 'alert') return this.#alert.get(id) === 1
    if (kind === 'maintenance') return this.#window.get(`maintenance:${id}`, before) === 1
    return kind === 'shift'
  }

  #forgetIncident(turn: StoreTransaction, id: string, floor: number, most: number): number {
    if (this.#isFollowed.get(id) !== 1 || !this.#timelines.isOver(id, floor)) return 0
    let gone = this.#timelines.drop(id, floor, most)
    for (const alert of this.#alertsOf.all(id, most - gone)) gone += remove(turn, 'alert', alert)
    if (gone >= most) return gone
    if (this.#hasThing.get(`summary:${id}`) === 1) gone += remove(turn, 'summary', id)
    return gone + remove(turn, 'incident', id)
  }
}

function remove(turn: StoreTransaction, of: Removed, id: string): number {
  turn.append({ kind: 'removed', of, id })
  return 1
}
