import type { Interval } from '../domain/maintenance-schedule.ts'
import { occurrenceAt } from '../domain/maintenance-schedule.ts'
import type { MaintenanceWindow } from '../domain/maintenance.ts'
import { conditionTest, type CorrelatedEvent } from './correlator.ts'

/** A maintenance window, prepared to be asked for each alert that opens. */
export interface PreparedWindow {
  readonly window: MaintenanceWindow
  /** When it ends, if it is on at this instant; null when it is not. */
  onUntil(at: number): number | null
  covers(event: CorrelatedEvent): boolean
}

/** Remembers the occurrence that it found, so that asking again within it costs nothing. */
export function prepareWindow(window: MaintenanceWindow): PreparedWindow {
  const holds = window.match.map(conditionTest)
  let known: { occurrence: Interval | null; askedAt: number } | null = null
  return {
    window,
    onUntil: (at) => {
      const isValid =
        known !== null && at >= known.askedAt && (known.occurrence === null || at < known.occurrence.to)
      if (!isValid || known === null) known = { occurrence: occurrenceOf(window, at), askedAt: at }
      const { occurrence } = known
      return occurrence !== null && at >= occurrence.from ? occurrence.to : null
    },
    covers: (event) => holds.every((test) => test(event)),
  }
}

/** When the window next begins or ends after this instant; null when it never does. */
export function nextChangeOf(window: MaintenanceWindow, at: number): number | null {
  const occurrence = occurrenceOf(window, at)
  if (!occurrence) return null
  return at < occurrence.from ? occurrence.from : occurrence.to
}

/** As of its schedule. What a person has ended stays so, whatever clocks show. */
function occurrenceOf({ schedule, endedAt }: MaintenanceWindow, at: number): Interval | null {
  return endedAt === null ? occurrenceAt(schedule, at) : null
}

/** A window that suppresses an alert, and until when it is on. */
export interface Suppression {
  window: MaintenanceWindow
  until: number
}

/** What suppresses this event's alert at this instant, the first of these windows that does; null when none does. */
export function suppressing(
  windows: readonly PreparedWindow[],
  event: CorrelatedEvent,
  at: number,
): Suppression | null {
  for (const { window, onUntil, covers } of windows) {
    const until = onUntil(at)
    if (until !== null && covers(event)) return { window, until }
  }
  return null
}
