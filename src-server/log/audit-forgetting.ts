import type Database from 'better-sqlite3'
import type { ForgetStep } from './log-forgetting.ts'

/** Forgets who did what, from its beginning. */
export class AuditForgetting {
  readonly #oldest
  readonly #drop

  /** On the writing connection. */
  constructor(database: Database.Database) {
    this.#oldest = database.prepare<[number], { id: number; at: number }>(
      'select id, at from audit order by id limit ?',
    )
    this.#drop = database.prepare<[number]>('delete from audit where id <= ?')
  }

  /** One step, inside a writer's turn: forgets at most `most` records from before this instant. */
  step(before: number, most: number): ForgetStep {
    const oldest = this.#oldest.all(most)
    const firstKept = oldest.findIndex(({ at }) => at >= before)
    const last = (firstKept < 0 ? oldest : oldest.slice(0, firstKept)).at(-1)
    if (last === undefined) return { gone: 0, hasMore: false }
    return { gone: this.#drop.run(last.id).changes, hasMore: firstKept < 0 && oldest.length === most }
  }
}
