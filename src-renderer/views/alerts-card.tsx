import { useState } from 'react'
import type { IncidentDetail } from '../../src-shared/console-views.ts'
import type { Alert } from '../../src-shared/domain/alert.ts'
import { Card } from '../components/card.tsx'
import { Instant } from '../components/instant.tsx'
import { SeverityMark } from '../components/severity-mark.tsx'
import { UntrustedLink } from '../components/untrusted-link.tsx'
import { openFirst } from '../state/alert-order.ts'
import { texts } from '../texts.ts'

/** So many leave the timeline in sight; more come with each click. */
const step = 3
const words = texts.alerts

/** The alerts of the incident, open ones first, each with the reason why it is here. */
export function AlertsCard({ detail }: { detail: IncidentDetail }) {
  const [limit, setLimit] = useState(step)
  const alerts = detail.alerts.toSorted(openFirst)
  const services = new Map(detail.services.map((service) => [service.id, service.name]))
  const more = Math.min(step * 7, alerts.length - limit)
  const { openAlertCount, alertCount } = detail.row
  return (
    <Card
      heading={words.heading}
      aside={<span>{texts.incident.alertsOpen(openAlertCount, alertCount)}</span>}
    >
      <ul className="alerts">
        {alerts.slice(0, limit).map((alert) => (
          <AlertItem
            key={alert.id}
            alert={alert}
            service={services.get(alert.serviceId) ?? ''}
            groupReason={detail.incident.groupReason}
          />
        ))}
      </ul>
      {more > 0 && (
        <button type="button" className="button small more" onClick={() => setLimit(limit + more)}>
          {words.more(more)}
        </button>
      )}
      {more <= 0 && alertCount > alerts.length && (
        <p className="quiet">{words.notShown(alertCount - alerts.length)}</p>
      )}
    </Card>
  )
}

interface AlertItemProps {
  alert: Alert
  service: string
  /** Why the incident was grouped: not said again for each alert that came in by the same reason. */
  groupReason: string
}

function AlertItem({ alert, service, groupReason }: AlertItemProps) {
  const labels = Object.entries(alert.labels)
  const state = alert.isOpen ? words.open : words.closed
  return (
    <li className={alert.isOpen ? 'alert' : 'alert is-closed'}>
      <details>
        <summary>
          <SeverityMark severity={alert.severity} size={10} />
          <span className="unseen">{texts.severity[alert.severity]}</span>
          <span className="alert-title">
            {alert.title}
            {alert.count > 1 && <small> {words.count(alert.count)}</small>}
          </span>
          <span className="alert-meta">
            {state} · {service} · {alert.sourceName} · <Instant at={alert.firstSeenAt} />
            {alert.milder !== null && (
              <>
                {' '}
                · {words.milder} {texts.severityIn(alert.milder.severity)}, {words.milderFrom}{' '}
                <Instant at={alert.milder.settlesAt} />
              </>
            )}
            {alert.groupReason !== groupReason && ` · ${alert.groupReason}`}
          </span>
        </summary>
        {alert.description !== '' && <p className="alert-description">{alert.description}</p>}
        {labels.length > 0 && (
          <div className="labels">
            {labels.map(([name, value]) => (
              <code key={name}>
                {name}={value}
              </code>
            ))}
          </div>
        )}
        {alert.links.length > 0 && (
          <div className="links">
            {alert.links.map(({ href, text }) => (
              <UntrustedLink key={`${href} ${text}`} href={href}>
                {text === '' ? href : text}
              </UntrustedLink>
            ))}
          </div>
        )}
      </details>
    </li>
  )
}
