import type Database from 'better-sqlite3'

const prefix = 'longPoll:'

/** The networks in which WebSockets did not pass and long polling did. */
export class WayTable {
  readonly #all
  readonly #put
  readonly #remove

  constructor(db: Database.Database) {
    this.#all = db
      .prepare<[], string>(
        `SELECT substr(key, ${prefix.length + 1}) FROM settings WHERE key LIKE '${prefix}%'`,
      )
      .pluck()
    this.#put = db.prepare(`INSERT OR REPLACE INTO settings (key, value) VALUES (?, 'yes')`)
    this.#remove = db.prepare('DELETE FROM settings WHERE key = ?')
  }

  longPollNetworks(): string[] {
    return this.#all.all()
  }

  keep(network: string, needsLongPoll: boolean): void {
    if (needsLongPoll) this.#put.run(prefix + network)
    else this.#remove.run(prefix + network)
  }
}
