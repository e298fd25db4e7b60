import type { IncidentRow } from '../../src-shared/console-views.ts'
import { useDetail, useRow } from '../hooks/use-session.ts'
import { newerRow } from '../state/newer-row.ts'
import { texts } from '../texts.ts'
import { AlertsCard } from './alerts-card.tsx'
import { IncidentActions } from './incident-actions.tsx'
import { IncidentHead } from './incident-head.tsx'
import { OpenForm } from './forms/open-form.tsx'
import { SummaryCard } from './summary-card.tsx'
import { TimelineCard } from './timeline-card.tsx'
import { WhyCard } from './why-card.tsx'

/** The incident that is selected: its head at once from its row, the rest when its detail has come. */
export function IncidentPane() {
  const incidentId = useDetail((state) => state.incidentId)
  const detailRow = useDetail((state) => state.detail?.row)
  const row = newerRow(useRow(incidentId), detailRow)
  return (
    <section id="incident-pane" className="pane" aria-label={texts.incident.label} tabIndex={-1}>
      {incidentId === null ? (
        <NoIncident />
      ) : row === undefined ? (
        <Body row={null} />
      ) : (
        <Incident row={row} />
      )}
    </section>
  )
}

function NoIncident() {
  return (
    <div className="empty">
      <p className="empty-title">{texts.incident.none}</p>
      <p>{texts.incident.noneHint}</p>
    </div>
  )
}

function Incident({ row }: { row: IncidentRow }) {
  return (
    <>
      <IncidentHead row={row} />
      <IncidentActions row={row} />
      <OpenForm row={row} />
      <Body row={row} />
    </>
  )
}

function Body({ row }: { row: IncidentRow | null }) {
  const detail = useDetail((state) => state.detail)
  const failure = useDetail((state) => state.failure)
  if (failure !== null && detail === null) return <p className="pane-message is-failure">{failure}</p>
  if (detail === null || row === null) return <p className="pane-message">{texts.incident.loading}</p>
  return (
    // A region that scrolls must be reachable by key.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
    <section className="pane-body" data-scrolls aria-label={texts.incident.details} tabIndex={0}>
      <SummaryCard detail={detail} row={row} />
      <WhyCard detail={detail} />
      <AlertsCard key={detail.row.id} detail={detail} />
      <TimelineCard detail={detail} />
    </section>
  )
}
