import Database from 'better-sqlite3'
import { removeDatabase } from '../log/backup.ts'
import { DamagedIndexError } from './damaged-index.ts'

/** Counted up whenever what stands below changes: an index of another number is made anew. */
const indexVersion = 3

const schema = `
  create table meta (key text primary key, value text not null) without rowid;
  create table content (id integer primary key, hash blob not null unique, text text not null);
  create virtual table content_words using fts5 (
    text, content = '', contentless_delete = 1, detail = none, tokenize = 'trigram case_sensitive 1'
  );
  create table event_block (
    first_seq integer primary key,
    last_seq integer not null,
    events integer not null,
    oldest_at integer not null,
    newest_at integer not null,
    kinds blob not null,
    places blob not null
  );
  create virtual table content_terms using fts5vocab(content_words, row);
  create table carrier (id text primary key, number integer not null, content_id integer not null) without rowid;
  create index carrier_content on carrier (content_id, number);
  create table service (id text primary key, name text not null) without rowid;
  create table incident_service (
    service_id text not null,
    number integer not null,
    primary key (service_id, number)
  ) without rowid;
`

export interface IndexFileOptions {
  file: string
  /** The name of the log that is indexed. */
  epoch: string
  nativeBinding?: string | undefined
}

export interface OpenedIndex {
  database: Database.Database
  /** Why it had to be made anew; null when it goes on from where it was. */
  madeAnew: string | null
}

/** Opens the index of this log. One of another log, of another version, or a damaged one is made anew: it holds no truth. */
export function openIndexFile(options: IndexFileOptions): OpenedIndex {
  try {
    const database = openFile(options)
    const why = whyNotUsable(database, options.epoch)
    if (why === null) return { database, madeAnew: null }
    database.close()
    return { database: makeAnew(options), madeAnew: why }
  } catch (error) {
    if (!isDamage(error)) throw error
    return { database: makeAnew(options), madeAnew: `it is damaged (${String(error)})` }
  }
}

export function makeAnew(options: IndexFileOptions): Database.Database {
  removeDatabase(options.file)
  const database = openFile(options)
  createSchema(database, options.epoch)
  return database
}

/** An index that holds nothing and is never filled: searches go through the log itself. */
export function openEmptyIndex({ epoch, nativeBinding }: Omit<IndexFileOptions, 'file'>): Database.Database {
  const database = new Database(':memory:', nativeBinding === undefined ? {} : { nativeBinding })
  createSchema(database, epoch)
  return database
}

/** True for errors that say the file itself is broken, not the disk or the moment. */
export function isDamage(error: unknown): boolean {
  if (error instanceof DamagedIndexError) return true
  if (!(error instanceof Database.SqliteError)) return false
  return /^SQLITE_(CORRUPT|NOTADB)/.test(error.code) || /no such (table|column)/.test(error.message)
}

function openFile({ file, nativeBinding }: IndexFileOptions): Database.Database {
  const database = new Database(file, nativeBinding === undefined ? {} : { nativeBinding })
  try {
    database.pragma('journal_mode = WAL')
    // A power cut may take the newest of it together with its cursor: it is read from the log again.
    database.pragma('synchronous = NORMAL')
    return database
  } catch (error) {
    database.close()
    throw error
  }
}

function createSchema(database: Database.Database, epoch: string): void {
  const create = database.transaction(() => {
    database.exec(schema)
    database.prepare("insert into meta (key, value) values ('epoch', ?)").run(epoch)
    database.pragma(`user_version = ${indexVersion}`)
  })
  create.immediate()
}

function whyNotUsable(database: Database.Database, epoch: string): string | null {
  const version = Number(database.pragma('user_version', { simple: true }))
  if (version === 0) return 'there was none'
  if (version !== indexVersion) return `it has version ${version}, this Watchfloor makes ${indexVersion}`
  const of = database.prepare<[], string>("select value from meta where key = 'epoch'").pluck().get()
  return of === epoch ? null : 'it is of another log'
}
