import {
  openedAlone,
  type Correlator,
  type CorrelatedEvent,
} from '../../src-shared/correlation/correlator.ts'
import type { Alert } from '../../src-shared/domain/alert.ts'
import type { Incident } from '../../src-shared/domain/incident.ts'
import { joinAlert, openIncident } from '../../src-shared/domain/incident-reducer.ts'
import { withReason, type Cause, type Transition } from '../../src-shared/domain/incident-step.ts'
import { keepDeadlines } from '../incidents/incident-deadlines.ts'
import type { StoreTransaction } from '../log/store-transaction.ts'

export interface PlaceContext {
  randomId: () => string
  /** Asks the configured rules, then the built-in ones. */
  correlate: Correlator
}

/** What became of an incident; `before`: null when it was opened. */
export interface IncidentMove {
  before: Incident | null
  transition: Transition
}

/** An alert in the incident that it belongs to. */
export interface Placed extends IncidentMove {
  alert: Alert
  effect: 'opened' | 'joined'
  reason: string | null
}

/**
 * Finds the incident that an open alert belongs to, by the first rule whose incident still admits it, or opens one. The
 * caller writes the alert and the incident.
 */
export async function placeAlert(
  turn: StoreTransaction,
  alert: Alert,
  event: CorrelatedEvent,
  cause: Cause,
  { randomId, correlate }: PlaceContext,
): Promise<Placed> {
  const { groups, priority: rulePriority } = correlate(event, cause.at)
  for (const { key, reason, admits } of groups) {
    const found = await turn.incidentByGroup(key)
    if (!found || !admits(found)) continue
    const joined: Alert = { ...alert, incidentId: found.id, groupReason: reason, rulePriority }
    const transition = joinAlert(found, joined, withReason(cause, reason))
    bind(turn, groups, found.id)
    return { effect: 'joined', reason, alert: joined, before: found, transition }
  }
  const incidentId = randomId()
  bind(turn, groups, incidentId)
  const opener: Alert = { ...alert, incidentId, groupReason: openedAlone, rulePriority }
  const transition = openIncident(incidentId, await turn.nextIncidentNumber(), opener, cause)
  return { effect: 'opened', reason: null, alert: opener, before: null, transition }
}

/** Sets the timers of an incident that its alerts have moved: its deadlines, and its next summary. */
export function setTimers(turn: StoreTransaction, move: IncidentMove, summaryQuietMs: number): void {
  const { before, transition } = move
  const { incident, change } = transition
  keepDeadlines(turn, before, incident)
  // One that flaps has its summary of that, and another when it has come to rest.
  if (change.kind !== 'alertClosed' && !isKnownFlap(transition)) {
    turn.setTimer({
      kind: 'summary',
      key: incident.id,
      dueAt: summaryDueAt(incident, turn.now, summaryQuietMs),
    })
  }
}

function bind(turn: StoreTransaction, groups: readonly { key: string }[], incidentId: string): void {
  for (const { key } of groups) turn.bindGroup(key, incidentId)
}

function isKnownFlap({ incident: { flapping, updatedAt }, change }: Transition): boolean {
  return change.kind === 'reopened' && flapping !== null && flapping.since < updatedAt
}

/** After some quiet; but what never gets quiet after opening has its first summary within six times that. */
function summaryDueAt(incident: Incident, now: number, quietMs: number): number {
  const latest = incident.triggeredAt + 6 * quietMs
  return latest > now ? Math.min(now + quietMs, latest) : now + quietMs
}
