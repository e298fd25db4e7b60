import { isWorse } from '../domain/incident-step.ts'
import type { EntryOf } from '../domain/log-entry.ts'
import type { Severity } from '../domain/severity.ts'

/** Follows incidents that flap: their reopenings are counted and not announced, unless they are worse than before. */
export class Damping {
  readonly #flapping = new Map<string, { since: number; severity: Severity }>()

  /** Every change of incidents, in order; true for a reopening that nobody was told of. */
  take({ at, incident, change }: EntryOf<'incident'>): boolean {
    const { id, flapping, severity } = incident
    const before = this.#flapping.get(id)
    if (flapping === null) {
      this.#flapping.delete(id)
      return false
    }
    const { since } = flapping
    this.#flapping.set(id, { since, severity })
    if (change.kind !== 'reopened') return false
    // The log may have forgotten how it began.
    if (!before) return since < at
    return before.since === since && !isWorse(before.severity, severity)
  }
}
