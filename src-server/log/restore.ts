import { constants, copyFileSync, existsSync, mkdirSync, readdirSync, renameSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { proveWhole, removeDatabase } from './backup.ts'
import { isFolder, logFileOf, makeDataFolder } from './data-folder.ts'
import { lockFolder } from './folder-lock.ts'
import { migrate } from './migrations.ts'
import { syncFile, syncFolderOf } from './sync-file.ts'

export interface RestoreOptions {
  /** A backup. It is only read. */
  file: string
  /** Made when it is missing. */
  dataDir: string
  /** Whether a log that is there already may be put aside. */
  replace: boolean
  clock: { now(): number }
  randomId: () => string
  nativeBinding?: string | undefined
}

export interface RestoreAccount {
  serverId: string
  /** The new name of the log. */
  epoch: string
  head: number
  /** Where the log lies that was there before; null when there was none. */
  putAside: string | null
}

/**
 * Puts the log of a backup into a data folder: the same server with the same tokens, and a new epoch, so that no console
 * takes its place in the old log for a place in this one. Throws, with everything as it was, when a server uses the folder,
 * when it holds a log that may not be replaced, and when the file is no whole backup.
 */
export function restore(options: RestoreOptions): RestoreAccount {
  const { file, dataDir, nativeBinding } = options
  if (!existsSync(file)) throw new Error(`there is no file ${file}`)
  if (isFolder(file)) throw new Error(`${file} is a folder: name the backup's file in it`)
  makeDataFolder(dataDir)
  const unlock = lockFolder(dataDir, nativeBinding)
  try {
    const path = logFileOf(dataDir)
    if (existsSync(path) && !options.replace) {
      throw new Error(`${dataDir} holds a log already: take an empty folder, or put it aside with --replace`)
    }
    const coming = join(dataDir, 'watchfloor.db.restoring')
    removeDatabase(coming)
    try {
      copyFileSync(file, coming, constants.COPYFILE_EXCL)
      const account = beginEpoch(coming, options)
      syncFile(coming)
      const putAside = putOldAside(dataDir, options.clock.now())
      renameSync(coming, path)
      syncFolderOf(path)
      return { ...account, putAside }
    } catch (error) {
      removeDatabase(coming)
      throw error
    }
  } finally {
    unlock()
  }
}

function beginEpoch(path: string, options: RestoreOptions): Omit<RestoreAccount, 'putAside'> {
  const { nativeBinding, randomId } = options
  const database = new Database(path, nativeBinding === undefined ? {} : { nativeBinding })
  try {
    proveWhole(database, options.file)
    database.pragma('synchronous = FULL')
    migrate(database)
    const epoch = randomId()
    database.prepare("update meta set value = ? where key = 'epoch'").run(epoch)
    database
      .prepare(
        "insert into audit (at, actor, action, subject, detail) values (?, 'administrator', ?, ?, null)",
      )
      .run(options.clock.now(), 'restored', epoch)
    const serverId = database
      .prepare<[], string>("select value from meta where key = 'serverId'")
      .pluck()
      .get()
    if (serverId === undefined) throw new Error(`${options.file} names no server: it was never started`)
    const head = database.prepare<[], number>('select coalesce(max(seq), 0) from log').pluck().get() ?? 0
    return { serverId, epoch, head }
  } finally {
    database.close()
  }
}

/** All of it together: a write-ahead log beside another database would be written into that one. */
function putOldAside(dataDir: string, at: number): string | null {
  const old = readdirSync(dataDir).filter((name) => /^watchfloor\.db(-wal|-shm|-journal)?$/.test(name))
  if (old.length === 0) return null
  const aside = join(dataDir, `replaced-${new Date(at).toISOString().replaceAll(':', '-')}`)
  mkdirSync(aside)
  // The log itself first: should this end halfway, what is left is no log, and is put aside the next time.
  for (const name of old.toSorted()) renameSync(join(dataDir, name), join(aside, name))
  return aside
}
