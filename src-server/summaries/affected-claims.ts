import type { Alert } from '../../src-shared/domain/alert.ts'
import type { MonitoringEvent } from '../../src-shared/domain/event.ts'
import type { SummaryClaim } from '../../src-shared/domain/summary.ts'
import { distinct } from './course-claims.ts'
import { counted, durationWords, instantWords, listWords } from './duration-words.ts'
import type { SummaryInput } from './summary-provider.ts'

/** How long before the incident a service's own change still counts as "just before". */
const justBeforeMs = 15 * 60_000

/** What is affected, what the alerts have in common, in which order services followed, what to look at next. */
export function affectedClaims(input: SummaryInput): SummaryClaim[] {
  const events = input.timeline.flatMap((entry) => (entry.kind === 'event' ? [entry.event] : []))
  return [
    ...services(input, events),
    ...common(input.alerts, events),
    ...before(input, events),
    ...next(input, events),
  ]
}

function services(input: SummaryInput, events: readonly MonitoringEvent[]): SummaryClaim[] {
  const firsts = new Map<string, MonitoringEvent>()
  for (const event of events) {
    if (event.action === 'trigger' && !firsts.has(event.service)) firsts.set(event.service, event)
  }
  const [origin, ...followers] = [...firsts.values()]
  if (!origin) return []
  const names = [...firsts.keys()]
  if (followers.length === 0) {
    const hosts = input.alerts.length
    const text = `${origin.service}, ${counted(hosts, 'alert')}.`
    return [{ section: 'affected', text, cites: [origin.id] }]
  }
  const delay = durationWords((followers[0]?.receivedAt ?? 0) - origin.receivedAt)
  const text = `${listWords(names)}. ${origin.service} was first; ${listWords(names.slice(1))} followed after ${delay}.`
  return [{ section: 'affected', text, cites: distinct([origin, ...followers].map((event) => event.id)) }]
}

function common(alerts: readonly Alert[], events: readonly MonitoringEvent[]): SummaryClaim[] {
  const [first, ...others] = alerts
  if (!first || others.length === 0) return []
  const shared = Object.entries(first.labels).filter(
    ([name, value]) => name !== 'severity' && others.every((alert) => alert.labels[name] === value),
  )
  if (shared.length === 0) return []
  const pairs = listWords(shared.map(([name, value]) => `${name}=${value}`))
  const openers = events.filter((event) => event.effect === 'opened' || event.effect === 'joined')
  const text = `All ${alerts.length} alerts share ${pairs}.`
  return [{ section: 'affected', text, cites: distinct(openers.map((event) => event.id)) }]
}

function before({ incident }: SummaryInput, events: readonly MonitoringEvent[]): SummaryClaim[] {
  const changes = events.filter(
    (event) =>
      event.severity === 'info' &&
      event.receivedAt <= incident.triggeredAt &&
      event.receivedAt >= incident.triggeredAt - justBeforeMs,
  )
  const last = changes.at(-1)
  if (!last) return []
  const text = `${last.title} at ${instantWords(last.occurredAt ?? last.receivedAt)}.`
  return [{ section: 'before', text, cites: [last.id] }]
}

function next(
  { services: known, alerts, incident }: SummaryInput,
  events: readonly MonitoringEvent[],
): SummaryClaim[] {
  if (incident.status === 'resolved') return []
  const ofService = known.find((service) => service.runbookUrl !== null)?.runbookUrl
  const ofAlert = alerts.flatMap((alert) => alert.links).find((link) => /runbook/i.test(link.text))?.href
  const runbook = ofService ?? ofAlert
  if (!runbook) return []
  const named = events.find((event) => event.links.some((link) => link.href === runbook))
  return [{ section: 'next', text: `The runbook: ${runbook}`, cites: distinct([named?.id]) }]
}
