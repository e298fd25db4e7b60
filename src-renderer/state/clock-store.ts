import { createStore, type StoreApi } from 'zustand/vanilla'

/** Wall time in milliseconds, moved once a second on the second, so that all ages on screen turn together. */
export class ClockStore {
  readonly store: StoreApi<{ now: number }> = createStore<{ now: number }>()(() => ({ now: Date.now() }))
  readonly #onTick: () => void
  #timer: ReturnType<typeof setTimeout> | undefined

  constructor(onTick: () => void) {
    this.#onTick = onTick
    this.#schedule()
  }

  stop(): void {
    clearTimeout(this.#timer)
  }

  #schedule(): void {
    this.#timer = setTimeout(
      () => {
        this.store.setState({ now: Date.now() })
        this.#onTick()
        this.#schedule()
      },
      1000 - (Date.now() % 1000),
    )
  }
}
