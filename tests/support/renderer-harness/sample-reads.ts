import type { MethodInput } from '../../../src-shared/console-api.ts'
import type { FoundIncident, FoundInLog } from '../../../src-shared/console-reads.ts'
import type { MonitoringEvent } from '../../../src-shared/domain/event.ts'
import type { PreviewedIncident } from '../../../src-shared/correlation/preview.ts'
import type { PreviewAnswer } from '../../../src-shared/protocol/reads.ts'
import { sampleIncident } from '../sample-incident.ts'
import { id, incidentId } from './sample-rows.ts'

/** What a scripted server answers to questions about its log. */

const minute = 60_000
const hour = 60 * minute
/** A page of the scripted log, and how many pages it has. */
const pageOf = 4
const pages = 3

export function loggedEvent(number: number, changes: Partial<MonitoringEvent> = {}): MonitoringEvent {
  const receivedAt = Date.now() - number * 7 * hour
  return {
    id: id(5, number),
    eventId: null,
    action: number % 4 === 3 ? 'resolve' : 'trigger',
    dedupKey: `disk/orders-${number}`,
    severity: (['critical', 'error', 'warning', 'info'] as const)[number % 4] ?? 'info',
    service: 'orders-db',
    title: `Disk ${99 - number} % full on orders-${number}`,
    description: '',
    labels: { env: 'prod', zone: 'eu-1b', node: `orders-${number}.fra1.example` },
    links: [],
    occurredAt: null,
    group: null,
    sourceId: id(3, 1),
    sourceKind: 'alertmanager',
    sourceName: 'alertmanager',
    receivedAt,
    alertId: id(4, number),
    // The events of the fourth had nothing to do.
    incidentId: number % 4 === 3 ? null : incidentId(1042),
    effect: number % 4 === 3 ? 'none' : number % 4 === 0 ? 'opened' : 'counted',
    effectReason: number % 4 === 3 ? 'no open alert has this key' : null,
    ...changes,
  }
}

export function loggedIncident(number: number, changes: Partial<FoundIncident> = {}): FoundIncident {
  const triggeredAt = Date.now() - (1050 - number) * 9 * hour
  return {
    ...sampleIncident({
      id: incidentId(number),
      number,
      triggeredAt,
      updatedAt: triggeredAt,
      title: `Replication lag above ${number} s`,
    }),
    serviceNames: ['orders-db'],
    ...changes,
  }
}

/** Three short pages of whatever is asked for; nothing where the text has `nowhere` in it. */
export function foundInLog({ about, text, after }: MethodInput<'findInLog'>): FoundInLog {
  if (text.includes('nowhere')) return { incidents: [], events: [], next: null }
  const page = Number(after ?? 0)
  const numbers = Array.from({ length: pageOf }, (_, index) => page * pageOf + index)
  return {
    incidents: about === 'incidents' ? numbers.map((number) => loggedIncident(1042 - number)) : [],
    events: about === 'events' ? numbers.map((number) => loggedEvent(number)) : [],
    next: page + 1 < pages ? String(page + 1) : null,
  }
}

export function previewedIncident(changes: Partial<PreviewedIncident> = {}): PreviewedIncident {
  const now = Date.now()
  return {
    title: 'Write latency p99 4.1 s',
    severity: 'error',
    priority: 'P3',
    priorityRule: null,
    services: ['orders-db', 'ledger'],
    serviceCount: 2,
    alertCount: 14,
    eventCount: 380,
    flapCount: 2,
    firstAt: now - 3 * hour,
    lastAt: now - hour,
    reasons: [
      { rule: 'service', reason: 'same service orders-db', alerts: 13 },
      { rule: null, reason: 'opened by its first alert', alerts: 1 },
    ],
    ...changes,
  }
}

export function previewAnswer(changes: Partial<PreviewAnswer> = {}): PreviewAnswer {
  const to = Date.now()
  return {
    events: 412,
    alerts: 21,
    suppressed: 3,
    incidents: 3,
    sentence: '412 events, 3 incidents, 3 alerts suppressed',
    largest: [
      previewedIncident(),
      previewedIncident({
        title: 'Card authorisations failing',
        severity: 'critical',
        priority: 'P1',
        priorityRule: 'income',
        services: ['payment-gateway'],
        serviceCount: 1,
        alertCount: 3,
        eventCount: 31,
        flapCount: 0,
        reasons: [{ rule: null, reason: 'opened by its first alert', alerts: 1 }],
      }),
      previewedIncident({
        title: 'NTP offset on 3 hosts',
        severity: 'warning',
        priority: 'P4',
        alertCount: 1,
      }),
    ],
    chattering: [
      { sourceName: 'zabbix', dedupKey: 'net/fra1-sw07/4', title: 'Port 4 of fra1-sw07 is down', times: 41 },
    ],
    from: to - 24 * hour,
    to,
    isCut: false,
    ...changes,
  }
}
