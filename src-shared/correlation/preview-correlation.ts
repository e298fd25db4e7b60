import { previewedIncidents, type Preview, type PreviewedIncident } from './preview.ts'
import { usualPriority } from '../domain/severity.ts'
import type { CorrelationRule } from './rule.ts'
import type { SimulatedIncident } from './simulated-incident.ts'
import { CorrelationSimulation, type SimulatedEvent, type SimulationTimes } from './simulation.ts'

const servicesShown = 20
const reasonsShown = 10

/**
 * What these rules would have made of these events, in the order of the log. `rules` are all rules: with the built-in
 * ones at their end, if they are to be tried. Acts of people are not repeated. Needs memory for the alerts, not the events.
 */
export function previewCorrelation(
  events: Iterable<SimulatedEvent>,
  rules: readonly CorrelationRule[],
  times: SimulationTimes,
): Preview {
  const simulation = new CorrelationSimulation(rules, times)
  for (const event of events) simulation.take(event)
  return previewOf(simulation)
}

/** The result so far of a simulation that was fed step by step. */
export function previewOf({
  incidents,
  events,
  alerts,
  suppressed,
  chatter,
}: CorrelationSimulation): Preview {
  const largest = incidents
    .toSorted((a, b) => b.alerts.length - a.alerts.length || b.eventCount - a.eventCount)
    .slice(0, previewedIncidents)
    .map(describe)
  const chattering = [...chatter.values()]
    .filter((key) => key.chatter.total > 0)
    .toSorted((a, b) => b.chatter.total - a.chatter.total)
    .slice(0, previewedIncidents)
    .map(({ alert: { sourceName, dedupKey, title }, chatter: { total } }) => {
      return { sourceName, dedupKey, title, times: total }
    })
  const spared = suppressed === 0 ? '' : `, ${count(suppressed, 'alert')} suppressed`
  const sentence = `${count(events, 'event')}, ${count(incidents.length, 'incident')}${spared}`
  return { events, alerts, suppressed, incidents: incidents.length, sentence, largest, chattering }
}

function describe(incident: SimulatedIncident): PreviewedIncident {
  const { title, severity, services, alerts, eventCount, flapCount, firstAt, lastAt } = incident
  return {
    title,
    severity,
    priority: usualPriority(incident),
    priorityRule: incident.rulePriority?.rule ?? null,
    services: [...services].slice(0, servicesShown),
    serviceCount: services.size,
    alertCount: alerts.length,
    eventCount,
    flapCount,
    firstAt,
    lastAt,
    reasons: reasonsOf(incident),
  }
}

function reasonsOf({ alerts }: SimulatedIncident): PreviewedIncident['reasons'] {
  const reasons = new Map<string, PreviewedIncident['reasons'][number]>()
  for (const { rule, reason } of alerts) {
    const key = `${rule ?? ''} ${reason}`
    const known = reasons.get(key)
    if (known) known.alerts += 1
    else reasons.set(key, { rule, reason, alerts: 1 })
  }
  return [...reasons.values()].toSorted((a, b) => b.alerts - a.alerts).slice(0, reasonsShown)
}

function count(amount: number, word: string): string {
  return `${amount} ${word}${amount === 1 ? '' : 's'}`
}
