import { copyFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { expect, it } from 'vitest'
import { backUp } from '../../src-server/log/backup.ts'
import { sampleEvent } from '../support/post-events.ts'
import { openServerInside } from '../support/server-inside.ts'

/** The newest entry of what has been brought into the database itself, without what is only in its write-ahead log. */
function headOfFile(log: string): number {
  const alone = `${log}.alone`
  copyFileSync(log, alone)
  const database = new Database(alone)
  try {
    return Number(database.prepare('select coalesce(max(seq), 0) from log').pluck().get())
  } finally {
    database.close()
    for (const suffix of ['', '-wal', '-shm']) rmSync(alone + suffix, { force: true })
  }
}

it('leaves no long write-ahead log behind, for which the next commit would have to wait', async () => {
  const inside = openServerInside()
  try {
    const log = join(inside.dataDir, 'watchfloor.db')
    inside.store.database.pragma('wal_checkpoint(TRUNCATE)')
    // As a backup does while it copies: who reads from one instant on keeps all that is written since out of the database.
    const reader = new Database(log, { readonly: true })
    reader.exec('begin')
    reader.prepare('select count(*) from meta').get()
    const description = 'x'.repeat(16_000)
    for (let round = 0; round < 40; round += 1)
      await inside.send(
        Array.from({ length: 20 }, (_, index) => ({ ...sampleEvent(round * 20 + index), description })),
      )
    reader.close()
    expect(headOfFile(log)).toBeLessThan(inside.store.head())
    await backUp(inside.dataDir, join(inside.dataDir, 'copy.db'))
    expect(headOfFile(log)).toBe(inside.store.head())
  } finally {
    await inside.close()
  }
})
