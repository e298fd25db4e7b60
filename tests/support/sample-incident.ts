import type { Alert } from '../../src-shared/domain/alert.ts'
import type { MonitoringEvent } from '../../src-shared/domain/event.ts'
import type { Incident, IncidentChange } from '../../src-shared/domain/incident.ts'
import type { LogEntry } from '../../src-shared/domain/log-entry.ts'

/** A UUID that ends in this number: readable in a failing test. */
export function sampleId(number: number): string {
  return `0192f7a0-0000-7000-8000-${String(number).padStart(12, '0')}`
}

/** 2026-11-23 14:30:00 UTC: where the samples begin. */
export const sampleStart = Date.UTC(2026, 10, 23, 14, 30, 0)

export function sampleIncident(changes: Partial<Incident> = {}): Incident {
  return {
    id: sampleId(42),
    revision: 1,
    number: 1042,
    status: 'triggered',
    severity: 'critical',
    priority: 'P2',
    prioritySetBy: null,
    rulePriority: null,
    title: '5xx above 5 %',
    serviceIds: [sampleId(7)],
    alertCount: 1,
    openAlertCount: 1,
    assignee: null,
    triggeredAt: sampleStart,
    acknowledgedAt: null,
    acknowledgedBy: null,
    ackExpiresAt: null,
    ackLastsMs: null,
    snoozedUntil: null,
    resolvedAt: null,
    resolvedBy: null,
    settlesAt: null,
    flapCount: 0,
    flapping: null,
    noteCount: 0,
    followUp: null,
    tickets: [],
    cause: null,
    mergedInto: null,
    groupReason: 'opened by its first alert',
    updatedAt: sampleStart,
    ...changes,
  }
}

export function sampleAlert(changes: Partial<Alert> = {}): Alert {
  return {
    id: sampleId(100),
    revision: 1,
    sourceId: sampleId(1),
    sourceName: 'alertmanager',
    dedupKey: 'gateway/5xx',
    incidentId: sampleId(42),
    isOpen: true,
    isSuppressed: false,
    maintenanceId: null,
    group: null,
    severity: 'critical',
    rulePriority: null,
    milder: null,
    serviceId: sampleId(7),
    title: '5xx above 5 %',
    description: '',
    labels: {},
    links: [],
    groupReason: 'opened by its first alert',
    count: 1,
    startedAt: null,
    firstSeenAt: sampleStart,
    openedAt: [sampleStart],
    lastSeenAt: sampleStart,
    closedAt: null,
    ...changes,
  }
}

export function sampleMonitoringEvent(changes: Partial<MonitoringEvent> = {}): MonitoringEvent {
  return {
    id: sampleId(200),
    eventId: null,
    action: 'trigger',
    dedupKey: 'gateway/5xx',
    severity: 'critical',
    service: 'payment-gateway',
    title: '5xx above 5 %',
    description: '',
    labels: {},
    links: [],
    occurredAt: null,
    group: null,
    sourceId: sampleId(1),
    sourceKind: 'alertmanager',
    sourceName: 'alertmanager',
    receivedAt: sampleStart,
    alertId: sampleId(100),
    incidentId: sampleId(42),
    effect: 'opened',
    effectReason: null,
    ...changes,
  }
}

export function eventEntry(seq: number, changes: Partial<MonitoringEvent> = {}): LogEntry {
  const event = sampleMonitoringEvent({ id: sampleId(200 + seq), ...changes })
  return { seq, at: event.receivedAt, kind: 'event', event }
}

export function changeEntry(seq: number, at: number, change: Partial<IncidentChange>): LogEntry {
  const whole: IncidentChange = {
    kind: 'triggered',
    by: { kind: 'operator', name: 'mira' },
    clientId: null,
    from: null,
    text: null,
    reason: null,
    alertId: null,
    eventId: null,
    ...change,
  }
  return { seq, at, kind: 'incident', incident: sampleIncident({ revision: seq }), change: whole }
}
