import type { DurationFigure, IncidentOffender } from './figures.ts'
import { Longest } from './offenders.ts'

/** How long occurrences took: their mean, percentiles and longest. Keeps a number for each, and a few offenders. */
export class Durations {
  readonly #tookMs: number[] = []
  #sumMs = 0
  #longest = new Longest()

  add(offender: IncidentOffender): void {
    this.#tookMs.push(offender.tookMs)
    this.#sumMs += offender.tookMs
    this.#longest.add(offender)
  }

  /** These as they are now; what is added to either later does not change the other. */
  copy(): Durations {
    const copy = new Durations()
    for (const tookMs of this.#tookMs) copy.#tookMs.push(tookMs)
    copy.#sumMs = this.#sumMs
    copy.#longest = this.#longest.copy()
    return copy
  }

  result(): DurationFigure {
    const count = this.#tookMs.length
    const ascending = Float64Array.from(this.#tookMs).sort()
    return {
      count,
      meanMs: count > 0 ? this.#sumMs / count : null,
      medianMs: nearestRank(ascending, 50),
      p90Ms: nearestRank(ascending, 90),
      longest: this.#longest.result(),
    }
  }
}

/** The smallest of them that so many of a hundred do not exceed; null when there is none. */
function nearestRank(ascending: Float64Array, percent: number): number | null {
  return ascending[Math.ceil((percent * ascending.length) / 100) - 1] ?? null
}
