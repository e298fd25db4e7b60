import type Database from 'better-sqlite3'
import type { ForgetStep } from './log-forgetting.ts'

/**
 * Forgets consoles that have sent no command for long, with the results of their last ones. One that comes back all the
 * same is new: its next number is a gap in the numbers, like any other.
 */
export class ClientForgetting {
  readonly #quiet
  readonly #dropResults
  readonly #dropClient

  /** On the writing connection. */
  constructor(database: Database.Database) {
    this.#quiet = database
      .prepare<[number, number], string>('select client_id from command_client where at < ? limit ?')
      .pluck()
    this.#dropResults = database.prepare<[string, string, number]>(
      'delete from command_result where client_id = ? and (author, number) in ' +
        '(select author, number from command_result where client_id = ? order by author, number limit ?)',
    )
    this.#dropClient = database.prepare<[string]>('delete from command_client where client_id = ?')
  }

  /** One step, inside a writer's turn: forgets at most `most` results and clients whose newest command is from before this instant. */
  step(before: number, most: number): ForgetStep {
    const clients = this.#quiet.all(before, most)
    let gone = 0
    for (const client of clients) {
      gone += this.#dropResults.run(client, client, most - gone).changes
      // Some of its results may be left: it goes last.
      if (gone >= most) return { gone, hasMore: true }
      gone += this.#dropClient.run(client).changes
    }
    return { gone, hasMore: clients.length === most }
  }
}
