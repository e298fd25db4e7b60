import type Database from 'better-sqlite3'
import { noticeSchema, type Notice } from '../../../src-shared/console-views.ts'

/** What the operator should know of this console, until dismissed. */
export class NoticeTable {
  readonly #put
  readonly #remove
  readonly #all

  constructor(db: Database.Database) {
    this.#put = db.prepare('INSERT OR REPLACE INTO notices (id, json) VALUES (?, ?)')
    this.#remove = db.prepare('DELETE FROM notices WHERE id = ?')
    // Ids are made in the order of time.
    this.#all = db.prepare<[], string>('SELECT json FROM notices ORDER BY id').pluck()
  }

  keep(notice: Notice): void {
    this.#put.run(notice.id, JSON.stringify(notice))
  }

  dismiss(id: string): void {
    this.#remove.run(id)
  }

  all(): Notice[] {
    return this.#all.all().map((json) => noticeSchema.parse(JSON.parse(json)))
  }
}
