/** The time that one page of a search may take, and whether it is over. */
export class Budget {
  readonly #end: number
  readonly #clock: () => number
  #asked = 0

  /** `clock` in milliseconds, from any beginning. */
  constructor(ms: number, clock: () => number) {
    this.#clock = clock
    this.#end = clock() + ms
  }

  /** Asked before each small piece of work: never true the first time, so that each page gets on. */
  isOver(): boolean {
    this.#asked += 1
    if (this.#asked === 1) return false
    return this.#clock() > this.#end
  }
}
