/** How instants and durations are written. Local times are of the machine's zone, 24 hours, always two digits. */

const locale = 'en-GB'
const clock = new Intl.DateTimeFormat(locale, { hour: '2-digit', minute: '2-digit', second: '2-digit' })
const shortClock = new Intl.DateTimeFormat(locale, { hour: '2-digit', minute: '2-digit' })
const utcClock = new Intl.DateTimeFormat(locale, { hour: '2-digit', minute: '2-digit', timeZone: 'UTC' })
const day = new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'short' })
const dayOfYear = new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'short', year: 'numeric' })
const full = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'long' })
const fullUtc = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'long', timeZone: 'UTC' })
const digits = new Intl.NumberFormat('en')
const tenths = new Intl.NumberFormat('en', { maximumFractionDigits: 1 })
const compact = new Intl.NumberFormat('en', { notation: 'compact', maximumSignificantDigits: 3 })

const second = 1000
const minute = 60 * second
const hour = 60 * minute
const dayMs = 24 * hour
/** Nearer than this a day and a month say which year is meant. */
const sureOfYearMs = 180 * dayMs

/** `14:37:08`. */
export function formatClock(at: number): string {
  return clock.format(at)
}

/** `14:37`. */
export function formatShortClock(at: number): string {
  return shortClock.format(at)
}

/** `13:37 UTC`. */
export function formatUtc(at: number): string {
  return `${utcClock.format(at)} UTC`
}

/** `28 Nov`. */
export function formatDay(at: number): string {
  return day.format(at)
}

/** `14:37:08.412`. */
export function formatClockMs(at: number): string {
  return `${clock.format(at)}.${String(at % second).padStart(3, '0')}`
}

/** `14:37:08`, with the day before it when that is not today's, and its year when that is far away. */
export function formatSince(at: number, now: number): string {
  return isSameDay(at, now) ? formatClock(at) : formatShortSince(at, now)
}

/** `14:37`, likewise. */
export function formatShortSince(at: number, now: number): string {
  if (isSameDay(at, now)) return formatShortClock(at)
  const date = Math.abs(at - now) < sureOfYearMs ? day : dayOfYear
  return `${date.format(at)} ${formatShortClock(at)}`
}

/** Local and UTC in full, for a tooltip. */
export function formatFull(at: number): string {
  return `${full.format(at)} · ${fullUtc.format(at)}`
}

/** Coarse: `8 s`, `6 min`, `3 h`, `2 d`. A clock that runs behind the server's gives `0 s`, never less. */
export function formatAge(ageMs: number): string {
  const ms = Math.max(0, ageMs)
  if (ms < minute) return `${Math.floor(ms / second)} s`
  if (ms < hour) return `${Math.floor(ms / minute)} min`
  if (ms < 2 * dayMs) return `${Math.floor(ms / hour)} h`
  return `${Math.floor(ms / dayMs)} d`
}

/** Fine: `6 min 12 s`, `3 h 5 min`, `2 d 4 h`. */
export function formatDuration(durationMs: number): string {
  const ms = Math.max(0, durationMs)
  if (ms < minute) return `${Math.floor(ms / second)} s`
  if (ms < hour) return `${Math.floor(ms / minute)} min ${Math.floor((ms % minute) / second)} s`
  if (ms < dayMs) return `${Math.floor(ms / hour)} h ${Math.floor((ms % hour) / minute)} min`
  return `${Math.floor(ms / dayMs)} d ${Math.floor((ms % dayMs) / hour)} h`
}

/** `1,284`. */
export function formatCount(count: number): string {
  return digits.format(count)
}

/** `1,284`, but `12.3K` and `1.28M` where there is no room for more. */
export function formatNarrowCount(count: number): string {
  return count < 10_000 ? digits.format(count) : compact.format(count)
}

/** Of a share from 0 to 1: `12 %`, `0.4 %`; what is more than nothing is never `0 %`. */
export function formatPercent(share: number): string {
  return `${formatMean(share * 100)} %`
}

/** `1.4`, `12`, `0`: a mean, as exact as it is worth; what is more than nothing is never `0`. */
export function formatMean(mean: number): string {
  if (mean > 0 && mean < 0.05) return '< 0.1'
  return mean >= 9.95 ? digits.format(Math.round(mean)) : tenths.format(mean)
}

/** Two letters for a person: of `jonas.reiter` JR, of `mira` MI. */
export function formatInitials(name: string): string {
  const parts = name.split(/[\s._@-]+/u).filter((part) => part !== '')
  const [first = '', second = ''] = parts
  const letters = second === '' ? [...first].slice(0, 2) : [[...first][0], [...second][0]]
  return letters.join('').toUpperCase()
}

function isSameDay(a: number, b: number): boolean {
  return new Date(a).toDateString() === new Date(b).toDateString()
}
