import { createStore, type StoreApi } from 'zustand/vanilla'

/** A storm says at most one sentence in this time to a screen reader, in milliseconds. */
export const quietMs = 5000

/**
 * What a screen reader is told: the latest sentence, at most one every five seconds; an urgent one (freshness)
 * is not replaced by another while it waits.
 */
export class Announcer {
  readonly store: StoreApi<{ sentence: string }> = createStore<{ sentence: string }>()(() => ({
    sentence: '',
  }))
  #waiting: { sentence: string; urgent: boolean } | null = null
  #timer: ReturnType<typeof setTimeout> | undefined

  say(sentence: string, urgent = false): void {
    if (this.#waiting?.urgent && !urgent) return
    this.#waiting = { sentence, urgent }
    if (this.#timer === undefined) this.#speak()
  }

  stop(): void {
    clearTimeout(this.#timer)
  }

  #speak(): void {
    this.#timer = undefined
    if (this.#waiting === null) return
    this.store.setState({ sentence: this.#waiting.sentence })
    this.#waiting = null
    this.#timer = setTimeout(() => this.#speak(), quietMs)
  }
}
