import type { StoreTransaction } from '../log/store-transaction.ts'

/** Closes the alerts that are still open when a person resolves their incident. */
export async function closeAlertsOf(turn: StoreTransaction, incidentId: string): Promise<void> {
  for (const alert of await turn.alertsOf(incidentId)) {
    if (!alert.isOpen) continue
    const revision = alert.revision + 1
    const closed = { ...alert, revision, isOpen: false, milder: null, closedAt: turn.now }
    turn.append({ kind: 'alert', alert: closed })
  }
}
