import { offendersShown, type IncidentOffender, type RepeatOffender } from './figures.ts'

/** Occurrences that took longest; of equal ones the incident of the lower number, so that a figure is the same each time. */
export class Longest {
  #shown: readonly IncidentOffender[] = []

  add(offender: IncidentOffender): void {
    const last = this.#shown.at(-1)
    if (last && this.#shown.length >= offendersShown && compare(last, offender) <= 0) return
    this.#shown = [...this.#shown, offender].toSorted(compare).slice(0, offendersShown)
  }

  /** These as they are now; what is added to either later does not change the other. */
  copy(): Longest {
    const copy = new Longest()
    copy.#shown = this.#shown
    return copy
  }

  result(): IncidentOffender[] {
    return [...this.#shown]
  }
}

/** Incidents to which something happened most often, under the title that they had last. */
export class MostOften {
  readonly #byId = new Map<string, RepeatOffender>()

  add({ incidentId, number, title }: Omit<RepeatOffender, 'times'>): void {
    const times = (this.#byId.get(incidentId)?.times ?? 0) + 1
    this.#byId.set(incidentId, { incidentId, number, title, times })
  }

  result(): RepeatOffender[] {
    return [...this.#byId.values()]
      .toSorted((a, b) => b.times - a.times || a.number - b.number)
      .slice(0, offendersShown)
  }
}

function compare(a: IncidentOffender, b: IncidentOffender): number {
  return b.tookMs - a.tookMs || a.number - b.number
}
