import type { Alert } from '../../src-shared/domain/alert.ts'
import { severityRank } from '../../src-shared/domain/severity.ts'

/** Open ones first, of those the worst, of those the oldest. */
export function openFirst(a: Alert, b: Alert): number {
  return (
    Number(b.isOpen) - Number(a.isOpen) ||
    severityRank(b.severity) - severityRank(a.severity) ||
    a.firstSeenAt - b.firstSeenAt
  )
}
