import type { Interval } from '../domain/maintenance-schedule.ts'
import { occurrenceAt } from '../domain/maintenance-schedule.ts'
import type { MaintenanceWindow } from '../domain/maintenance.ts'
import { conditionTest, type CorrelatedEvent } from './correlator.ts'

/** A maintenance window, prepared to be asked for each alert that opens. */
export interface PreparedWindow {
  readonly window: MaintenanceWindow
  isOn(at: number): boolean
  covers(event: CorrelatedEvent): boolean
}

/** Remembers the occurrence that it found, so that asking again within it costs nothing. */
export function prepareWindow(window: MaintenanceWindow): PreparedWindow {
  const { schedule, endedAt } = window
  const holds = window.match.map(conditionTest)
  let known: { occurrence: Interval | null; askedAt: number } | null = null
  return {
    window,
    isOn: (at) => {
      if (endedAt !== null && at >= endedAt) return false
      const isValid =
        known !== null && at >= known.askedAt && (known.occurrence === null || at < known.occurrence.to)
      if (!isValid || known === null) known = { occurrence: occurrenceAt(schedule, at), askedAt: at }
      return known.occurrence !== null && at >= known.occurrence.from
    },
    covers: (event) => holds.every((test) => test(event)),
  }
}

/** When the window next begins or ends after this instant; null when it never does. */
export function nextChangeOf({ schedule, endedAt }: MaintenanceWindow, at: number): number | null {
  if (endedAt !== null && at >= endedAt) return null
  const occurrence = occurrenceAt(schedule, at)
  if (!occurrence) return null
  return at < occurrence.from ? occurrence.from : occurrence.to
}

/** The first of these windows that suppresses this event's alert at this instant; null when none does. */
export function suppressing(
  windows: readonly PreparedWindow[],
  event: CorrelatedEvent,
  at: number,
): MaintenanceWindow | null {
  return windows.find((window) => window.isOn(at) && window.covers(event))?.window ?? null
}
