import type { MonitoringEvent } from '../../../src-shared/domain/event.ts'
import { texts } from '../../texts.ts'
import { FoundRow } from './found-row.tsx'

/** An event of the log, and what it did. */
export function FoundEvent({ event, siteId, now }: { event: MonitoringEvent; siteId: string; now: number }) {
  const { action, effect, effectReason, service, sourceName, dedupKey } = event
  const labels = Object.entries(event.labels).map(([name, value]) => `${name}=${value}`)
  const did = texts.timeline.effect[effect]
  return (
    <FoundRow
      siteId={siteId}
      incidentId={event.incidentId}
      at={event.receivedAt}
      now={now}
      severity={event.severity}
      title={event.title}
      below={
        labels.length > 0 && (
          <code className="found-labels" title={labels.join('\n')}>
            <span className="unseen">{texts.logSearch.labels}</span> {labels.join(' · ')}
          </code>
        )
      }
    >
      <span className="may-shrink" title={service}>
        {service}
      </span>
      <span className="may-shrink" title={sourceName}>
        {sourceName}
      </span>
      <span>{texts.timeline.action[action]}</span>
      <span className="may-shrink is-less">{effectReason === null ? did : `${did}: ${effectReason}`}</span>
      <code className="may-shrink" title={dedupKey}>
        {dedupKey}
      </code>
    </FoundRow>
  )
}
