import {
  nextChangeOf,
  prepareWindow,
  suppressing,
  type PreparedWindow,
  type Suppression,
} from '../../src-shared/correlation/maintenance-matcher.ts'
import type { CorrelatedEvent } from '../../src-shared/correlation/correlator.ts'
import type { Alert } from '../../src-shared/domain/alert.ts'
import type { Cause } from '../../src-shared/domain/incident-step.ts'
import type { MaintenanceWindow } from '../../src-shared/domain/maintenance.ts'
import { placeAlert, setTimers, type PlaceContext } from '../ingest/place-alert.ts'
import type { StoreTransaction } from '../log/store-transaction.ts'

export interface ReleaseContext extends PlaceContext {
  summaryQuietMs: number
}

/** Alerts let go in one turn: others get theirs in between. */
const perTurn = 200

/**
 * A window has begun, ended or been changed: open alerts that nothing suppresses any more get their incidents, as if they
 * had opened now. Sets the timer for the window's next beginning or end, or at once where alerts are left for another turn.
 */
export async function lookAtMaintenance(
  turn: StoreTransaction,
  windowId: string,
  context: ReleaseContext,
): Promise<void> {
  const window = await turn.maintenanceWindow(windowId)
  if (!window) return
  // What is over lets go of all of it, bit by bit; one that was only changed may have to keep what it has, so it is asked of all.
  const isOn = prepareWindow(window).onUntil(turn.now) !== null
  const alerts = await turn.suppressedBy(windowId, isOn ? Number.MAX_SAFE_INTEGER : perTurn)
  const windows = await turn.maintenanceWindows()
  const reason = `${isOn ? 'maintenance does not cover it' : 'maintenance is over'}: ${window.title}`
  for (const alert of alerts) await lookAtAlert(turn, alert, { window, windows, reason }, context)
  const dueAt = !isOn && alerts.length === perTurn ? turn.now : nextChangeOf(window, turn.now)
  if (dueAt !== null) turn.setTimer({ kind: 'maintenance', key: windowId, dueAt })
}

async function lookAtAlert(
  turn: StoreTransaction,
  alert: Alert,
  {
    window,
    windows,
    reason,
  }: { window: MaintenanceWindow; windows: readonly PreparedWindow[]; reason: string },
  context: ReleaseContext,
): Promise<void> {
  const event = await correlatedOf(turn, alert)
  const other = suppressing(windows, event, turn.now)
  if (other?.window.id === window.id) return
  const next = { ...alert, revision: alert.revision + 1 }
  if (other) {
    turn.append({ kind: 'alert', alert: suppressedBy(turn, next, other) })
    return
  }
  const cause: Cause = {
    at: turn.now,
    by: { kind: 'system', name: 'watchfloor' },
    reason: reason.slice(0, 300),
  }
  const placed = await placeAlert(turn, letGo(next), event, cause, context)
  turn.append({ kind: 'alert', alert: placed.alert })
  turn.append({ kind: 'incident', ...placed.transition })
  setTimers(turn, placed, context.summaryQuietMs)
}

/**
 * The alert while a window suppresses it. The window is looked at again when it ends at the latest: where clocks were ahead
 * and are put back, its own timer was for a later end, or there is none any more.
 */
export function suppressedBy(turn: StoreTransaction, alert: Alert, { window, until }: Suppression): Alert {
  turn.setTimerAtLatest({ kind: 'maintenance', key: window.id, dueAt: until })
  const groupReason = `maintenance: ${window.title}`
  return { ...alert, isSuppressed: true, maintenanceId: window.id, groupReason }
}

/** The alert while no window suppresses it. */
export function letGo(alert: Alert): Alert {
  return { ...alert, isSuppressed: false, maintenanceId: null, group: null }
}

/** What rules look at, as the alert remembers it of its newest event. */
async function correlatedOf(turn: StoreTransaction, alert: Alert): Promise<CorrelatedEvent> {
  const { dedupKey, severity, title, labels, sourceId, sourceName, group } = alert
  const service = await turn.service(alert.serviceId)
  const source = await turn.source(sourceId)
  return {
    dedupKey,
    severity,
    title,
    labels,
    sourceId,
    sourceName,
    service: service?.name ?? '',
    sourceKind: source?.kind ?? '',
    group,
  }
}
