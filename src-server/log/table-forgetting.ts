import type Database from 'better-sqlite3'
import type { ForgetStep } from './log-forgetting.ts'

/** Forgets what is kept beside the log and has no end of its own: old audit records, and groups of forgotten incidents. */
export class TableForgetting {
  readonly #oldestAudits
  readonly #dropAudits
  readonly #groups
  readonly #dropGroup
  #group = ''

  /** On the writing connection. */
  constructor(database: Database.Database) {
    this.#oldestAudits = database.prepare<[number], { id: number; at: number }>(
      'select id, at from audit order by id limit ?',
    )
    this.#dropAudits = database.prepare<[number]>('delete from audit where id <= ?')
    this.#groups = database
      .prepare<[string, number], string>(
        'select group_key from incident_group where group_key > ? order by group_key limit ?',
      )
      .pluck()
    this.#dropGroup = database.prepare<[string]>(
      'delete from incident_group where group_key = ? ' +
        'and not exists (select 1 from incident where incident.id = incident_group.incident_id)',
    )
  }

  /** One step, inside a writer's turn; null keeps every audit record. */
  step(auditBefore: number | null, most: number): ForgetStep {
    const audits = auditBefore === null ? 0 : this.#forgetAudits(auditBefore, most)
    const groups = this.#groups.all(this.#group, most)
    let gone = audits
    for (const key of groups) gone += this.#dropGroup.run(key).changes
    const hasMore = groups.length === most
    this.#group = hasMore ? (groups.at(-1) ?? '') : ''
    return { gone, hasMore: hasMore || audits === most }
  }

  #forgetAudits(before: number, most: number): number {
    const oldest = this.#oldestAudits.all(most)
    const firstKept = oldest.findIndex(({ at }) => at >= before)
    const last = (firstKept < 0 ? oldest : oldest.slice(0, firstKept)).at(-1)
    return last === undefined ? 0 : this.#dropAudits.run(last.id).changes
  }
}
