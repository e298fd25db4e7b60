import type Database from 'better-sqlite3'
import { shiftEntriesShown, type MaintenanceView, type ShiftLog } from '../../../src-shared/console-panels.ts'
import type { MaintenanceWindow } from '../../../src-shared/domain/maintenance.ts'

/** Reads what the panels show beside the board. */
export class PanelQueries {
  readonly #shift
  readonly #windows
  readonly #suppressed

  constructor(db: Database.Database) {
    this.#shift = db
      .prepare<[string], string>(
        `SELECT json FROM things WHERE site = ? AND kind = 'shift' ORDER BY id DESC LIMIT ${shiftEntriesShown}`,
      )
      .pluck()
    this.#windows = db
      .prepare<[string], string>(
        "SELECT json FROM things WHERE site = ? AND kind = 'maintenance' ORDER BY id",
      )
      .pluck()
    this.#suppressed = db.prepare<[string], { id: string; n: number }>(
      `SELECT json_extract(json, '$.maintenanceId') AS id, count(*) AS n FROM alerts
       WHERE site = ? AND incident_id IS NULL AND json_extract(json, '$.isSuppressed')
         AND json_extract(json, '$.isOpen') GROUP BY 1`,
    )
  }

  /** Newest first: ids are made in the order of time. */
  shift(site: string): ShiftLog['entries'] {
    return this.#shift.all(site).map((json) => JSON.parse(json) as ShiftLog['entries'][number])
  }

  windows(site: string): MaintenanceView['windows'] {
    const counts = new Map(this.#suppressed.all(site).map(({ id, n }) => [id, n]))
    return this.#windows.all(site).map((json) => {
      const window = JSON.parse(json) as MaintenanceWindow
      return { window, suppressed: counts.get(window.id) ?? 0 }
    })
  }
}
