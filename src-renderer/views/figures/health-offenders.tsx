import type { ReactNode } from 'react'
import type { AlarmHealth, Flood, KeyOffender, StandingAlert } from '../../../src-shared/figures/figures.ts'
import type { TargetedFigure } from '../../../src-shared/figures/health-targets.ts'
import { printValue } from '../../../src-shared/filter/print-filter.ts'
import { useNow, useSession } from '../../hooks/use-session.ts'
import { formatShortSince } from '../../state/format.ts'
import { texts } from '../../texts.ts'
import { OffendingIncident } from './offenders.tsx'

const words = texts.figures.health
/** Of the ten minutes with the most alarms. */
const busiestShown = 10

/** What is behind each figure of alarm health, as list items. */
export function healthOffenders(
  siteId: string,
  health: AlarmHealth,
): Record<TargetedFigure, readonly ReactNode[]> {
  const busiest = health.intervals.toSorted((a, b) => b.alarms - a.alarms).slice(0, busiestShown)
  return {
    per10Minutes: busiest.map(({ at, alarms }) => <TenMinutes key={at} at={at} alarms={alarms} />),
    floodShare: health.floods.map((flood) => <FloodLine key={flood.from} flood={flood} />),
    staleOnWorstDay: health.stale.map((alert) => (
      <Standing key={alert.alertId} siteId={siteId} alert={alert} />
    )),
    chatteringKeys: keyOffenders(siteId, health.chattering),
    fleeting: keyOffenders(siteId, health.fleetingKeys),
    loudestShare: keyOffenders(siteId, health.loudest),
    highPriorityShare: [],
  }
}

/** Keys, the loudest first. */
export function keyOffenders(siteId: string, keys: readonly KeyOffender[]): ReactNode[] {
  return keys.map((offender) => (
    <OffendingKey key={`${offender.sourceId} ${offender.dedupKey}`} siteId={siteId} offender={offender} />
  ))
}

function TenMinutes({ at, alarms }: { at: number; alarms: number }) {
  return <li>{useNow((now) => words.busiest(formatShortSince(at, now), alarms))}</li>
}

function FloodLine({ flood: { from, to, alarms, peak } }: { flood: Flood }) {
  return (
    <li>
      {useNow((now) => words.flood(formatShortSince(from, now), formatShortSince(to, now), alarms, peak))}
    </li>
  )
}

function Standing({ siteId, alert }: { siteId: string; alert: StandingAlert }) {
  const { openedAt, closedAt, incidentId, title, sourceName } = alert
  const stood = useNow((now) =>
    words.standing(
      formatShortSince(openedAt, now),
      closedAt === null ? null : formatShortSince(closedAt, now),
    ),
  )
  const line = `${sourceName} · ${stood}`
  if (incidentId === null)
    return (
      <li>
        <span>{title}</span>
        <small>{line}</small>
      </li>
    )
  return (
    <OffendingIncident siteId={siteId} incident={{ incidentId, number: null, title }}>
      {line}
    </OffendingIncident>
  )
}

/** Leads to its events. */
function OffendingKey({ siteId, offender }: { siteId: string; offender: KeyOffender }) {
  const { logSearch } = useSession()
  const { title, sourceName, dedupKey, times } = offender
  const text = `key:${printValue(dedupKey)} source:${printValue(sourceName)}`
  return (
    <li>
      <button
        type="button"
        className="link"
        title={words.findEvents}
        onClick={() => logSearch.begin({ siteId, about: 'events', text })}
      >
        {title || texts.figures.untitled}
      </button>
      <small>
        {sourceName} · <code>{dedupKey}</code> · {words.times(times)}
      </small>
    </li>
  )
}
