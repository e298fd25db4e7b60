import type { PendingOther } from '../../src-shared/console-views.ts'
import type { MaintenanceWindow } from '../../src-shared/domain/maintenance.ts'
import type { Service } from '../../src-shared/domain/service.ts'

/**
 * Where a form begins: with what this console's own actions that wait make of the thing, so that a second change does not
 * take the first one back. The revision stays the one that was read.
 */
export function serviceToEdit(service: Service, pending: readonly PendingOther[]): Service {
  return pending.reduce((now, { body }) => {
    if (body.kind !== 'editService' || body.serviceId !== service.id) return now
    const { team = now.team, runbookUrl = now.runbookUrl, labels = now.labels } = body
    return { ...now, team, runbookUrl, labels }
  }, service)
}

export function windowToChange(
  window: MaintenanceWindow,
  pending: readonly PendingOther[],
): MaintenanceWindow {
  return pending.reduce(
    (now, { body }) =>
      body.kind === 'planMaintenance' && body.windowId === window.id ? { ...now, ...body.plan } : now,
    window,
  )
}
