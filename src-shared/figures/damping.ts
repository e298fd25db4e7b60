import { isWorse, worstReturn } from '../domain/incident-step.ts'
import type { EntryOf } from '../domain/log-entry.ts'
import type { Incident } from '../domain/incident.ts'

/** Follows incidents that flap: their reopenings are counted and not announced, unless they are worse than before. */
export class Damping {
  readonly #flapping = new Map<string, { since: number; known: Incident['severity'] }>()

  /** Every change of incidents, in order; true for a reopening that nobody was told of. */
  take({ at, incident, change }: EntryOf<'incident'>): boolean {
    const { id, flapping, severity } = incident
    const before = this.#flapping.get(id)
    if (flapping === null) {
      this.#flapping.delete(id)
      return false
    }
    const { since } = flapping
    this.#flapping.set(id, { since, known: worstReturn(incident) })
    if (change.kind !== 'reopened') return false
    // The log may have forgotten how it began.
    if (!before) return since < at
    return before.since === since && !isWorse(before.known, severity)
  }
}
