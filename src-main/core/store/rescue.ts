import Database from 'better-sqlite3'

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
const ownTables = {
  sites: 'key, url, name, server_id, operator, is_local, ord',
  settled: 'id, site, at, is_seen, json',
  notices: 'id, json',
  live_marks: 'site, live_at, epoch, seq, complete_at, skipped',
  absences: 'site, json',
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
  for (const [table, columns] of Object.entries(ownTables)) {
    attempt(() => {
      const values = columns.split(',').map(() => '?')
      const insert = into.prepare(`INSERT OR IGNORE INTO ${table} (${columns}) VALUES (${values.join(', ')})`)
      for (const row of from.prepare(`SELECT ${columns} FROM ${table}`).raw().all()) insert.run(row)
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
        if (row) rescued.commands += insert.run(row.id, row.site, row.json).changes
      })
      if (!isRead) failed += 1
    }
    if (failed > 0) throw new Error(`${failed} rows are not readable`)
  })
  attempt(() => from.close())
  return rescued
}

function attempt(run: () => void): boolean {
  try {
    run()
    return true
  } catch {
    return false
  }
}
