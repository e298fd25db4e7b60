import { memo } from 'react'
import type { IncidentDetail, TimelineItem } from '../../src-shared/console-views.ts'
import { assertNever } from '../../src-shared/domain/result.ts'
import { Card } from '../components/card.tsx'
import { Instant } from '../components/instant.tsx'
import { SeverityMark } from '../components/severity-mark.tsx'
import { useDetail } from '../hooks/use-session.ts'
import { formatShortSince } from '../state/format.ts'
import { texts } from '../texts.ts'
import { changeWords } from '../texts/change-words.ts'

const words = texts.timeline

/** Everything that happened to the incident, newest first. */
export function TimelineCard({ detail }: { detail: IncidentDetail }) {
  const citedEventId = useDetail((state) => state.citedEventId)
  const { timeline, timelineTotal, timelineComplete } = detail
  return (
    <Card heading={words.heading} aside={<span>{words.shown(timeline.length, timelineTotal)}</span>}>
      <ol className="timeline" data-testid="timeline">
        {timeline.map((item) => (
          <Line
            key={`${item.kind} ${item.seq}`}
            item={item}
            isCited={item.kind === 'event' && item.eventId === citedEventId}
          />
        ))}
      </ol>
      {!timelineComplete && <p className="none">{words.incomplete}</p>}
    </Card>
  )
}

/** An entry of the log never changes, so its position says whether it must be drawn again. */
const Line = memo(
  function Line({ item, isCited }: { item: TimelineItem; isCited: boolean }) {
    return (
      <li
        {...(item.kind === 'event' ? { id: `event-${item.eventId}` } : {})}
        className={isCited ? `of-${item.kind} is-cited` : `of-${item.kind}`}
      >
        <Instant at={item.at} />
        {item.kind === 'event' ? (
          <SeverityMark severity={item.severity} size={9} />
        ) : (
          <i aria-hidden="true" />
        )}
        <div>
          <Words item={item} />
        </div>
      </li>
    )
  },
  (before, after) => before.item.seq === after.item.seq && before.isCited === after.isCited,
)

function Words({ item }: { item: TimelineItem }) {
  switch (item.kind) {
    case 'event':
      return (
        <>
          <span className="unseen">{texts.severity[item.severity]}</span>
          {item.serviceName}: {item.title}{' '}
          <small>
            {words.action[item.action]} · {item.sourceName} · {words.effect[item.effect]}
          </small>
        </>
      )
    case 'change': {
      const { by, clientId, reason } = item.change
      const { what, detail, quote } = changeWords(item.change, (at) => formatShortSince(at, item.at))
      return (
        <>
          <b>{what}</b>{' '}
          {by.kind !== 'system' && (
            <span {...(clientId === null ? {} : { title: words.fromConsole(clientId) })}>
              {words.by(by.name)}
            </span>
          )}
          {quote !== null && <blockquote>{quote}</blockquote>}
          <small> {[detail, reason].filter((part) => part !== null).join(' · ')}</small>
        </>
      )
    }
    case 'summary':
      return (
        <>
          <b>{words.summaryCompleted}</b> <small>{words.summaryBy(item.provider, item.tookMs)}</small>
        </>
      )
    default:
      return assertNever(item)
  }
}
