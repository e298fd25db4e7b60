import type { IncidentCounts, LogCounts } from '../../../src-shared/figures/figures.ts'
import { Card } from '../../components/card.tsx'
import { formatCount, formatDuration } from '../../state/format.ts'
import { texts } from '../../texts.ts'
import { FigureLine } from './figure-line.tsx'
import { OffendingIncident } from './offenders.tsx'

const words = texts.figures.incidents
const counted = Object.keys(words.names) as (keyof IncidentCounts)[]

/** What became of incidents. */
export function IncidentsCard({ siteId, counts }: { siteId: string; counts: LogCounts }) {
  const offenders = {
    ackExpired: counts.ackExpiredIncidents.map((each) => (
      <OffendingIncident key={each.incidentId} siteId={siteId} incident={each}>
        {texts.figures.health.times(each.times)}
      </OffendingIncident>
    )),
    resolvedUnseen: counts.resolvedUnseenIncidents.map((each) => (
      <OffendingIncident key={`${each.incidentId} ${each.tookMs}`} siteId={siteId} incident={each}>
        {formatDuration(each.tookMs)}
      </OffendingIncident>
    )),
  }
  return (
    <Card heading={words.heading}>
      <ul className="figure-lines">
        {counted.map((name) => (
          <FigureLine key={name} name={words.names[name]} value={formatCount(counts[name])}>
            {name === 'ackExpired' || name === 'resolvedUnseen' ? offenders[name] : []}
          </FigureLine>
        ))}
      </ul>
    </Card>
  )
}
