import type { Alert } from '../../../src-shared/domain/alert.ts'
import { eventEffects, type EventAction, type EventEffect } from '../../../src-shared/domain/event.ts'
import type { Incident, IncidentChange } from '../../../src-shared/domain/incident.ts'
import type { LogEntry } from '../../../src-shared/domain/log-entry.ts'
import { priorities, severities } from '../../../src-shared/domain/severity.ts'
import { createSeededRandom } from '../campaign/seeded-random.ts'
import { sampleAlert, sampleId, sampleIncident, sampleMonitoringEvent } from '../sample-incident.ts'

export interface GeneratedLogOptions {
  /** So many events; with what they do it becomes about twice as many entries. */
  events: number
  seed: number
  from: number
  /** The events are spread over so much time, in bursts and quiet hours. */
  overMs: number
  keys: number
}

interface Slot {
  alert: Alert | null
  incident: Incident | null
}

/** A log as the server writes it, of alerts that come, repeat, get worse, flap, stand for days and are seen to by people. */
export function* generatedLog(options: GeneratedLogOptions): Generator<LogEntry> {
  const random = createSeededRandom(options.seed)
  const pick = <T>(values: readonly T[], fallback: T): T =>
    values[Math.floor(random() * values.length)] ?? fallback
  const slots: Slot[] = Array.from({ length: options.keys }, () => ({ alert: null, incident: null }))
  let at = options.from
  let seq = 0
  let ids = 1_000
  const nextId = (): string => sampleId((ids += 1))
  const step = options.overMs / options.events

  const event = (action: EventAction, effect: EventEffect, key: number, alert: Alert): LogEntry => ({
    seq: (seq += 1),
    at,
    kind: 'event',
    event: sampleMonitoringEvent({
      id: sampleId(seq),
      action,
      effect,
      severity: alert.severity,
      dedupKey: alert.dedupKey,
      sourceId: alert.sourceId,
      sourceName: alert.sourceName,
      service: `service-${key % 23}`,
      title: alert.title,
      receivedAt: at,
      alertId: alert.id,
      incidentId: alert.incidentId,
    }),
  })
  const alertEntry = (alert: Alert): LogEntry => ({ seq: (seq += 1), at, kind: 'alert', alert })
  const change = (
    slot: Slot,
    next: Incident,
    kind: IncidentChange['kind'],
    alert: Alert | null,
  ): LogEntry => {
    const from = slot.incident && slot.incident.status !== next.status ? slot.incident.status : null
    slot.incident = { ...next, revision: next.revision + 1, updatedAt: at }
    const by = { kind: 'operator', name: 'mira' } as const
    const rest = { by, from, text: null, reason: null, eventId: null, alertId: alert?.id ?? null }
    return { seq: (seq += 1), at, kind: 'incident', incident: slot.incident, change: { kind, ...rest } }
  }

  for (let made = 0; made < options.events; made += 1) {
    // Loud keys are loud: the lower the number, the more often.
    const key = Math.floor(options.keys * random() ** 3)
    const slot = slots[key]
    if (!slot) continue
    // Most gaps are short, a few very long; and every seventh hour is a bad one.
    const pace = Math.floor(at / 3_600_000) % 7 === 0 ? step * 0.1 : step * 3
    at += 1 + Math.floor(random() < 0.02 ? pace * 40 * random() : pace * 0.4 * random())
    const { alert, incident } = slot
    const roll = random()
    if (alert?.isOpen && incident) {
      if (roll < 0.5) {
        const counted = { ...alert, count: alert.count + 1, lastSeenAt: at, revision: alert.revision + 1 }
        slot.alert = counted
        yield event('trigger', 'counted', key, counted)
        yield alertEntry(counted)
      } else if (roll < 0.55 && alert.severity !== 'critical') {
        const severity = severities[severities.indexOf(alert.severity) + 1] ?? 'critical'
        const worse: Alert = { ...alert, severity, revision: alert.revision + 1 }
        slot.alert = worse
        yield event('trigger', 'raised', key, worse)
        yield alertEntry(worse)
        yield change(slot, { ...incident, severity }, 'severityRaised', worse)
      } else if (roll < 0.9) {
        const closed: Alert = { ...alert, isOpen: false, closedAt: at, revision: alert.revision + 1 }
        slot.alert = closed
        yield event('resolve', 'resolved', key, alert)
        yield alertEntry(closed)
        yield change(slot, incident, 'alertClosed', closed)
        if (random() < 0.5)
          yield change(slot, { ...incident, status: 'resolved', resolvedAt: at }, 'resolved', null)
      } else if (roll < 0.97) {
        const acknowledged: Incident =
          incident.status === 'triggered'
            ? { ...incident, status: 'acknowledged', acknowledgedAt: incident.acknowledgedAt ?? at }
            : { ...incident, status: 'triggered' }
        const kind = incident.status === 'triggered' ? 'acknowledged' : 'unacknowledged'
        yield event('acknowledge', pick(eventEffects.slice(-3), 'none'), key, { ...alert, id: nextId() })
        yield change(slot, acknowledged, kind, null)
      } else {
        slot.alert = { ...alert, isOpen: false, closedAt: at, revision: alert.revision + 1 }
        yield alertEntry(slot.alert)
        yield change(slot, { ...incident, status: 'resolved', resolvedAt: at }, 'resolved', null)
      }
      continue
    }
    if (alert && incident && random() < 0.6) {
      const again: Alert = {
        ...alert,
        isOpen: true,
        closedAt: null,
        lastSeenAt: at,
        revision: alert.revision + 1,
      }
      const reopened: Incident =
        incident.status === 'resolved'
          ? { ...incident, status: 'triggered', triggeredAt: at, acknowledgedAt: null, resolvedAt: null }
          : incident
      slot.alert = again
      yield event('trigger', 'reopened', key, again)
      yield alertEntry(again)
      yield change(slot, reopened, 'reopened', again)
      continue
    }
    const incidentId = nextId()
    const opened = sampleAlert({
      id: nextId(),
      sourceId: sampleId(1 + (key % 7)),
      sourceName: `source-${key % 7}`,
      dedupKey: `key-${key}`,
      serviceId: sampleId(50 + (key % 23)),
      title: `trouble ${key}`,
      incidentId,
      severity: pick(severities, 'info'),
      // Few alerts are suppressed; nobody hears of those.
      isSuppressed: random() < 0.02,
      firstSeenAt: at,
      lastSeenAt: at,
    })
    slot.alert = opened
    slot.incident = null
    const isJoining = incident !== null && incident.status !== 'resolved' && random() < 0.3
    const fresh = sampleIncident({
      id: incidentId,
      number: ids,
      priority: pick(priorities, 'P3'),
      title: opened.title,
      triggeredAt: at,
    })
    yield event('trigger', isJoining ? 'joined' : 'opened', key, opened)
    yield alertEntry(opened)
    if (isJoining) slot.incident = incident
    yield change(slot, isJoining ? incident : fresh, isJoining ? 'alertJoined' : 'triggered', opened)
  }
}
