import type { EntryOf } from '../domain/log-entry.ts'
import { offendersShown, type IncidentOffender, type MeanFigure } from './figures.ts'

/** A mean with its longest members: keeps a sum and a few offenders. */
class Mean {
  #count = 0
  #sumMs = 0
  #longest: IncidentOffender[] = []

  add(offender: IncidentOffender): void {
    this.#count += 1
    this.#sumMs += offender.tookMs
    const shortest = this.#longest.at(-1)
    if (shortest && this.#longest.length >= offendersShown && offender.tookMs <= shortest.tookMs) return
    this.#longest = [...this.#longest, offender]
      .toSorted((a, b) => b.tookMs - a.tookMs)
      .slice(0, offendersShown)
  }

  result(): MeanFigure {
    return {
      count: this.#count,
      meanMs: this.#count > 0 ? this.#sumMs / this.#count : null,
      longest: [...this.#longest],
    }
  }
}

/**
 * MTTA and MTTR. An occurrence begins when its incident is triggered, or reopened after it was resolved, and ends when it
 * is resolved. Keeps the start of each that was acknowledged and is not resolved.
 */
export class ResponseTimes {
  readonly #acknowledged = new Mean()
  readonly #resolved = new Mean()
  readonly #seenSince = new Map<string, number>()

  /** A change of an incident; outside of the window it is followed, and not counted. */
  take({ at, incident, change }: EntryOf<'incident'>, isInWindow: boolean): void {
    const { id: incidentId, number, title, triggeredAt } = incident
    const offender = { incidentId, number, title, tookMs: Math.max(0, at - triggeredAt) }
    if (change.kind === 'acknowledged') {
      // Given back and acknowledged again is not the first time.
      const isFirst = incident.acknowledgedAt === at && this.#seenSince.get(incidentId) !== triggeredAt
      this.#seenSince.set(incidentId, triggeredAt)
      if (isFirst && isInWindow) this.#acknowledged.add(offender)
    } else if (change.kind === 'resolved') {
      this.#seenSince.delete(incidentId)
      if (isInWindow) this.#resolved.add(offender)
    }
  }

  result(): { acknowledged: MeanFigure; resolved: MeanFigure } {
    return { acknowledged: this.#acknowledged.result(), resolved: this.#resolved.result() }
  }
}
