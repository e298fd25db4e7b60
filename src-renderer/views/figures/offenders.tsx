import type { ReactNode } from 'react'
import { useSession } from '../../hooks/use-session.ts'
import { texts } from '../../texts.ts'

/** What is behind a figure, below it at a click; nothing where there is nothing. */
export function Offenders({ children }: { children: readonly ReactNode[] }) {
  if (children.length === 0) return null
  return (
    <details className="offenders">
      <summary>{texts.figures.offenders(children.length)}</summary>
      <ol>{children}</ol>
    </details>
  )
}

export interface IncidentOffenderProps {
  siteId: string
  incident: { incidentId: string; number: number | null; title: string }
  /** How much of an offender it is. */
  children: ReactNode
}

/** Leads to the incident. */
export function OffendingIncident({ siteId, incident, children }: IncidentOffenderProps) {
  const session = useSession()
  const { incidentId, number, title } = incident
  return (
    <li>
      <button
        type="button"
        className="link"
        onClick={() => {
          session.panels.show(null)
          session.focusIncident(incidentId, siteId)
        }}
      >
        {number !== null && <span className="number">#{number}</span>} {title || texts.figures.untitled}
      </button>
      <small>{children}</small>
    </li>
  )
}
