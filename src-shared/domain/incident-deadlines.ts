import type { Incident } from './incident.ts'
import { notAcknowledged, step, type Cause, type Transition } from './incident-step.ts'

/** The acknowledgement has ended by itself; null when it has not, whatever the timer said. */
export function expireAck(incident: Incident, cause: Cause): Transition | null {
  const { status, ackExpiresAt } = incident
  if (status !== 'acknowledged' || ackExpiresAt === null || ackExpiresAt > cause.at) return null
  const next: Incident = { ...incident, ...notAcknowledged, status: 'triggered' }
  return step(next, cause, 'ackExpired', { from: status })
}

/** The snooze is over; null when it is not. */
export function endSnooze(incident: Incident, cause: Cause): Transition | null {
  const { status, snoozedUntil } = incident
  if (snoozedUntil === null || snoozedUntil > cause.at) return null
  const next: Incident = { ...incident, ...notAcknowledged, status: 'triggered' }
  return step(next, cause, 'snoozeEnded', { from: status })
}

/** The time to look again has come; null when it has not, or when that was announced before. */
export function announceFollowUp(incident: Incident, cause: Cause): Transition | null {
  const { followUp } = incident
  if (!followUp || followUp.isDue || followUp.at > cause.at) return null
  return step({ ...incident, followUp: { ...followUp, isDue: true } }, cause, 'followUpDue', {
    text: followUp.text || null,
  })
}
