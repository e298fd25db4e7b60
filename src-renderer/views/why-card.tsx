import type { IncidentDetail } from '../../src-shared/console-views.ts'
import { Card } from '../components/card.tsx'
import { Instant } from '../components/instant.tsx'
import { texts } from '../texts.ts'

/** Decisions are shown newest first, and no more than these. */
const decisionsShown = 5
const words = texts.why

/** Why these alerts are one incident, and why the operator was told or not. */
export function WhyCard({ detail }: { detail: IncidentDetail }) {
  const decisions = detail.decisions.toSorted((a, b) => b.at - a.at).slice(0, decisionsShown)
  return (
    <Card heading={words.heading}>
      <ul className="why">
        <li>
          <b>{words.grouped}</b> {detail.incident.groupReason}
        </li>
        {decisions.map((decision) => (
          <li key={`${decision.at} ${decision.occasion}`}>
            <b>{decision.notified ? words.notified : words.notNotified}</b>{' '}
            {words.occasion[decision.occasion]}, <Instant at={decision.at} />: {decision.reason}
          </li>
        ))}
      </ul>
    </Card>
  )
}
