import type { Cancel } from './ports.ts'

/** Those who want to hear of one thing. */
export class Listeners<T> {
  readonly #all = new Set<(value: T) => void>()

  add(listener: (value: T) => void): Cancel {
    // A wrapper for each call, so that the same function twice is heard twice and cancelled once each.
    const entry = (value: T) => listener(value)
    this.#all.add(entry)
    return () => this.#all.delete(entry)
  }

  tell(value: T): void {
    for (const listener of [...this.#all]) listener(value)
  }

  clear(): void {
    this.#all.clear()
  }
}
