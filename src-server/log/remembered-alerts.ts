import type { Alert } from '../../src-shared/domain/alert.ts'

/** As many keys as a large estate repeats at a time: some megabytes. */
const mostRemembered = 4_000

/**
 * The newest alert of keys that came lately, as the writer's transactions left it: a monitor that repeats itself has its
 * alert read and parsed once instead of with each repeat. All writing goes through one transaction at a time, so that what
 * is remembered is what is stored, as long as every write and every writing that was taken back is told.
 */
export class RememberedAlerts {
  #byKey = new Map<string, Alert>()

  latest(sourceId: string, dedupKey: string): Alert | undefined {
    return this.#byKey.get(keyOf(sourceId, dedupKey))
  }

  /** It was read as the newest of its key. */
  read(alert: Alert): void {
    if (this.#byKey.size >= mostRemembered) this.forget()
    this.#byKey.set(keyOf(alert.sourceId, alert.dedupKey), alert)
  }

  /** A state was written: of the alert that is remembered, or of another with its key, which may be newer or not. */
  written(alert: Alert): void {
    const key = keyOf(alert.sourceId, alert.dedupKey)
    const known = this.#byKey.get(key)
    if (known === undefined) return
    if (known.id === alert.id) this.#byKey.set(key, alert)
    else this.#byKey.delete(key)
  }

  /** New states of these alerts were written, and are read again when they are asked for. */
  changed(ids: readonly string[]): void {
    if (this.#byKey.size === 0) return
    const gone = new Set(ids)
    for (const [key, { id }] of this.#byKey) if (gone.has(id)) this.#byKey.delete(key)
  }

  /** Writing was taken back, or an alert was removed. */
  forget(): void {
    if (this.#byKey.size > 0) this.#byKey = new Map()
  }
}

function keyOf(sourceId: string, dedupKey: string): string {
  return `${sourceId} ${dedupKey}`
}
