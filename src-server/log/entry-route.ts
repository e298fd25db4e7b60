import type { LogEntry } from '../../src-shared/domain/log-entry.ts'
import type { EntryRoute } from '../../src-shared/protocol/channels.ts'

/** Which channels an entry concerns; `servicesOf` gives the services of an incident. */
export function entryRoute(
  entry: LogEntry,
  servicesOf: (incidentId: string) => readonly string[],
): EntryRoute {
  switch (entry.kind) {
    case 'event':
      return { kind: 'event', incidentId: entry.event.incidentId, serviceIds: [] }
    case 'alert': {
      const { incidentId, serviceId } = entry.alert
      return { kind: 'alert', incidentId, serviceIds: [serviceId] }
    }
    case 'incident':
      return { kind: 'incident', incidentId: entry.incident.id, serviceIds: entry.incident.serviceIds }
    case 'summary': {
      const { incidentId } = entry.summary
      return { kind: 'summary', incidentId, serviceIds: servicesOf(incidentId) }
    }
    case 'service':
      return { kind: 'service', incidentId: null, serviceIds: [entry.service.id] }
    case 'removed':
      return {
        kind: 'removed',
        of: entry.of,
        incidentId: entry.of === 'incident' ? entry.id : null,
        serviceIds: [],
      }
    case 'source':
    case 'shift':
    case 'maintenance':
      return { kind: entry.kind, incidentId: null, serviceIds: [] }
  }
}
