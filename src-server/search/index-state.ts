import type Database from 'better-sqlite3'
import * as z from 'zod'
import { seqSchema } from '../../src-shared/domain/ids.ts'
import { DamagedIndexError } from './damaged-index.ts'

const progressSchema = z.object({
  /** Every event up to here is indexed. */
  cursor: seqSchema,
  /** States of things that were written up to here are taken from the things themselves, those after it from the log. */
  thingsUpTo: seqSchema,
  /** The key of the thing that was indexed last; null when all have been. */
  thingsAfter: z.string().nullable(),
})
/** How far an index is. Kept in the same transaction as what it says. */
export type IndexProgress = z.infer<typeof progressSchema>

export class IndexState {
  readonly #get
  readonly #put

  constructor(database: Database.Database) {
    this.#get = database.prepare<[], string>("select value from meta where key = 'progress'").pluck()
    this.#put = database.prepare<[string]>(
      "insert into meta (key, value) values ('progress', ?) on conflict (key) do update set value = excluded.value",
    )
  }

  /** Null for an index that was never filled. */
  read(): IndexProgress | null {
    const text = this.#get.get()
    if (text === undefined) return null
    const { success, data } = progressSchema.safeParse(JSON.parse(text))
    if (!success) throw new DamagedIndexError('its progress cannot be read')
    return data
  }

  write(progress: IndexProgress): void {
    this.#put.run(JSON.stringify(progress))
  }
}
