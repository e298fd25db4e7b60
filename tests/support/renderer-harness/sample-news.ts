import type { AwayAccount, Notice, SettledAction } from '../../../src-shared/console-views.ts'
import { id, incidentId, siteId } from './sample-rows.ts'

/** Notices, settled actions and accounts of absences for a scripted console. Times count back from `now`. */

export function notice(level: Notice['level'], text: string, now = Date.now()): Notice {
  return { id: id(7, level.length), at: now - 60_000, level, text }
}

export function settledAction(changes: Partial<SettledAction> = {}, now = Date.now()): SettledAction {
  return {
    commandId: id(9, 9),
    siteId,
    incidentId: incidentId(1044),
    number: 1044,
    body: { kind: 'acknowledge', incidentId: incidentId(1044) },
    status: 'conflict',
    message: 'jonas.reiter acknowledged it at 14:02.',
    at: now - 30_000,
    ...changes,
  }
}

export function awayAccount(changes: Partial<AwayAccount> = {}, now = Date.now()): AwayAccount {
  return {
    siteId,
    from: now - 200_000,
    to: now - 8000,
    durationMs: 192_000,
    cause: 'offline',
    changes: 14,
    incidentsTriggered: 2,
    incidentsResolved: 1,
    incidentsChanged: 3,
    lost: null,
    ...changes,
  }
}
