import Database from 'better-sqlite3'
import { existsSync, mkdirSync, renameSync } from 'node:fs'
import { dirname } from 'node:path'
import * as z from 'zod'
import { isWalMissing, markOpen } from './open-mark.ts'
import { rescueFrom, rescueFromCopy, type Rescued } from './rescue.ts'
import { migrations } from './schema.ts'
import type { StoreSetup } from './store-api.ts'

export interface OpenedDatabase {
  db: Database.Database
  /** What the operator should know of how it was opened; null when all is well. */
  notice: string | null
}

/**
 * Opens the store, making it when there is none. A file that is no longer a whole database is kept aside
 * (`.corrupt-<time>`) and replaced, its outbox and sites taken over as far as they can be read. Where the disk
 * takes nothing, the store lives in memory: a console that shows is better than one that does not start.
 */
export function openDatabase(setup: StoreSetup, now: number): OpenedDatabase {
  try {
    mkdirSync(dirname(setup.file), { recursive: true, mode: 0o700 })
    if (isWalMissing(setup.file)) return replaceDatabase(setup, now, 'its newest changes are missing')
    const db = openFile(setup, setup.file)
    markOpen(setup.file)
    return { db, notice: null }
  } catch (error) {
    return isDamage(error) ? replaceDatabase(setup, now, messageOf(error)) : openInMemory(setup, error)
  }
}

/** Keeps a damaged file aside and starts anew with what could be saved from it. */
export function replaceDatabase(setup: StoreSetup, now: number, why: string): OpenedDatabase {
  try {
    return replaceFile(setup, now, why)
  } catch (error) {
    return openInMemory(setup, error)
  }
}

function openInMemory(setup: StoreSetup, error: unknown): OpenedDatabase {
  const db = openFile(setup, ':memory:')
  const saved = existsSync(setup.file) ? rescueFromCopy(setup.file, db, setup.nativeBinding) : null
  const actions = saved && saved.commands > 0 ? ` ${savedWords(saved)}.` : ''
  return {
    db,
    notice: `Nothing can be kept on this disk (${messageOf(error)}): actions are lost when the app ends.${actions}`,
  }
}

function replaceFile(setup: StoreSetup, now: number, why: string): OpenedDatabase {
  const aside = `${setup.file}.corrupt-${now}`
  for (const suffix of ['', '-wal', '-shm']) {
    if (existsSync(setup.file + suffix)) renameSync(setup.file + suffix, aside + suffix)
  }
  const db = openFile(setup, setup.file)
  markOpen(setup.file)
  const saved = rescueFrom(aside, db, setup.nativeBinding)
  return {
    db,
    notice: `The local cache was damaged (${why}) and is read anew from the server; ${savedWords(saved)}.`,
  }
}

/**
 * True for errors that say the file itself is broken, not the disk or the moment: SQLite's own, and stored JSON
 * that is none any more or is not what was written.
 */
export function isDamage(error: unknown): boolean {
  if (error instanceof SyntaxError || error instanceof z.ZodError) return true
  return error instanceof Error && 'code' in error && /^SQLITE_(CORRUPT|NOTADB)/.test(String(error.code))
}

/** Reads the whole file; null when it is whole, else what is wrong in SQLite's words. About 5 ms for each MB. */
export function findDamage(db: Database.Database): string | null {
  const found = String(db.pragma('integrity_check(1)', { simple: true }))
  // Of several lines the last one says it: the others name database and tree.
  return found === 'ok' ? null : (found.split('\n').at(-1) ?? found)
}

function savedWords({ commands, isComplete }: Rescued): string {
  if (!isComplete) return `${commands} waiting actions were saved, others may be lost`
  return `${commands} waiting ${commands === 1 ? 'action was' : 'actions were'} saved`
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

function openFile({ nativeBinding }: StoreSetup, file: string): Database.Database {
  const db = new Database(file, nativeBinding === null ? {} : { nativeBinding })
  try {
    db.pragma('journal_mode = WAL')
    // An action that was accepted must survive a power cut, and it shares this file with the cache.
    db.pragma('synchronous = FULL')
    // Ten thousand missed changes are caught up without stopping to tidy, which is done when idle; this is the limit.
    db.pragma('wal_autocheckpoint = 16000')
    migrate(db)
    // A disk that takes nothing is found now, not when the first change comes.
    db.exec(`INSERT OR REPLACE INTO settings (key, value) VALUES ('openedAt', unixepoch())`)
    readSmallTables(db)
    return db
  } catch (error) {
    db.close()
    throw error
  }
}

/** Brings the store to this version's form; one that a newer version made is put aside like a damaged one. */
function migrate(db: Database.Database): void {
  const version = Number(db.pragma('user_version', { simple: true }))
  if (version > migrations.length)
    throw Object.assign(new Error(`made by a newer version (schema ${version})`), { code: 'SQLITE_NOTADB' })
  if (version === migrations.length) return
  db.transaction(() => {
    for (const statements of migrations.slice(version)) db.exec(statements)
    db.pragma(`user_version = ${migrations.length}`)
  }).immediate()
}

/** Damage in what cannot be read again from a server is found now, not when an action is taken. */
function readSmallTables(db: Database.Database): void {
  for (const table of [
    'settings',
    'sites',
    'cursors',
    'outbox',
    'staging',
    'notices',
    'live_marks',
    'absences',
  ])
    db.prepare(`SELECT * FROM ${table}`).all()
}
