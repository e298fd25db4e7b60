import type { Schedule } from './maintenance.ts'

/** A time from its first instant (included) to its last (excluded). */
export interface Interval {
  from: number
  to: number
}

const minuteMs = 60_000
const dayMs = 86_400_000
/** An occurrence may have begun six days ago, and its weekday comes again within a week. */
const daysAround = 8
/** The last instant of which every place's clocks can be said: dates end a day later. */
const lastInstant = 8_640_000_000_000_000 - dayMs

/**
 * The occurrence that is on at this instant, or else the next one; null when there is none any more. Weekly ones begin
 * as the clocks of their time zone show it, so that they move with summer time.
 */
export function occurrenceAt(schedule: Schedule, at: number): Interval | null {
  if (schedule.kind === 'once') {
    const { startsAt: from, endsAt: to } = schedule
    return at < to ? { from, to } : null
  }
  const { timeZone, weekdays, startMinute, durationMinutes, until } = schedule
  const origin = Math.max(at, schedule.from)
  const clock = wallClockOf(timeZone)
  const today = clock(origin)
  const midnight = today - (((today % dayMs) + dayMs) % dayMs)
  for (let days = -daysAround; days <= daysAround; days += 1) {
    const day = midnight + days * dayMs
    if (!weekdays.includes(new Date(day).getUTCDay())) continue
    const from = instantOf(day + startMinute * minuteMs, clock)
    const to = from + durationMinutes * minuteMs
    if (to <= at || from < schedule.from) continue
    return until !== null && from >= until ? null : { from, to }
  }
  return null
}

/** A field of a plan's schedule and what to do about it. */
export interface ScheduleFault {
  field: 'endsAt' | 'until'
  message: string
}

/** Why a window that is planned at this instant could never be on; null when it can. */
export function neverOn(schedule: Schedule, at: number): ScheduleFault | null {
  if (occurrenceAt(schedule, at) !== null) return null
  if (schedule.kind === 'once') {
    const { startsAt, endsAt } = schedule
    if (endsAt <= startsAt) return { field: 'endsAt', message: 'has to be after startsAt' }
    return { field: 'endsAt', message: 'has passed: choose a later one' }
  }
  const { from, until } = schedule
  if (until === null || until > from)
    return {
      field: 'until',
      message: 'none of its days begins before it: choose others, a later until, or null',
    }
  return { field: 'until', message: 'has to be after from; null has no end' }
}

/** Says of an instant what the clocks of a place show then, as if it were UTC. Whole seconds. */
function wallClockOf(timeZone: string): (at: number) => number {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone,
    calendar: 'gregory',
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
  })
  return (at) => {
    const parts: Record<string, number> = {}
    // Asked beyond it too, of a window that is planned for then: an error would stop every alert from opening.
    for (const { type, value } of format.formatToParts(Math.min(at, lastInstant))) parts[type] = Number(value)
    const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts
    return Date.UTC(year, month - 1, day, hour, minute, second)
  }
}

/** When clocks show this. Shown twice: the first time; skipped: as long after the jump as it lay behind its beginning. */
function instantOf(wallClock: number, clock: (at: number) => number): number {
  // Offsets before and after any change of the clocks nearby.
  const before = clock(wallClock - dayMs) - (wallClock - dayMs)
  const after = clock(wallClock + dayMs) - (wallClock + dayMs)
  const shown = [wallClock - before, wallClock - after].filter((at) => clock(at) === wallClock)
  return shown.length > 0 ? Math.min(...shown) : wallClock - before
}
