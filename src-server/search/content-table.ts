import { hash } from 'node:crypto'
import type Database from 'better-sqlite3'
import { contentText, indexedText, readContent, type Content } from './content.ts'

/** Texts that come again and again are not looked up each time. */
const mostRemembered = 20_000
const hashBytes = 16

/** Contents, each once, with their trigrams. */
export class ContentTable {
  readonly #find
  readonly #insert
  readonly #insertWords
  readonly #remove
  readonly #removeWords
  readonly #ids
  readonly #newest
  #remembered = new Map<string, number>()
  /** While unused contents are looked for: 1 for each that is used. Those above its end came since. */
  #used: Uint8Array | null = null

  constructor(database: Database.Database) {
    this.#find = database.prepare<[Uint8Array], number>('select id from content where hash = ?').pluck()
    this.#insert = database.prepare<[Uint8Array, string]>('insert into content (hash, text) values (?, ?)')
    this.#insertWords = database.prepare<[number | bigint, string]>(
      'insert into content_words (rowid, text) values (?, ?)',
    )
    this.#remove = database.prepare<[number]>('delete from content where id = ?')
    this.#removeWords = database.prepare<[number]>('delete from content_words where rowid = ?')
    this.#ids = database
      .prepare<[number, number], number>('select id from content where id > ? order by id limit ?')
      .pluck()
    this.#newest = database.prepare<[], number | null>('select max(id) from content').pluck()
  }

  /** The number of a content, which is put in when it is not there. */
  idOf(content: Content): number {
    const id = this.#findOrAdd(contentText(content))
    this.markUsed(id)
    return id
  }

  #findOrAdd(text: string): number {
    const known = this.#remembered.get(text)
    if (known !== undefined) return known
    const key = hash('sha256', text, 'buffer').subarray(0, hashBytes)
    const id = this.#find.get(key) ?? this.#add(key, text)
    if (this.#remembered.size >= mostRemembered) this.#remembered = new Map()
    this.#remembered.set(text, id)
    return id
  }

  #add(key: Uint8Array, text: string): number {
    const id = Number(this.#insert.run(key, text).lastInsertRowid)
    this.#insertWords.run(id, indexedText(readContent(text)))
    return id
  }

  /** From here on it is noted which contents are used, until all others were removed. */
  beginSweep(): void {
    this.#used = new Uint8Array((this.#newest.get() ?? 0) + 1)
  }

  markUsed(id: number): void {
    if (this.#used && id < this.#used.length) this.#used[id] = 1
  }

  /**
   * Looks at the next `most` contents above `after`, and removes those that nobody uses. Returns where it is; null when
   * the sweep is over.
   */
  sweep(after: number, most: number): number | null {
    const ids = this.#ids.all(after, most)
    const unused = ids.filter((id) => this.#used?.[id] === 0)
    for (const id of unused) {
      this.#remove.run(id)
      this.#removeWords.run(id)
    }
    if (unused.length > 0) this.forgetRemembered()
    const last = ids.at(-1)
    if (last !== undefined) return last
    this.#used = null
    return null
  }

  /** After a transaction that did not come about, or a content that went. */
  forgetRemembered(): void {
    if (this.#remembered.size > 0) this.#remembered = new Map()
  }
}
