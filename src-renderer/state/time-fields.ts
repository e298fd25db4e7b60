/** Times in fields, as the machine's clock shows them. */

const minuteMs = 60_000
const morningHour = 8

/** `2026-11-27T14:05`, what a field of date and time holds. */
export function toTimeField(at: number): string {
  const date = new Date(at)
  const two = (value: number): string => String(value).padStart(2, '0')
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`
  return `${day}T${two(date.getHours())}:${two(date.getMinutes())}`
}

/** The instant that a field of date and time holds; null while it holds none. */
export function fromTimeField(value: string): number | null {
  const at = value === '' ? Number.NaN : new Date(value).getTime()
  return Number.isNaN(at) ? null : at
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
