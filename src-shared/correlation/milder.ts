import type { Alert } from '../domain/alert.ts'
import type { MonitoringEvent } from '../domain/event.ts'
import { severityRank, type Severity } from '../domain/severity.ts'

/**
 * What is milder than an open alert, once this event has fed it. Its severity falls only after it has stayed so for a
 * while: what swings around a threshold would be announced with every swing. Nor does it fall below the worst that was said
 * in that while.
 */
export function milderAfter(
  { severity, startedAt, milder }: Pick<Alert, 'severity' | 'startedAt' | 'milder'>,
  event: Pick<MonitoringEvent, 'severity' | 'occurredAt'>,
  at: number,
  settleMs: number,
): Alert['milder'] {
  // It is late: the alert has heard of a later time already.
  if (event.occurredAt !== null && startedAt !== null && event.occurredAt < startedAt) return milder
  const said = severityRank(event.severity)
  if (said >= severityRank(severity)) return null
  const falls = fallsOf(milder)
  const worse = falls.filter((fall) => severityRank(fall.severity) > said)
  // Since when nothing worse than this was said: what was milder meanwhile has been so for nothing.
  const settlesAt = falls[worse.length]?.settlesAt ?? at + settleMs
  return milderOf([...worse, { severity: event.severity, settlesAt }])
}

/** What an alert is by this instant, and what is milder still; null while it has not been milder for long enough. */
export function settledBy(
  milder: Alert['milder'],
  at: number,
): { severity: Severity; milder: Alert['milder'] } | null {
  const falls = fallsOf(milder)
  const settled = falls.findLast(({ settlesAt }) => settlesAt <= at)
  if (!settled) return null
  return { severity: settled.severity, milder: milderOf(falls.slice(falls.indexOf(settled) + 1)) }
}

interface Fall {
  severity: Severity
  settlesAt: number
}

/** One after the other, each milder and later than the one before. */
function fallsOf(milder: Alert['milder']): Fall[] {
  if (!milder) return []
  const { later, ...first } = milder
  return [first, ...later]
}

function milderOf([first, ...later]: Fall[]): Alert['milder'] {
  return first ? { ...first, later } : null
}
