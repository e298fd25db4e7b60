/** Times in fields, as the machine's clock shows them: 24 hours, whatever the browser's language is. */

const minuteMs = 60_000
const hourMs = 60 * minuteMs
const dayMs = 24 * hourMs
const morningHour = 8

const later = /^\+\s*(?:(\d{1,3})\s*d)?\s*(?:(\d{1,3})\s*h)?\s*(?:(\d{1,4})\s*m(?:in)?)?$/
const clock = /^(?:(today|tomorrow|\d{4}-\d{2}-\d{2})[ t]+)?(\d{1,2}):(\d{2})$/

/** `2026-11-27 14:05`, which `readTime` reads as this instant, to the minute. */
export function toTimeField(at: number): string {
  return `${dayOf(new Date(at))} ${toClockField(at)}`
}

/** `14:05`. */
export function toClockField(at: number): string {
  const date = new Date(at)
  return `${two(date.getHours())}:${two(date.getMinutes())}`
}

/**
 * What a person writes for a time: `14:30` (when the clock next shows it), `+2h` or `+1h 30min` from `now` on,
 * `tomorrow 08:00`, `2026-12-01 14:30`. Null for anything else, and for days that there are not.
 */
export function readTime(text: string, now: number): number | null {
  const written = text.trim().toLowerCase()
  const span = later.exec(written)
  if (span) {
    const [days, hours, minutes] = [span[1], span[2], span[3]].map((part) => Number(part ?? 0))
    const ms = (days ?? 0) * dayMs + (hours ?? 0) * hourMs + (minutes ?? 0) * minuteMs
    return ms > 0 ? laterBy(now, ms) : null
  }
  const said = clock.exec(written)
  if (!said) return null
  const [hour, minute] = [Number(said[2]), Number(said[3])]
  if (hour > 23 || minute > 59) return null
  const today = new Date(now)
  const on = (day: number): number =>
    new Date(today.getFullYear(), today.getMonth(), day, hour, minute).getTime()
  if (said[1] === 'today') return on(today.getDate())
  if (said[1] === 'tomorrow') return on(today.getDate() + 1)
  // The minute that is going on is still now.
  if (said[1] === undefined)
    return on(today.getDate()) > now - minuteMs ? on(today.getDate()) : on(today.getDate() + 1)
  const [year = 0, month = 0, day = 0] = said[1].split('-').map(Number)
  const date = new Date(year, month - 1, day, hour, minute)
  return dayOf(date) === said[1] ? date.getTime() : null
}

/** When the clock next shows eight: who is here at night means the morning that comes. */
export function nextMorning(now: number): number {
  const date = new Date(now)
  const day = date.getDate() + (date.getHours() < morningHour ? 0 : 1)
  return new Date(date.getFullYear(), date.getMonth(), day, morningHour).getTime()
}

/** So much later, on the full minute. */
export function laterBy(now: number, ms: number): number {
  return Math.ceil((now + ms) / minuteMs) * minuteMs
}

function dayOf(date: Date): string {
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`
}

function two(value: number): string {
  return String(value).padStart(2, '0')
}
