import type { Saying } from './story/script.ts'

/** What a sender has to say, taken as its time comes. */
export class DueSayings {
  readonly #sayings: Iterator<Saying>
  #next: IteratorResult<Saying>

  constructor(sayings: Iterable<Saying>) {
    this.#sayings = sayings[Symbol.iterator]()
    this.#next = this.#sayings.next()
  }

  /** All that is due by this moment of the story and was not taken before, in order. */
  takeUntil(atMs: number): Saying[] {
    const taken: Saying[] = []
    while (this.#next.done !== true && this.#next.value.atMs <= atMs) {
      taken.push(this.#next.value)
      this.#next = this.#sayings.next()
    }
    return taken
  }

  get isDone(): boolean {
    return this.#next.done === true
  }
}
