import Database from 'better-sqlite3'
import { copyFileSync, existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type * as z from 'zod'
import { awayAccountSchema, noticeSchema, settledActionSchema } from '../../../src-shared/console-views.ts'
import { commandSchema } from '../../../src-shared/domain/command.ts'

export interface Rescued {
  commands: number
  /** False when the outbox could be read only in part, or not at all. */
  isComplete: boolean
}

interface OutboxRow {
  id: string
  site: string
  json: string
}

/** What no server can send again, but for the outbox, which is read row by row. */
const ownTables: Record<string, { columns: string; json: z.ZodType | null }> = {
  sites: { columns: 'key, url, name, server_id, operator, is_local, ord', json: null },
  settled: { columns: 'id, site, at, is_seen, json', json: settledActionSchema },
  notices: { columns: 'id, json', json: noticeSchema },
  live_marks: { columns: 'site, live_at, epoch, seq, complete_at, skipped', json: null },
  absences: { columns: 'site, json', json: awayAccountSchema },
}

/**
 * Takes over what only this machine knows from a damaged store: actions that wait, sites, settled results.
 * Not the client id: a new store is a new client, while saved commands stay as they were made.
 */
export function rescueFrom(file: string, into: Database.Database, nativeBinding: string | null): Rescued {
  const rescued: Rescued = { commands: 0, isComplete: false }
  let from: Database.Database
  try {
    from = new Database(file, { fileMustExist: true, ...(nativeBinding === null ? {} : { nativeBinding }) })
  } catch {
    return rescued
  }
  for (const [table, { columns, json }] of Object.entries(ownTables)) {
    attempt(() => {
      const values = columns.split(',').map(() => '?')
      const insert = into.prepare(`INSERT OR IGNORE INTO ${table} (${columns}) VALUES (${values.join(', ')})`)
      for (const row of from.prepare<[], unknown[]>(`SELECT ${columns} FROM ${table}`).raw().all()) {
        // What is no longer what was written would damage the new store too.
        attempt(() => {
          json?.parse(JSON.parse(String(row.at(-1))))
          insert.run(row)
        })
      }
    })
  }
  attempt(() => into.exec(`UPDATE live_marks SET lost = 'the local cache was damaged'`))
  const insert = into.prepare<[string, string, string]>(
    'INSERT OR IGNORE INTO outbox (id, site, json) VALUES (?, ?, ?)',
  )
  rescued.isComplete = attempt(() => {
    const ords = from.prepare<[], number>('SELECT ord FROM outbox ORDER BY ord').pluck().all()
    const one = from.prepare<[number], OutboxRow>('SELECT id, site, json FROM outbox WHERE ord = ?')
    let failed = 0
    for (const ord of ords) {
      // One at a time: a broken page costs what is on it and nothing more.
      const isRead = attempt(() => {
        const row = one.get(ord)
        if (row) commandSchema.parse(JSON.parse(row.json))
        if (row) rescued.commands += insert.run(row.id, row.site, row.json).changes
      })
      if (!isRead) failed += 1
    }
    if (failed > 0) throw new Error(`${failed} rows are not readable`)
  })
  attempt(() => from.close())
  return rescued
}

/** The same from a store that cannot be opened where it is: its disk takes nothing, a copy elsewhere may. */
export function rescueFromCopy(file: string, into: Database.Database, nativeBinding: string | null): Rescued {
  let folder: string | null = null
  try {
    folder = mkdtempSync(join(tmpdir(), 'watchfloor-rescue-'))
    const copy = join(folder, 'console.db')
    for (const suffix of ['', '-wal'])
      if (existsSync(file + suffix)) copyFileSync(file + suffix, copy + suffix)
    return rescueFrom(copy, into, nativeBinding)
  } catch {
    return { commands: 0, isComplete: false }
  } finally {
    if (folder !== null) rmSync(folder, { recursive: true, force: true })
  }
}

function attempt(run: () => void): boolean {
  try {
    run()
    return true
  } catch {
    return false
  }
}
