import type { PreviewedIncident } from '../../../src-shared/correlation/preview.ts'
import { SeverityMark } from '../../components/severity-mark.tsx'
import { useNow } from '../../hooks/use-session.ts'
import { formatShortSince } from '../../state/format.ts'
import { texts } from '../../texts.ts'

const words = texts.rules
/** More services than these are a number. */
const servicesShown = 5

/** The incidents that the rules would have made. */
export function PreviewedIncidents({
  incidents,
  total,
}: {
  incidents: readonly PreviewedIncident[]
  total: number
}) {
  return (
    <div className="previewed">
      <h4>{words.largest(incidents.length, total)}</h4>
      <ol>
        {incidents.map((incident, index) => (
          // Incidents that were never made have no id; the list is replaced as a whole.
          // oxlint-disable-next-line react/no-array-index-key
          <Previewed key={index} incident={incident} />
        ))}
      </ol>
    </div>
  )
}

function Previewed({ incident }: { incident: PreviewedIncident }) {
  const { title, severity, priority, priorityRule, services, serviceCount, alertCount, eventCount } = incident
  const { flapCount, firstAt, lastAt, reasons } = incident
  const stretch = useNow((now) =>
    words.stretch(formatShortSince(firstAt, now), formatShortSince(lastAt, now)),
  )
  const named = services.slice(0, servicesShown)
  return (
    <li>
      <SeverityMark severity={severity} />
      <p className="previewed-title" title={title}>
        <span className="unseen">{texts.severity[severity]}</span> {title}
      </p>
      <p className="previewed-facts">
        <b>{words.priority(priority, priorityRule)}</b> · {words.alertCount(alertCount)} ·{' '}
        {words.events(eventCount)}
        {flapCount > 0 && ` · ${words.flaps(flapCount)}`} · {stretch}
      </p>
      <p className="previewed-facts">
        {words.services}{' '}
        {named.map((service) => (
          <span key={service} className="previewed-service" title={service}>
            {service}
          </span>
        ))}
        {serviceCount > named.length && ` ${words.moreServices(serviceCount - named.length)}`}
      </p>
      <ul>
        {reasons.map(({ rule, reason, alerts }) => (
          <li key={`${rule ?? ''} ${reason}`}>
            <b>{words.reasonAlerts(alerts)}</b> <bdi>{reason}</bdi>
            {rule !== null && <small> · {words.byRule(rule)}</small>}
          </li>
        ))}
      </ul>
    </li>
  )
}
