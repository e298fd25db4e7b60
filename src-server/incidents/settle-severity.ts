import { settledBy } from '../../src-shared/correlation/milder.ts'
import { lowerSeverity } from '../../src-shared/domain/incident-reducer.ts'
import type { Cause } from '../../src-shared/domain/incident-step.ts'
import { severityRank, worseSeverity } from '../../src-shared/domain/severity.ts'
import type { StoreTransaction } from '../log/store-transaction.ts'
import { writeIncident } from './incident-deadlines.ts'

/** An alert may have been milder for long enough to count as that. Its state decides, not the timer. */
export async function settleSeverity(turn: StoreTransaction, alertId: string): Promise<void> {
  const alert = await turn.alert(alertId)
  if (!alert?.isOpen || !alert.milder) return
  const settled = settledBy(alert.milder, turn.now)
  const next = settled ? settled.milder : alert.milder
  if (next) turn.setTimer({ kind: 'milder', key: alertId, dueAt: next.settlesAt })
  if (!settled) return
  const { severity } = settled
  const lowered = { ...alert, revision: alert.revision + 1, ...settled }
  turn.append({ kind: 'alert', alert: lowered })
  const incident = alert.incidentId === null ? null : await turn.incident(alert.incidentId)
  if (!incident) return
  const worstOther = await turn.worstOpenSeverity(incident.id, alertId)
  const worstOpen = worstOther === null ? severity : worseSeverity(worstOther, severity)
  if (severityRank(worstOpen) >= severityRank(incident.severity)) return
  const reason = `${alert.sourceName} has said nothing worse than ${severity} for a while`
  const cause: Cause = { at: turn.now, by: { kind: 'system', name: 'watchfloor' }, reason }
  writeIncident(turn, incident, lowerSeverity(incident, lowered, worstOpen, cause))
}
