import type { Alert } from '../../src-shared/domain/alert.ts'
import type { EntryOf, LogEntry } from '../../src-shared/domain/log-entry.ts'
import type { EntryRoute } from '../../src-shared/protocol/channels.ts'

/** What is known of things that an entry only names; what is removed is still known then. */
export interface KnownThings {
  servicesOf(incidentId: string): readonly string[]
  alert(id: string): Pick<Alert, 'incidentId' | 'serviceId'> | null
}

/** Which channels an entry concerns. */
export function entryRoute(entry: LogEntry, known: KnownThings): EntryRoute {
  switch (entry.kind) {
    case 'event':
      return { kind: 'event', incidentId: entry.event.incidentId, serviceIds: [] }
    case 'alert': {
      const { incidentId, serviceId } = entry.alert
      return { kind: 'alert', incidentId, serviceIds: [serviceId] }
    }
    case 'incident': {
      const { id, serviceIds } = entry.incident
      return { kind: 'incident', incidentId: id, serviceIds: [...serviceIds, ...servicesLeft(entry, known)] }
    }
    case 'summary': {
      const { incidentId } = entry.summary
      return { kind: 'summary', incidentId, serviceIds: known.servicesOf(incidentId) }
    }
    case 'service':
      return { kind: 'service', incidentId: null, serviceIds: [entry.service.id] }
    case 'removed':
      return { kind: 'removed', of: entry.of, ...routeOfRemoved(entry, known) }
    case 'source':
    case 'shift':
    case 'maintenance':
      return { kind: entry.kind, incidentId: null, serviceIds: [] }
  }
}

/** Services that the incident has no longer, which only a split takes from it: who follows one of them is told that. */
function servicesLeft({ incident, change }: EntryOf<'incident'>, known: KnownThings): string[] {
  if (change.kind !== 'splitOff') return []
  return known.servicesOf(incident.id).filter((id) => !incident.serviceIds.includes(id))
}

/** A removal goes to those who have the thing. */
function routeOfRemoved(
  { of, id }: EntryOf<'removed'>,
  known: KnownThings,
): Pick<EntryRoute, 'incidentId' | 'serviceIds'> {
  switch (of) {
    case 'incident':
    case 'summary':
      return { incidentId: id, serviceIds: known.servicesOf(id) }
    case 'alert': {
      const alert = known.alert(id)
      return { incidentId: alert?.incidentId ?? null, serviceIds: alert ? [alert.serviceId] : [] }
    }
    case 'service':
      return { incidentId: null, serviceIds: [id] }
    case 'source':
    case 'shift':
    case 'maintenance':
      return { incidentId: null, serviceIds: [] }
  }
}
