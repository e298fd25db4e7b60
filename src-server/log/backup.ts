import { existsSync, lstatSync, renameSync, rmSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import Database from 'better-sqlite3'
import { expectLog, isFolder, logFileOf } from './data-folder.ts'
import { schemaVersion } from './migrations.ts'
import { syncFile, syncFolderOf } from './sync-file.ts'

export interface BackupAccount {
  /** The newest entry that the backup holds; 0 when the log is empty. */
  head: number
  pages: number
}

/** A commit of a running server is waited for. */
const busyTimeoutMs = 10_000
/** 4 MB: brought to the disk step by step, so that the server's commits never wait for the whole copy. */
const pagesPerStep = 1_000
/** A write-ahead log that the server's next commit would feel. */
const longLogBytes = 16_000_000

/**
 * Copies the log of a data folder to a file of its own, as it is at one instant, whether a server writes to it or not. What
 * is at `file` afterwards was opened and checked, and has reached the disk. Throws when `file` exists, or there is no log.
 */
export async function backUp(dataDir: string, file: string, nativeBinding?: string): Promise<BackupAccount> {
  if (!isFolder(dirname(file))) throw new Error(`there is no folder ${dirname(file)}: make it first`)
  // A link that leads nowhere is there, too.
  if (lstatSync(file, { throwIfNoEntry: false }))
    throw new Error(`${file} exists already: a backup replaces nothing, choose another name`)
  expectLog(dataDir)
  const source = logFileOf(dataDir)
  const partial = `${file}.partial`
  removeDatabase(partial)
  const binding = nativeBinding === undefined ? {} : { nativeBinding }
  const database = new Database(source, { readonly: true, timeout: busyTimeoutMs, ...binding })
  try {
    // Reading from one instant on: without it each commit of the server would start the copy again.
    database.exec('begin')
    database.prepare('select count(*) from meta').get()
    const { totalPages: pages } = await copyTo(partial, database, file)
    database.exec('commit')
    shortenLog(source, binding)
    const head = closeUp(partial, nativeBinding)
    syncFile(partial)
    renameSync(partial, file)
    syncFolderOf(file)
    return { head, pages }
  } catch (error) {
    removeDatabase(partial)
    throw error
  } finally {
    database.close()
  }
}

/** SQLite says why a copy failed, but not of what. */
async function copyTo(
  partial: string,
  database: Database.Database,
  file: string,
): Promise<Database.BackupMetadata> {
  try {
    return await database.backup(partial, {
      progress: () => {
        if (existsSync(partial)) syncFile(partial)
        return pagesPerStep
      },
    })
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause)
    throw new Error(`the copy to ${file} failed: ${why}`, { cause })
  }
}

/**
 * While the copy was made, all that the server wrote stayed in the write-ahead log. It is brought into the database here, in a
 * process of low priority: left to the server, its next commit would wait for all of it. Where that is not allowed, the
 * server does it.
 */
function shortenLog(source: string, binding: Database.Options): void {
  const bytes = statSync(`${source}-wal`, { throwIfNoEntry: false })?.size ?? 0
  if (bytes < longLogBytes) return
  try {
    const database = new Database(source, { fileMustExist: true, timeout: 0, ...binding })
    try {
      database.pragma('wal_checkpoint(PASSIVE)')
    } finally {
      database.close()
    }
  } catch (error) {
    if (!(error instanceof Database.SqliteError)) throw error
  }
}

/**
 * Makes of a copied database one file without companions, and proves it: its pages and indexes fit, and this version can
 * read it. Returns its newest position.
 */
function closeUp(path: string, nativeBinding?: string): number {
  const database = new Database(path, nativeBinding === undefined ? {} : { nativeBinding })
  try {
    database.pragma('journal_mode = DELETE')
    proveWhole(database, path)
    return database.prepare<[], number>('select coalesce(max(seq), 0) from log').pluck().get() ?? 0
  } finally {
    database.close()
  }
}

/** Throws when this is no log of a Watchfloor that this version can read, or when it is damaged. */
export function proveWhole(database: Database.Database, name: string): void {
  const version = Number(ask(database, 'user_version', name))
  if (version === 0) throw new Error(`${name} is not a Watchfloor log`)
  if (version > schemaVersion) {
    throw new Error(
      `${name} has schema ${version}, this version knows ${schemaVersion}: use a newer Watchfloor`,
    )
  }
  const found = String(ask(database, 'integrity_check(1)', name))
  if (found !== 'ok') throw new Error(`${name} is damaged: ${found}`)
}

/** SQLite says what is wrong with a file, but not with which. */
function ask(database: Database.Database, pragma: string, name: string): unknown {
  try {
    return database.pragma(pragma, { simple: true })
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause)
    throw new Error(`${name} is damaged, or no Watchfloor log: ${why}`, { cause })
  }
}

/** Removes a database file with what SQLite keeps beside it. */
export function removeDatabase(path: string): void {
  for (const suffix of ['', '-wal', '-shm', '-journal']) rmSync(`${path}${suffix}`, { force: true })
}
