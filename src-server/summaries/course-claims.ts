import type { MonitoringEvent } from '../../src-shared/domain/event.ts'
import type { Incident, IncidentChange } from '../../src-shared/domain/incident.ts'
import { mostCites, type SummaryClaim } from '../../src-shared/domain/summary.ts'
import { counted, durationWords, instantWords } from './duration-words.ts'
import type { SummaryInput } from './summary-provider.ts'

interface Change {
  at: number
  change: IncidentChange
}

/** What is happening, since when, how it went on, and what people did. */
export function courseClaims(input: SummaryInput): SummaryClaim[] {
  const events = input.timeline.flatMap((entry) => (entry.kind === 'event' ? [entry.event] : []))
  const changes = input.timeline.flatMap((entry) =>
    entry.kind === 'incident' ? [{ at: entry.at, change: entry.change }] : [],
  )
  return [
    happening(input, events),
    since(input, events),
    ...raised(events),
    ...flapping(input.incident, events),
    ...done(changes),
  ]
}

function happening({ incident, alerts }: SummaryInput, events: readonly MonitoringEvent[]): SummaryClaim {
  const total = alerts.reduce((sum, alert) => sum + alert.count, 0)
  const open = alerts.filter((alert) => alert.isOpen).length
  const state =
    open === 0 ? 'all alerts have ended' : `${open} of ${counted(alerts.length, 'alert')} still open`
  const text = `${incident.title}: ${incident.severity}, ${incident.status}; ${counted(total, 'event')}, ${state}.`
  const opener = events.find((event) => event.effect === 'opened')
  const newest = events.findLast((event) => event.effect !== 'none')
  return { section: 'happening', text, cites: distinct([opener?.id, newest?.id]) }
}

function since({ incident, at }: SummaryInput, events: readonly MonitoringEvent[]): SummaryClaim {
  const first = events.find((event) => event.action === 'trigger')
  const start = Math.min(incident.triggeredAt, first?.occurredAt ?? incident.triggeredAt)
  const end = incident.resolvedAt ?? at
  const lasted = durationWords(end - start)
  const text =
    incident.resolvedAt === null
      ? `${instantWords(start)}, for ${lasted}.`
      : `${instantWords(start)} to ${instantWords(incident.resolvedAt)}, ${lasted}.`
  return { section: 'since', text, cites: distinct([first?.id]) }
}

function raised(events: readonly MonitoringEvent[]): SummaryClaim[] {
  const worse = events.filter((event) => event.effect === 'raised')
  const last = worse.at(-1)
  if (!last) return []
  const text = `It got worse: ${last.title} rose to ${last.severity} at ${instantWords(last.receivedAt)}.`
  return [{ section: 'happening', text, cites: [last.id] }]
}

function flapping(incident: Incident, events: readonly MonitoringEvent[]): SummaryClaim[] {
  if (incident.flapCount === 0) return []
  const reopenings = events.filter((event) => event.effect === 'reopened')
  const text = `It came back ${counted(incident.flapCount, 'time')} after it had ended.`
  return [{ section: 'happening', text, cites: distinct(reopenings.map((event) => event.id)) }]
}

const deeds: Partial<Record<IncidentChange['kind'], string>> = {
  acknowledged: 'acknowledged',
  unacknowledged: 'gave it back',
  resolved: 'resolved it',
  noted: 'noted',
}

function done(changes: readonly Change[]): SummaryClaim[] {
  const byPeople = changes.filter(({ change }) => change.by.kind === 'operator' && deeds[change.kind])
  return byPeople.slice(-5).map(({ at, change }) => {
    const quote = change.kind === 'noted' && change.text ? `: “${shortened(change.text, 160)}”` : ''
    const text = `${change.by.name} ${deeds[change.kind]}${quote} at ${instantWords(at)}.`
    return { section: 'done' as const, text, cites: distinct([change.eventId]) }
  })
}

function shortened(text: string, most: number): string {
  const line = text.replaceAll(/\s+/g, ' ').trim()
  return line.length > most ? `${line.slice(0, most - 1)}…` : line
}

/** Ids without repeats and gaps, at most as many as a claim may cite. */
export function distinct(ids: readonly (string | null | undefined)[]): string[] {
  return [...new Set(ids.filter((id) => id !== null && id !== undefined))].slice(0, mostCites)
}
