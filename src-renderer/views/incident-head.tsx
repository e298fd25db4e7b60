import type { IncidentRow } from '../../src-shared/console-views.ts'
import { DurationSince } from '../components/instant.tsx'
import { SeverityMark } from '../components/severity-mark.tsx'
import { UntrustedLink } from '../components/untrusted-link.tsx'
import { useDetail } from '../hooks/use-session.ts'
import { formatClock, formatCount, formatDuration, formatFull } from '../state/format.ts'
import { texts } from '../texts.ts'
import { IncidentFacts } from './incident-facts.tsx'

const words = texts.incident

/** What it is, how bad, since when, and who has it. */
export function IncidentHead({ row }: { row: IncidentRow }) {
  const detail = useDetail((state) => state.detail)
  const services = detail?.services ?? []
  const team = services.find((service) => service.team !== null)?.team
  const runbook = services.find((service) => service.runbookUrl !== null)?.runbookUrl
  const settlesAt = row.status === 'resolved' ? null : (detail?.incident.settlesAt ?? null)
  return (
    <header className="head">
      <div className="meta">
        <span className="number">#{row.number}</span>
        <span className={`state mark-${row.severity}`}>
          <SeverityMark severity={row.severity} />
          {texts.severity[row.severity]} · {texts.status[row.status]}
        </span>
        <span>{row.priority}</span>
        {row.resolvedAt === null ? (
          <span title={formatFull(row.triggeredAt)}>
            {words.openFor}{' '}
            <b>
              <DurationSince at={row.triggeredAt} />
            </b>
          </span>
        ) : (
          <span title={formatFull(row.resolvedAt)}>
            {words.resolvedAfter} <b>{formatDuration(row.resolvedAt - row.triggeredAt)}</b>
          </span>
        )}
        {row.assignee !== null && (
          <span>
            {texts.facts.assignee} <b>{row.assignee}</b>
          </span>
        )}
        {row.acknowledgedBy !== null && row.acknowledgedBy !== row.assignee && (
          <span>
            {row.assignee === null ? texts.facts.assignee : texts.facts.ackBy} <b>{row.acknowledgedBy}</b>
          </span>
        )}
      </div>
      <h2>{row.title}</h2>
      <div className="meta">
        <span title={services.map((service) => service.name).join(', ')}>
          {row.serviceCount === 1 ? words.service : words.services} <b>{row.serviceName}</b>
          {row.serviceCount > 1 && ` ${texts.list.moreServices(row.serviceCount - 1)}`}
        </span>
        <span>
          {words.alerts} <b>{words.alertsOpen(row.openAlertCount, row.alertCount)}</b>
        </span>
        <span>
          {words.events} <b>{formatCount(row.eventCount)}</b>
        </span>
        {team && (
          <span>
            {words.team} <b>{team}</b>
          </span>
        )}
        {runbook && <UntrustedLink href={runbook}>{words.runbook}</UntrustedLink>}
      </div>
      {detail && <IncidentFacts detail={detail} />}
      {settlesAt !== null && <p className="settling">{words.settling(formatClock(settlesAt))}</p>}
    </header>
  )
}
