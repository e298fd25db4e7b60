import { memo } from 'react'
import type { IncidentRow } from '../../src-shared/console-views.ts'
import { Age } from '../components/instant.tsx'
import { Person } from '../components/person.tsx'
import { SeverityMark } from '../components/severity-mark.tsx'
import { StatusMark } from '../components/status-mark.tsx'
import { useBoard, useBulk, useFreshness, useNow, useRow, useSession } from '../hooks/use-session.ts'
import { formatNarrowCount, formatShortSince } from '../state/format.ts'
import { texts } from '../texts.ts'

export interface IncidentRowViewProps {
  id: string
  isSelected: boolean
}

/**
 * One incident in the list. It listens for itself, so that a change of one row draws one row; where it stands in the list,
 * which changes with every row that comes before it, is not its own affair (use-numbered-options.ts).
 */
export const IncidentRowView = memo(function IncidentRowView(props: IncidentRowViewProps) {
  const { id, isSelected } = props
  const session = useSession()
  const row = useRow(id)
  const isMarked = useBulk(({ marked }) => marked.has(id))
  return (
    // Keys are answered for the whole page (use-keyboard.ts), with this row as the active descendant.
    // oxlint-disable-next-line jsx-a11y/click-events-have-key-events
    <div
      id={`row-${id}`}
      className={`row ${row === undefined ? 'is-gone' : `is-${row.status}`}${isSelected ? ' is-selected' : ''}${isMarked ? ' is-marked' : ''}`}
      role="option"
      aria-selected={isSelected}
      tabIndex={-1}
      data-testid="incident-row"
      onClick={({ shiftKey, ctrlKey, metaKey }) => {
        if (shiftKey) session.bulk.markTo(id)
        else if (ctrlKey || metaKey) session.bulk.toggle(id)
        else session.select(id)
      }}
    >
      {isMarked && <span className="unseen">{texts.bulk.marked}</span>}
      {row === undefined ? <span className="title">{texts.list.gone}</span> : <Cells row={row} />}
    </div>
  )
})

const Cells = memo(function Cells({ row }: { row: IncidentRow }) {
  const isLive = useFreshness(({ state }) => state === 'live')
  const me = useBoard(({ sites }) => sites.find((site) => site.siteId === row.siteId)?.operator?.name)
  const person = row.assignee ?? row.acknowledgedBy
  const [pending] = row.pending.slice(-1)
  return (
    <>
      <span className={`severity mark-${row.severity}`}>
        <SeverityMark severity={row.severity} />
        <span>{texts.severity[row.severity]}</span>
      </span>
      <StatusMark status={row.status} />
      <span className="unseen">{texts.status[row.status]}</span>
      <span className="number">#{row.number}</span>
      <span className="title">
        {row.priority === 'P1' && <span className="tag p1">{row.priority}</span>}
        <span className="title-text" title={row.title}>
          {row.title}
        </span>
        <Arranged row={row} />
        {row.flapCount > 0 && <span className="tag">{texts.list.reopened(row.flapCount)}</span>}
        {pending !== undefined && (
          <span className="pending">{texts.pending(pending.kind, isLive, pending.state)}</span>
        )}
      </span>
      <span className="service" title={row.serviceName}>
        {row.serviceName}
        {row.serviceCount > 1 && <small> {texts.list.moreServices(row.serviceCount - 1)}</small>}
      </span>
      <span className="events" title={texts.list.events(row.eventCount)}>
        {formatNarrowCount(row.eventCount)} <span className="unseen">{texts.incident.events}</span>
      </span>
      <span className="age">
        <Age at={row.status === 'resolved' ? (row.resolvedAt ?? row.updatedAt) : row.triggeredAt} />
      </span>
      {person !== null && (
        <span>
          <Person name={person} isMe={person === me} />
          <span className="unseen">{texts.list.assignee(person)}</span>
        </span>
      )}
    </>
  )
})

/** Until when it is put aside, and when to look again. */
function Arranged({ row: { snoozedUntil, followUp } }: { row: IncidentRow }) {
  const until = useNow((now) => (snoozedUntil === null ? '' : formatShortSince(snoozedUntil, now)))
  const again = useNow((now) => (followUp === null ? '' : formatShortSince(followUp.at, now)))
  return (
    <>
      {snoozedUntil !== null && <span className="tag calm">{texts.list.snoozed(until)}</span>}
      {followUp !== null && (
        <span className={followUp.isDue ? 'tag' : 'tag calm'}>
          {followUp.isDue ? texts.list.followUpDue : texts.list.followUp(again)}
        </span>
      )}
    </>
  )
}
