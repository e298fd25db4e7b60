import type { FeedLine, Freshness, IncidentRow, SiteView } from '../../../src-shared/console-views.ts'
import { defaultPriority, severities, type Severity } from '../../../src-shared/domain/severity.ts'

/** Rows, feed lines, freshness and sites for a scripted console. Times count back from `now`. */

export const siteId = id(1, 1)
const minute = 60_000

/** A valid UUID that says what it is of (`kind`) and which one. */
export function id(kind: number, number: number): string {
  return `${String(kind).padStart(8, '0')}-0000-7000-8000-${String(number).padStart(12, '0')}`
}

export function incidentId(number: number): string {
  return id(2, number)
}

export function row(number: number, changes: Partial<IncidentRow> = {}, now = Date.now()): IncidentRow {
  const severity = changes.severity ?? 'error'
  const triggeredAt = changes.triggeredAt ?? now - 5 * minute
  return {
    siteId,
    id: incidentId(number),
    revision: 1,
    number,
    status: 'triggered',
    severity,
    priority: defaultPriority(severity),
    rulePriority: null,
    title: `Incident number ${number}`,
    serviceName: 'checkout',
    serviceCount: 1,
    alertCount: 1,
    openAlertCount: 1,
    eventCount: 1,
    flapCount: 0,
    assignee: null,
    acknowledgedBy: null,
    snoozedUntil: null,
    followUp: null,
    triggeredAt,
    resolvedAt: null,
    updatedAt: triggeredAt,
    pending: [],
    ...changes,
  }
}

type Short = [Severity, number, string, string, number, number]

const triggered: Short[] = [
  ['critical', 1046, 'Replication lag above 120 s on orders-db replicas', 'orders-db', 38, 2],
  ['error', 1045, 'Certificate of api.partner.example expires in 3 days', 'edge', 1, 4],
  ['error', 1044, 'Core switch fra1-sw07: 4 ports down (linkDown)', 'network-fra1', 16, 5],
  ['error', 1043, 'Queue depth settlement.in growing for 10 minutes', 'settlement', 64, 6],
  ['warning', 1041, 'Disk 92 % full on log-ingest-3', 'logging', 7, 9],
  ['warning', 1040, 'Probe from São Paulo slow: checkout p95 2.8 s', 'synthetics', 22, 11],
  ['info', 1039, 'Canary fleet 2 % error budget burned', 'release', 9, 180],
]
const acknowledged: [...Short, string][] = [
  ['critical', 1036, 'BGP session to AS64512 flapping', 'network-ams2', 143, 31, 'jonas.reiter'],
  ['error', 1035, 'Backups of crm-db missing since 02:00', 'backup', 2, 38, 'mira.koch'],
  ['error', 1031, 'Login failures from one ASN ×14', 'identity', 980, 52, 'ada.lund'],
  ['warning', 1029, 'Cooling unit 3, hall B: supply air 27.1 °C', 'facility', 12, 70, 'jonas.reiter'],
]

export function normalRows(now = Date.now()): IncidentRow[] {
  const rows = triggered.map(([severity, number, title, serviceName, eventCount, age]) =>
    row(number, { severity, title, serviceName, eventCount, triggeredAt: now - age * minute }),
  )
  rows.push(
    row(1042, {
      severity: 'critical',
      priority: 'P1',
      title: 'Card authorisations failing across payment-gateway, checkout and ledger',
      serviceName: 'payment-gateway',
      serviceCount: 3,
      alertCount: 9,
      openAlertCount: 7,
      eventCount: 412,
      triggeredAt: now - 6.2 * minute,
    }),
  )
  for (const [severity, number, title, serviceName, eventCount, age, acknowledgedBy] of acknowledged) {
    const triggeredAt = now - age * minute
    rows.push(
      row(number, {
        severity,
        title,
        serviceName,
        eventCount,
        triggeredAt,
        acknowledgedBy,
        status: 'acknowledged',
      }),
    )
  }
  for (const [number, title] of [
    [1018, 'Checkout 5xx above 2 %'],
    [1015, 'NTP offset on 3 hosts'],
  ] as const) {
    rows.push(
      row(number, { title, status: 'resolved', resolvedAt: now - (1100 - number) * minute, flapCount: 2 }),
    )
  }
  return rows
}

export function stormRows(count: number, now = Date.now()): IncidentRow[] {
  return Array.from({ length: count }, (_, index) =>
    row(2000 + index, {
      severity: severities[(index * 7) % 4] ?? 'info',
      title: `Interface xe-${index % 9}/0/${index % 48} on edge-${index % 120} is down`,
      serviceName: `network-site-${index % 40}`,
      eventCount: 1 + ((index * 37) % 900),
      triggeredAt: now - index * 450,
    }),
  )
}

export function feedLine(seq: number, now = Date.now()): FeedLine {
  const services = ['payment-gateway', 'checkout', 'network-fra1', 'logging', 'release']
  const titles = [
    '5xx ratio 0.38 on gw-7',
    'upstream timeout gw-7:8443',
    'linkDown ifIndex 51',
    '/var 92 % full',
    'canary',
  ]
  return {
    siteId,
    seq,
    receivedAt: now - (1000 - (seq % 1000)) * 40,
    action: seq % 5 === 4 ? 'resolve' : 'trigger',
    severity: severities[3 - (seq % 4)] ?? 'info',
    effect: 'counted',
    serviceName: services[seq % 5] ?? '',
    title: titles[seq % 5] ?? '',
    sourceName: seq % 2 === 0 ? 'alertmanager' : 'grafana',
    incidentId: incidentId(1042),
  }
}

export function freshness(changes: Partial<Freshness> = {}, now = Date.now()): Freshness {
  return {
    siteId,
    siteName: 'Frankfurt',
    state: 'live',
    since: now - 3600_000,
    completeAt: now,
    roundTripMs: 14,
    behind: 0,
    transport: 'websocket',
    reason: null,
    nextAttemptAt: null,
    waiting: 0,
    proxyAsksLogin: null,
    ...changes,
  }
}

export function site(silent: boolean, now = Date.now()): SiteView {
  const names = ['alertmanager', 'grafana', 'zabbix', 'snmptrap']
  return {
    siteId,
    name: 'Frankfurt',
    url: 'http://127.0.0.1:7710',
    operator: { name: 'mira.koch', role: 'responder' },
    isDemo: false,
    sources: names.map((name, index) => ({
      id: id(3, index + 1),
      revision: 1,
      kind: name,
      name,
      expectedEveryMs: null,
      lastHeardAt: now - 1000,
      silentSince: silent && name === 'zabbix' ? now - 34 * minute : null,
    })),
  }
}
