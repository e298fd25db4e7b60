import type { ReactNode } from 'react'
import type { IncidentDetail } from '../../src-shared/console-views.ts'
import { UntrustedLink } from '../components/untrusted-link.tsx'
import { useNow, useSession } from '../hooks/use-session.ts'
import { formatFull, formatShortSince } from '../state/format.ts'
import { texts } from '../texts.ts'

const words = texts.facts

/** What people said and arranged about the incident; nothing where there is nothing. */
export function IncidentFacts({ detail }: { detail: IncidentDetail }) {
  const session = useSession()
  const { incident } = detail
  const { followUp, tickets, cause, mergedInto, snoozedUntil, ackExpiresAt, flapCount } = incident
  const { priority, prioritySetBy, rulePriority } = incident
  const facts: ReactNode[] = []
  if (mergedInto !== null) {
    facts.push(
      <span key="merged">
        {words.merged}{' '}
        <button
          type="button"
          className="link"
          onClick={() => session.focusIncident(mergedInto.id, detail.siteId)}
        >
          #{mergedInto.number}
        </button>
      </span>,
    )
  }
  if (snoozedUntil !== null) facts.push(<Time key="snoozed" word={words.snoozed} at={snoozedUntil} />)
  if (ackExpiresAt !== null) facts.push(<Time key="ack" word={words.ackExpires} at={ackExpiresAt} />)
  if (followUp !== null) {
    facts.push(
      <Time
        key="followUp"
        word={followUp.isDue ? words.followUpDue : words.followUp}
        at={followUp.at}
        isDue={followUp.isDue}
      >
        {followUp.text !== '' && `: ${followUp.text}`}
      </Time>,
    )
  }
  if (prioritySetBy !== null) {
    facts.push(<span key="priority">{words.priorityBy(priority, prioritySetBy.name)}</span>)
  } else if (rulePriority !== null) {
    facts.push(<span key="priority">{words.priorityByRule(priority, rulePriority.rule)}</span>)
  }
  if (flapCount > 0)
    facts.push(
      <span key="flapping" className={incident.flapping === null ? '' : 'is-due'}>
        {words.flapping(flapCount, incident.flapping !== null)}
      </span>,
    )
  if (tickets.length > 0) {
    facts.push(
      <span key="tickets" className="tickets">
        {words.tickets}{' '}
        {tickets.map(({ key, url }) =>
          url === null ? (
            <b key={key}>{key}</b>
          ) : (
            <UntrustedLink key={key} href={url}>
              {key}
            </UntrustedLink>
          ),
        )}
      </span>,
    )
  }
  if (facts.length === 0 && cause === null) return null
  return (
    <div className="facts" role="group" aria-label={words.label}>
      {facts.length > 0 && <div className="meta">{facts}</div>}
      {cause !== null && (
        <p className="cause">
          {words.cause} <b>{cause}</b>
        </p>
      )}
    </div>
  )
}

interface TimeProps {
  word: string
  at: number
  isDue?: boolean
  children?: ReactNode
}

function Time({ word, at, isDue = false, children }: TimeProps) {
  const clock = useNow((now) => formatShortSince(at, now))
  return (
    <span title={formatFull(at)} className={isDue ? 'is-due' : ''}>
      {word} <b>{clock}</b>
      {children}
    </span>
  )
}
