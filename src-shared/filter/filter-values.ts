const units = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 } as const

/** `90s`, `15m`, `2h`, `1d`, `1w`, or several of them (`1h30m`), in milliseconds; null for anything else. */
export function readDuration(text: string): number | null {
  if (!/^(\d{1,9}[smhdw])+$/i.test(text)) return null
  let ms = 0
  for (const [, amount, unit] of text.toLowerCase().matchAll(/(\d+)([smhdw])/g)) {
    ms += Number(amount) * units[unit as keyof typeof units]
  }
  return Number.isSafeInteger(ms) ? ms : null
}

/** The duration in its largest units: `1h30m`. Whole seconds. */
export function printDuration(ms: number): string {
  let rest = ms
  let text = ''
  for (const unit of ['w', 'd', 'h', 'm', 's'] as const) {
    const amount = Math.floor(rest / units[unit])
    if (amount === 0) continue
    text += `${amount}${unit}`
    rest -= amount * units[unit]
  }
  return text || '0s'
}

/** The last instant whose year has four digits. */
const latest = Date.UTC(10_000, 0, 1) - 1
const instantForm = /^(\d{4}-\d\d-\d\d)(?:T(\d\d:\d\d)(?::(\d\d)(\.\d{1,3})?)?(Z|[+-]\d\d:\d\d)?)?$/i

/** `2026-11-23`, `2026-11-23T14:30`, with seconds and a zone if wanted; UTC where no zone is given. */
export function readInstant(text: string): number | null {
  const parts = instantForm.exec(text)
  if (!parts) return null
  const [, day = '', time = '00:00', seconds = '00', fraction = '', zone = 'Z'] = parts
  const at = Date.parse(`${day}T${time}:${seconds}${fraction}${zone.toUpperCase()}`)
  // 30 February is read as 2 March by some engines: a day that is not its own is none.
  if (Number.isNaN(at) || at < 0 || at > latest) return null
  const midnight = Date.parse(`${day}T00:00:00Z`)
  return Number.isNaN(midnight) || new Date(midnight).toISOString().slice(0, 10) !== day ? null : at
}

/** In UTC, as short as it can be without losing anything. */
export function printInstant(at: number): string {
  const whole = new Date(at).toISOString()
  if (whole.endsWith('T00:00:00.000Z')) return whole.slice(0, 10)
  if (whole.endsWith(':00.000Z')) return `${whole.slice(0, 16)}Z`
  return whole.endsWith('.000Z') ? `${whole.slice(0, 19)}Z` : whole
}

/** A whole number of at most fifteen digits; null for anything else. */
export function readCount(text: string): number | null {
  return /^\d{1,15}$/.test(text) ? Number(text) : null
}
