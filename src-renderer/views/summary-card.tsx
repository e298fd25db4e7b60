import type { IncidentDetail, IncidentRow } from '../../src-shared/console-views.ts'
import { summarySections, type Summary, type SummaryClaim } from '../../src-shared/domain/summary.ts'
import { Card } from '../components/card.tsx'
import { Instant } from '../components/instant.tsx'
import { useSession } from '../hooks/use-session.ts'
import { numberCitations } from '../state/citations.ts'
import { texts } from '../texts.ts'
import { Citation } from './citation.tsx'

const words = texts.summary

/** The summary with what it rests on and how old it is, and a button for a new one. */
export function SummaryCard({ detail, row }: { detail: IncidentDetail; row: IncidentRow }) {
  const session = useSession()
  const { summary, summaryInProgress } = detail
  const isRequested = row.pending.some((pending) => pending.kind === 'summarise')
  const newer = summary === null ? 0 : Math.max(0, row.eventCount - summary.eventCount)
  const request = (
    <button
      type="button"
      className="button small"
      disabled={isRequested || summaryInProgress !== null}
      onClick={() => session.act('summarise', row.id)}
    >
      {isRequested ? words.requested : summary === null ? words.request : words.renew}
    </button>
  )
  const aside =
    summary === null ? (
      request
    ) : (
      <>
        {newer > 0 && <span className="newer">{words.newer(newer)}</span>}
        <span>
          <Instant at={summary.completedAt} /> · {providerName(summary)}
        </span>
        {request}
      </>
    )
  return (
    <Card heading={words.heading} aside={aside}>
      {summary !== null && <Claims detail={detail} summary={summary} />}
      {summaryInProgress !== null && (
        <p className="in-progress">{summaryInProgress === '' ? words.inProgress : summaryInProgress}</p>
      )}
      {summary === null && summaryInProgress === null && <p className="none">{words.none}</p>}
    </Card>
  )
}

function Claims({ detail, summary }: { detail: IncidentDetail; summary: Summary }) {
  const numbers = numberCitations(summary)
  const known = new Set(detail.timeline.flatMap((item) => (item.kind === 'event' ? [item.eventId] : [])))
  const sections = summarySections.flatMap((section) => {
    const claims = summary.claims.filter((claim) => claim.section === section)
    return claims.length === 0 ? [] : [{ section, claims }]
  })
  return (
    <dl className="claims">
      {sections.map(({ section, claims }) => (
        <div key={section}>
          <dt>{words.sections[section]}</dt>
          <dd>
            {claims.map((claim, index) => (
              <Claim key={index} claim={claim} numbers={numbers} known={known} />
            ))}
          </dd>
        </div>
      ))}
    </dl>
  )
}

interface ClaimProps {
  claim: SummaryClaim
  numbers: ReadonlyMap<string, number>
  /** Events that are in the timeline below. */
  known: ReadonlySet<string>
}

function Claim({ claim, numbers, known }: ClaimProps) {
  // What people did is in the timeline; there is no event of monitoring behind it.
  const needsEvent = claim.section !== 'done'
  return (
    <p className={claim.cites.length === 0 ? 'claim is-uncited' : 'claim'}>
      {claim.text}
      {claim.cites.map((eventId) => (
        <Citation
          key={eventId}
          eventId={eventId}
          number={numbers.get(eventId) ?? 0}
          isKnown={known.has(eventId)}
        />
      ))}
      {claim.cites.length === 0 && needsEvent && <small> {words.uncited}</small>}
    </p>
  )
}

function providerName({ provider }: Summary): string {
  return /^built-?in$/i.test(provider) ? words.builtIn : provider
}
