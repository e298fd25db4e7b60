import type { FoundIncident as Found } from '../../../src-shared/console-reads.ts'
import { StatusMark } from '../../components/status-mark.tsx'
import { formatShortSince } from '../../state/format.ts'
import { texts } from '../../texts.ts'
import { FoundRow } from './found-row.tsx'

const words = texts.logSearch

/** An incident of the log, as it stands now. */
export function FoundIncident({ incident, siteId, now }: { incident: Found; siteId: string; now: number }) {
  const { status, priority, assignee, alertCount, openAlertCount, flapCount, resolvedAt } = incident
  const services = words.services(incident.serviceNames, incident.serviceIds.length)
  return (
    <FoundRow
      siteId={siteId}
      incidentId={incident.id}
      at={incident.triggeredAt}
      now={now}
      severity={incident.severity}
      number={incident.number}
      title={incident.title}
    >
      <span className="may-shrink is-less" title={services}>
        {services}
      </span>
      <StatusMark status={status} />
      <span>
        {texts.status[status]}
        {resolvedAt !== null && ` ${words.resolvedAt(formatShortSince(resolvedAt, now))}`}
      </span>
      <span>{priority}</span>
      <span>{words.alerts(openAlertCount, alertCount)}</span>
      {flapCount > 0 && <span>{words.flaps(flapCount)}</span>}
      {assignee !== null && <span className="may-shrink">{texts.list.assignee(assignee)}</span>}
    </FoundRow>
  )
}
