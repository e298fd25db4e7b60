import type { ReactNode } from 'react'
import type { Severity } from '../../../src-shared/domain/severity.ts'
import { SeverityMark } from '../../components/severity-mark.tsx'
import { useSession } from '../../hooks/use-session.ts'
import { formatFull, formatSince } from '../../state/format.ts'
import { texts } from '../../texts.ts'

export interface FoundRowProps {
  siteId: string
  /** Where it leads; null: nowhere. */
  incidentId: string | null
  at: number
  now: number
  severity: Severity
  /** Of the incident. */
  number?: number
  title: string
  /** The line below the title. */
  children: ReactNode
  /** A line below that. */
  below?: ReactNode
}

/** Something that was found, which leads to its incident. */
export function FoundRow(props: FoundRowProps) {
  const { siteId, incidentId, at, now, severity, number, title, children, below } = props
  const session = useSession()
  const content = (
    <>
      <time dateTime={new Date(at).toISOString()} title={formatFull(at)}>
        {formatSince(at, now)}
      </time>
      <SeverityMark severity={severity} />
      <span className="found-title" title={title}>
        <span className="unseen">{texts.severity[severity]}</span>{' '}
        {number !== undefined && <span className="number">#{number} </span>}
        {title}
      </span>
      <span className="found-facts">{children}</span>
      {below}
    </>
  )
  if (incidentId === null) return <li className="found-row">{content}</li>
  return (
    <li>
      <button
        type="button"
        className="found-row"
        onClick={({ currentTarget }) => {
          currentTarget.closest('dialog')?.close()
          session.focusIncident(incidentId, siteId)
        }}
      >
        {content}
        <span className="found-leads" aria-hidden="true">
          ›
        </span>
      </button>
    </li>
  )
}
