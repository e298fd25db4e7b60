import type Database from 'better-sqlite3'
import {
  nextChangeOf,
  prepareWindow,
  type PreparedWindow,
} from '../../src-shared/correlation/maintenance-matcher.ts'
import { readEntryOf } from './read-entry.ts'

/** What a writer's turn reads of maintenance windows and of what they suppress. */
export function createMaintenanceReads(database: Database.Database) {
  const windowsJson = database
    .prepare<[], string>("select json from thing where kind = 'maintenance' order by key")
    .pluck()
  const suppressed = database
    .prepare<[string, number], string>(
      'select id from alert where maintenance_id = ? and is_open = 1 order by opened_seq limit ?',
    )
    .pluck()
  let known: { windows: readonly PreparedWindow[]; readAt: number } | null = null
  return {
    /** A window was written or taken back: read them again. */
    changed: (): void => {
      known = null
    },
    /** Those that are not over at this instant, prepared. Read again when clocks were put back: fewer are over then. */
    windows: (at: number): readonly PreparedWindow[] => {
      if (known !== null && at >= known.readAt) return known.windows
      const windows = windowsJson
        .all()
        .map((json) => readEntryOf(json, 'maintenance').window)
        .filter((window) => nextChangeOf(window, at) !== null)
        .map(prepareWindow)
      known = { windows, readAt: at }
      return windows
    },
    /** Ids of open alerts, oldest first. */
    suppressedBy: (windowId: string, limit: number): string[] => suppressed.all(windowId, limit),
  }
}
