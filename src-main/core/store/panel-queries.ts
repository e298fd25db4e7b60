import type Database from 'better-sqlite3'
import {
  shiftEntriesShown,
  suppressedShown,
  type MaintenanceView,
  type ShiftLog,
} from '../../../src-shared/console-panels.ts'
import type { MaintenanceWindow } from '../../../src-shared/domain/maintenance.ts'

type SuppressedAlert = MaintenanceView['windows'][number]['newest'][number]

const isSuppressed = `alerts.site = ? AND incident_id IS NULL
  AND json_extract(alerts.json, '$.isSuppressed') AND json_extract(alerts.json, '$.isOpen')`

/** Reads what the panels show beside the board. */
export class PanelQueries {
  readonly #shift
  readonly #windows
  readonly #suppressed
  readonly #newest
  readonly #serviceName

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
      `SELECT json_extract(json, '$.maintenanceId') AS id, count(*) AS n FROM alerts WHERE ${isSuppressed} GROUP BY 1`,
    )
    this.#newest = db.prepare<[string, string], SuppressedAlert>(
      `SELECT alerts.id, json_extract(alerts.json, '$.title') AS title, json_extract(alerts.json, '$.severity') AS severity,
         ifnull(json_extract(things.json, '$.name'), '') AS service
       FROM alerts LEFT JOIN things ON things.site = alerts.site AND things.kind = 'service'
         AND things.id = json_extract(alerts.json, '$.serviceId')
       WHERE ${isSuppressed} AND json_extract(alerts.json, '$.maintenanceId') = ?
       ORDER BY alerts.id DESC LIMIT ${suppressedShown}`,
    )
    this.#serviceName = db
      .prepare<[string, string], string>(
        "SELECT json_extract(json, '$.name') FROM things WHERE site = ? AND kind = 'service' AND id = ?",
      )
      .pluck()
  }

  serviceNames(site: string, ids: readonly string[]): Map<string, string> {
    return new Map(
      ids.flatMap((id): [string, string][] => {
        const name = this.#serviceName.get(site, id)
        return name === undefined ? [] : [[id, name]]
      }),
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
      const suppressed = counts.get(window.id) ?? 0
      return { window, suppressed, newest: suppressed === 0 ? [] : this.#newest.all(site, window.id) }
    })
  }
}
