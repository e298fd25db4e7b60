import type { NormalisedEvent } from '../../src-shared/domain/event.ts'
import type { Incident } from '../../src-shared/domain/incident.ts'

/** Alerts of the same service and title join an incident that moved within this time (DOMAIN: correlation). */
export const sameTitleWindowMs = 5 * 60_000

/** A way to find the incident that a new alert belongs to: tried in order, the first that holds decides. */
export interface GroupCandidate {
  /** Remembered with the incident, so that the next alert of the group finds it. */
  key: string
  /** In words that an operator reads. */
  reason: string
  /** Whether this incident, found by the key, is one that the alert may still join. */
  admits(incident: Incident): boolean
}

/** The built-in rules: the source's own group, then the same service and title within five minutes. */
export function groupCandidates(
  event: NormalisedEvent,
  sourceId: string,
  serviceId: string,
  at: number,
): GroupCandidate[] {
  const own: GroupCandidate[] = event.group
    ? [
        {
          key: `group:${sourceId}:${event.group.key}`,
          reason: event.group.reason,
          admits: (incident) => incident.status !== 'resolved',
        },
      ]
    : []
  return [
    ...own,
    {
      key: `title:${serviceId}:${event.title}`,
      reason: `same service and title within ${sameTitleWindowMs / 60_000} minutes`,
      admits: (incident) => incident.status !== 'resolved' && at - incident.updatedAt <= sameTitleWindowMs,
    },
  ]
}

/** Why an alert that found no group opened an incident of its own. */
export const openedAlone = 'opened by its first alert'
