import type { Severity } from '../../src-shared/domain/severity.ts'

const shapes = {
  critical: 'M3.6.4h4.8l3.2 3.2v4.8l-3.2 3.2H3.6L.4 8.4V3.6z',
  error: 'M6 0l6 6-6 6-6-6z',
  warning: 'M6 .8 12 11.4H0z',
  info: 'M6 1a5 5 0 1 0 0 10A5 5 0 0 0 6 1z',
} as const satisfies Record<Severity, string>

/** Severity by shape and colour; the word stands beside it, or in the name of what it belongs to. */
export function SeverityMark({ severity, size = 12 }: { severity: Severity; size?: number }) {
  return (
    <svg className={`mark-${severity}`} width={size} height={size} viewBox="0 0 12 12" aria-hidden="true">
      <path d={shapes[severity]} fill="currentColor" />
    </svg>
  )
}
