import type { Alert } from '../../src-shared/domain/alert.ts'

/**
 * Alerts of which counters moved and nothing else, in the commit that is being made: each is written once at its end,
 * however many turns moved it. Until then reads of the alert have to ask here.
 */
export class CountedAlerts {
  readonly #byId = new Map<string, Alert>()
  readonly #byKey = new Map<string, Alert>()

  /** The revision rises once for all turns of the commit. */
  count(alert: Alert): void {
    const known = this.#byId.get(alert.id)
    this.#put(known ? { ...alert, revision: known.revision } : alert)
  }

  get(id: string): Alert | undefined {
    return this.#byId.get(id)
  }

  latest(sourceId: string, dedupKey: string): Alert | undefined {
    return this.#byKey.get(keyOf(sourceId, dedupKey))
  }

  /** A new state of it was written: what was counted is part of that. */
  written({ id, sourceId, dedupKey }: Alert): void {
    this.#byId.delete(id)
    this.#byKey.delete(keyOf(sourceId, dedupKey))
  }

  removed(id: string): void {
    const known = this.#byId.get(id)
    if (known) this.written(known)
  }

  /** What is owed of these alerts, or of all; its writer tells `written`. */
  owed(ids?: readonly string[]): Alert[] {
    if (this.#byId.size === 0) return []
    return ids ? ids.flatMap((id) => this.#byId.get(id) ?? []) : [...this.#byId.values()]
  }

  /** The turns that counted were taken back. */
  clear(): void {
    this.#byId.clear()
    this.#byKey.clear()
  }

  #put(alert: Alert): void {
    this.#byId.set(alert.id, alert)
    this.#byKey.set(keyOf(alert.sourceId, alert.dedupKey), alert)
  }
}

function keyOf(sourceId: string, dedupKey: string): string {
  return `${sourceId} ${dedupKey}`
}
