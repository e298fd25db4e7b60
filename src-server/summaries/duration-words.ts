/** A duration for reading: `40 s`, `6 min`, `2 h 5 min`, `3 d 4 h`. */
export function durationWords(durationMs: number): string {
  const seconds = Math.max(0, Math.round(durationMs / 1000))
  if (seconds < 90) return `${seconds} s`
  const minutes = Math.round(seconds / 60)
  if (minutes < 90) return `${minutes} min`
  const hours = Math.floor(minutes / 60)
  if (hours < 48) return withRest(`${hours} h`, minutes % 60, 'min')
  return withRest(`${Math.floor(hours / 24)} d`, hours % 24, 'h')
}

/** An instant for reading, to the second, in UTC: `14:30:51 UTC`. */
export function instantWords(at: number): string {
  return `${new Date(at).toISOString().slice(11, 19)} UTC`
}

/** `1 alert`, `9 alerts`. */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`
}

/** `a`, `a and b`, `a, b and c`, `a, b and 4 more`. */
export function listWords(names: readonly string[], most = 4): string {
  if (names.length <= 1) return names.join('')
  const shown = names.length > most ? names.slice(0, most - 1) : names.slice(0, -1)
  const rest = names.length - shown.length
  const last = rest === 1 ? names.at(-1) : `${rest} more`
  return `${shown.join(', ')} and ${last}`
}

function withRest(whole: string, rest: number, unit: string): string {
  return rest === 0 ? whole : `${whole} ${rest} ${unit}`
}
