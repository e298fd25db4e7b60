import type { IncidentDetail, IncidentRow, TimelineItem } from '../../../src-shared/console-views.ts'
import type { Alert } from '../../../src-shared/domain/alert.ts'
import { id, siteId } from './sample-rows.ts'

const serviceNames = ['payment-gateway', 'checkout', 'ledger']

/** The detail of a row as a server would know it: alerts, timeline and a summary that cites its events. */
export function detailOf(
  row: IncidentRow,
  options: { summary?: boolean; alerts?: number } = {},
): IncidentDetail {
  const now = row.triggeredAt + 5 * 60_000
  const eventId = (number: number) => id(5, row.number * 10 + number)
  const event = (number: number, ageMs: number, effect: 'opened' | 'joined' | 'counted'): TimelineItem => ({
    kind: 'event',
    seq: 900 - number,
    at: now - ageMs,
    eventId: eventId(number),
    action: 'trigger',
    severity: number === 1 ? row.severity : 'error',
    effect,
    title: ['5xx above 5 %', 'upstream timeouts 22 %', 'write latency p99 4.1 s'][number - 1] ?? '',
    sourceName: 'alertmanager',
    serviceName: serviceNames[number - 1] ?? '',
  })
  const timeline: TimelineItem[] = [
    {
      kind: 'change',
      seq: 999,
      at: now - 10_000,
      change: {
        kind: 'noted',
        by: { kind: 'operator', name: 'jonas.reiter' },
        clientId: id(9, 0xc0de),
        from: null,
        text: 'gateway team paged,\nrollback being prepared',
        reason: null,
        alertId: null,
        eventId: null,
      },
    },
    { kind: 'summary', seq: 950, at: now - 30_000, provider: 'built-in', tookMs: 18 },
    event(3, 100_000, 'joined'),
    event(2, 110_000, 'joined'),
    {
      kind: 'change',
      seq: 899,
      at: row.triggeredAt,
      change: {
        kind: 'triggered',
        by: { kind: 'source', name: 'alertmanager' },
        clientId: null,
        from: null,
        text: row.title,
        reason: 'first alert of its group',
        alertId: id(4, 1),
        eventId: eventId(1),
      },
    },
    event(1, 300_000, 'opened'),
  ]
  return {
    siteId,
    row,
    incident: {
      id: row.id,
      revision: row.revision,
      number: row.number,
      status: row.status,
      severity: row.severity,
      priority: row.priority,
      prioritySetBy: null,
      rulePriority: row.rulePriority,
      title: row.title,
      serviceIds: serviceNames.map((_, index) => id(6, index + 1)),
      alertCount: row.alertCount,
      openAlertCount: row.openAlertCount,
      assignee: row.assignee,
      triggeredAt: row.triggeredAt,
      acknowledgedAt: null,
      acknowledgedBy: null,
      ackExpiresAt: null,
      ackLastsMs: null,
      snoozedUntil: null,
      resolvedAt: row.resolvedAt,
      resolvedBy: null,
      settlesAt: null,
      flapCount: row.flapCount,
      flapping: null,
      noteCount: 1,
      followUp: null,
      tickets: [],
      cause: null,
      mergedInto: null,
      groupReason: 'same Alertmanager group {release="8.14.0"}: 9 alerts of 3 services',
      updatedAt: row.updatedAt,
    },
    services: serviceNames.map((name, index) => ({
      id: id(6, index + 1),
      revision: 1,
      name,
      team: 'Payments SRE',
      runbookUrl: 'https://runbooks.example/payments',
      labels: {},
      edited: null,
    })),
    alerts: Array.from({ length: options.alerts ?? 3 }, (_, index) => alertOf(row, index)),
    timeline,
    timelineTotal: 412,
    timelineComplete: false,
    summary:
      options.summary === false
        ? null
        : {
            incidentId: row.id,
            revision: 1,
            asOfSeq: 950,
            eventCount: Math.max(0, row.eventCount - 7),
            provider: 'built-in',
            trigger: 'settled',
            completedAt: now - 30_000,
            tookMs: 18,
            claims: [
              {
                section: 'happening',
                text: 'Authorisations fail in payment-gateway: 5xx above 5 %.',
                cites: [eventId(1)],
              },
              {
                section: 'affected',
                text: 'checkout and ledger followed with timeouts on calls to it.',
                cites: [eventId(2), eventId(3)],
              },
              { section: 'done', text: 'Jonas Reiter noted at 14:03: gateway team paged.', cites: [] },
              { section: 'before', text: 'Deployment gateway 8.14.0 to eu-1b.', cites: [id(5, 1)] },
              {
                section: 'next',
                text: 'The runbook of payment-gateway; a like incident ended by rolling back.',
                cites: [],
              },
            ],
          },
    serviceEdits: [],
    summaryInProgress: null,
    decisions: [
      {
        at: row.triggeredAt + 900,
        siteId,
        incidentId: row.id,
        number: row.number,
        occasion: 'triggered',
        severity: row.severity,
        notified: true,
        reason: 'shown: critical incident',
      },
      {
        at: now - 60_000,
        siteId,
        incidentId: row.id,
        number: row.number,
        occasion: 'raised',
        severity: row.severity,
        notified: false,
        reason: 'not shown: you were looking at it',
      },
    ],
  }
}

function alertOf(row: IncidentRow, index: number): Alert {
  return {
    id: id(4, index + 1),
    revision: 1,
    sourceId: id(3, 1),
    sourceName: 'alertmanager',
    dedupKey: `key-${index}`,
    incidentId: row.id,
    isOpen: index !== 2,
    isSuppressed: false,
    maintenanceId: null,
    group: null,
    severity: index === 0 ? row.severity : 'error',
    rulePriority: null,
    milder: null,
    serviceId: id(6, (index % 3) + 1),
    title: ['5xx above 5 %', 'upstream timeouts 22 %', 'write latency p99 4.1 s'][index % 3] ?? '',
    description: index === 0 ? 'Share of failed authorisations over five minutes.' : '',
    labels: { release: '8.14.0', zone: 'eu-1b', instance: `gw-${index}` },
    links: index === 0 ? [{ href: 'https://metrics.example/d/1', text: 'Graph' }] : [],
    groupReason: 'same Alertmanager group {release="8.14.0"}',
    count: 1 + index * 12,
    startedAt: row.triggeredAt,
    firstSeenAt: row.triggeredAt + index * 40_000,
    openedAt: [row.triggeredAt + index * 40_000],
    lastSeenAt: row.triggeredAt + 200_000,
    closedAt: index === 2 ? row.triggeredAt + 250_000 : null,
  }
}
