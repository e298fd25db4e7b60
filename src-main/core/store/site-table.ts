import type Database from 'better-sqlite3'
import * as z from 'zod'
import { cursorSchema, type Cursor } from '../../../src-shared/protocol/frames.ts'
import { unreadSchema, type Unread } from '../sync/unread.ts'
import type { StoredPosition, StoredSite } from './store-api.ts'

interface SiteRow {
  key: string
  url: string
  name: string
  server_id: string | null
  operator: string | null
  is_local: number
}

interface CursorRow {
  epoch: string
  seq: number
  channels: string
  complete_at: number | null
  unread: string | null
}

const channelListSchema = z.array(z.string())
const stagedSchema = z.object({
  cursor: cursorSchema,
  channels: channelListSchema,
  unread: unreadSchema.nullable().default(null),
})
const operatorSchema = z.object({ name: z.string(), role: z.string() })

/** The servers that the console knows, and how far each has been read. */
export class SiteTable {
  readonly #all
  readonly #save
  readonly #cursor
  readonly #saveCursor
  readonly #saveChannels
  readonly #saveUnread
  readonly #staging

  constructor(db: Database.Database) {
    this.#all = db.prepare<[], SiteRow>(
      'SELECT key, url, name, server_id, operator, is_local FROM sites ORDER BY ord, key',
    )
    this.#save = db.prepare(
      `INSERT INTO sites (key, url, name, server_id, operator, is_local, ord)
       VALUES (?, ?, ?, ?, ?, ?, (SELECT coalesce(max(ord), 0) + 1 FROM sites))
       ON CONFLICT (key) DO UPDATE SET url = excluded.url, name = excluded.name, server_id = excluded.server_id,
         operator = excluded.operator, is_local = excluded.is_local`,
    )
    this.#cursor = db.prepare<[string], CursorRow>(
      'SELECT epoch, seq, channels, complete_at, unread FROM cursors WHERE site = ?',
    )
    this.#saveCursor = db.prepare(
      `INSERT INTO cursors (site, epoch, seq, channels, complete_at) VALUES (?, ?, ?, ?, ?)
       ON CONFLICT (site) DO UPDATE SET epoch = excluded.epoch, seq = excluded.seq,
         channels = excluded.channels, complete_at = coalesce(excluded.complete_at, complete_at)`,
    )
    this.#saveChannels = db.prepare('UPDATE cursors SET channels = ? WHERE site = ?')
    this.#saveUnread = db.prepare('UPDATE cursors SET unread = ? WHERE site = ?')
    this.#staging = db.prepare<[string], string>('SELECT next FROM staging WHERE site = ?').pluck()
  }

  sites(): StoredSite[] {
    return this.#all.all().map((row) => ({
      key: row.key,
      url: row.url,
      name: row.name,
      serverId: row.server_id,
      operator: row.operator === null ? null : operatorSchema.parse(JSON.parse(row.operator)),
      isLocal: row.is_local === 1,
    }))
  }

  save({ key, url, name, serverId, operator, isLocal }: StoredSite): void {
    this.#save.run(
      key,
      url,
      name,
      serverId,
      operator === null ? null : JSON.stringify(operator),
      isLocal ? 1 : 0,
    )
  }

  position(site: string): StoredPosition {
    const row = this.#cursor.get(site)
    const next = this.#staging.get(site)
    return {
      cursor: row ? { epoch: row.epoch, seq: row.seq } : null,
      channels: row ? channelListSchema.parse(JSON.parse(row.channels)) : [],
      completeAt: row?.complete_at ?? null,
      staged: next === undefined ? null : stagedSchema.parse(JSON.parse(next)),
      unread: row?.unread ? unreadSchema.parse(JSON.parse(row.unread)) : null,
    }
  }

  cursor(site: string): Cursor | null {
    const row = this.#cursor.get(site)
    return row ? { epoch: row.epoch, seq: row.seq } : null
  }

  /** `completeAt` null keeps what was known before. */
  saveCursor(site: string, cursor: Cursor, channels: readonly string[], completeAt: number | null): void {
    this.#saveCursor.run(site, cursor.epoch, cursor.seq, JSON.stringify(channels), completeAt)
  }

  /** In the transaction that moves the cursor past them. */
  saveUnread(site: string, unread: Unread | null): void {
    this.#saveUnread.run(unread && JSON.stringify(unread), site)
  }

  saveChannels(site: string, channels: readonly string[]): void {
    this.#saveChannels.run(JSON.stringify(channels), site)
  }
}
