import type { Alert } from '../domain/alert.ts'
import type { MonitoringEvent } from '../domain/event.ts'
import { severityRank } from '../domain/severity.ts'

/**
 * What is milder than an open alert, once this event has fed it. Its severity falls only after it has stayed so for a
 * while: what swings around a threshold would be announced with every swing.
 */
export function milderAfter(
  { severity, startedAt, milder }: Pick<Alert, 'severity' | 'startedAt' | 'milder'>,
  event: Pick<MonitoringEvent, 'severity' | 'occurredAt'>,
  at: number,
  settleMs: number,
): Alert['milder'] {
  // It is late: the alert has heard of a later time already.
  if (event.occurredAt !== null && startedAt !== null && event.occurredAt < startedAt) return milder
  if (severityRank(event.severity) >= severityRank(severity)) return null
  return { severity: event.severity, settlesAt: milder?.settlesAt ?? at + settleMs }
}
