import type { Alert } from '../domain/alert.ts'
import type { MonitoringEvent } from '../domain/event.ts'
import type { Incident } from '../domain/incident.ts'
import type { Service } from '../domain/service.ts'

/** Whose alarms are counted: an operating position watches some services. */
export interface Position {
  hasEvent(event: MonitoringEvent): boolean
  hasAlert(alert: Alert): boolean
  /** True while any of the incident's services is its own. */
  hasIncident(incident: Incident): boolean
}

/** One that watches everything. */
export const everything: Position = {
  hasEvent: () => true,
  hasAlert: () => true,
  hasIncident: () => true,
}

export function positionOf(services: readonly Pick<Service, 'id' | 'name'>[]): Position {
  const ids = new Set(services.map(({ id }) => id))
  const names = new Set(services.map(({ name }) => name))
  return {
    hasEvent: ({ service }) => names.has(service),
    hasAlert: ({ serviceId }) => ids.has(serviceId),
    hasIncident: ({ serviceIds }) => serviceIds.some((id) => ids.has(id)),
  }
}
