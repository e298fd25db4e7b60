import type { Flood } from './figures.ts'

/** Alarms are counted in the ten minutes of the clock (UTC), so that a figure does not move with its window. */
export const intervalMs = 600_000
/** More than so many in ten minutes begin a flood, fewer than so many end it (ISA-18.2, EEMUA 191). */
const floodAbove = 10
const floodUntilBelow = 5

/** Where ten-minute interval number n begins: n × `intervalMs`. */
export function intervalOf(at: number): number {
  return Math.floor(at / intervalMs)
}

/** The floods in alarms by interval number, clipped to the window, in order. */
export function floodsIn(alarms: ReadonlyMap<number, number>, from: number, to: number): Flood[] {
  const floods: Flood[] = []
  let current: Flood | null = null
  for (const interval of [...alarms.keys()].toSorted((a, b) => a - b)) {
    const count = alarms.get(interval) ?? 0
    const start = interval * intervalMs
    // An interval without alarms is not in the map, and ends a flood as any other below the limit.
    if (current && (current.to !== start || count < floodUntilBelow)) {
      floods.push(current)
      current = null
    }
    if (current) {
      current.to = start + intervalMs
      current.alarms += count
      current.peak = Math.max(current.peak, count)
    } else if (count > floodAbove) {
      current = { from: start, to: start + intervalMs, alarms: count, peak: count }
    }
  }
  if (current) floods.push(current)
  return floods.map((flood) => ({ ...flood, from: Math.max(from, flood.from), to: Math.min(to, flood.to) }))
}
