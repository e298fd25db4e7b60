import { resolve } from '../../src-shared/domain/incident-actions.ts'
import { announceFollowUp, endSnooze, expireAck } from '../../src-shared/domain/incident-deadlines.ts'
import type { Incident } from '../../src-shared/domain/incident.ts'
import type { Cause, Transition } from '../../src-shared/domain/incident-step.ts'
import type { StoreTransaction, Timer } from '../log/store-transaction.ts'

export type DeadlineKind = Extract<Timer['kind'], 'settle' | 'ackTimeout' | 'snooze' | 'followUp'>

interface Deadline {
  /** When it is due, as the incident's state says; null: it is not set. */
  dueAt(incident: Incident): number | null
  /** What becomes of the incident; null when the state does not say that it is due, whatever the row says. */
  meet(incident: Incident, cause: Cause): Transition | null
}

const deadlines: Record<DeadlineKind, Deadline> = {
  settle: {
    dueAt: ({ settlesAt }) => settlesAt,
    meet: (incident, cause) => {
      if (incident.settlesAt === null || incident.settlesAt > cause.at) return null
      const decision = resolve(incident, { ...cause, reason: 'every alert has ended and stayed so' })
      return decision.ok ? decision.transition : null
    },
  },
  ackTimeout: {
    dueAt: ({ ackExpiresAt }) => ackExpiresAt,
    meet: (incident, cause) =>
      expireAck(incident, { ...cause, reason: 'nobody has acted on it since it was acknowledged' }),
  },
  snooze: {
    dueAt: ({ snoozedUntil }) => snoozedUntil,
    meet: (incident, cause) => endSnooze(incident, { ...cause, reason: 'the snooze is over' }),
  },
  followUp: {
    dueAt: ({ followUp }) => (followUp === null || followUp.isDue ? null : followUp.at),
    meet: (incident, cause) => announceFollowUp(incident, { ...cause, reason: 'it is time to look again' }),
  },
}
const deadlineKinds = Object.keys(deadlines) as DeadlineKind[]

/** A resolved incident is summarised once more after this, so that a burst of resolves makes one summary each. */
export const summaryAfterResolveMs = 1_000

/** Writes the next state of an incident and sets its timers as that says. Returns its place in the log. */
export function writeIncident(
  turn: StoreTransaction,
  before: Incident | null,
  transition: Transition,
): number {
  const seq = turn.append({ kind: 'incident', ...transition })
  keepDeadlines(turn, before, transition.incident)
  return seq
}

/** Sets and clears the timers of an incident as its new state says. `before`: null for one that is new. */
export function keepDeadlines(turn: StoreTransaction, before: Incident | null, after: Incident): void {
  for (const kind of deadlineKinds) {
    const dueAt = deadlines[kind].dueAt(after)
    if (dueAt === (before && deadlines[kind].dueAt(before))) continue
    if (dueAt === null) turn.clearTimer(kind, after.id)
    else turn.setTimer({ kind, key: after.id, dueAt })
  }
}

/** A timer of an incident is due. The state decides, not the row: somebody may have acted in the meantime. */
export async function meetDeadline(
  turn: StoreTransaction,
  kind: DeadlineKind,
  incidentId: string,
): Promise<void> {
  const incident = await turn.incident(incidentId)
  const cause: Cause = { at: turn.now, by: { kind: 'system', name: 'watchfloor' } }
  const transition = incident && deadlines[kind].meet(incident, cause)
  if (!incident) return
  // A row that came too early is set again: its deadline may have moved on, or the clock back.
  if (!transition) return keepDeadlines(turn, null, incident)
  writeIncident(turn, incident, transition)
  if (transition.change.kind !== 'resolved') return
  turn.setTimer({ kind: 'summary', key: incidentId, dueAt: turn.now + summaryAfterResolveMs })
}
