/** Runs the work of one connection one after the other, in the order in which it came. */
export class CommandQueue {
  #last: Promise<void> = Promise.resolve()
  #waiting = 0

  /** Commands of work that has not ended. */
  get waiting(): number {
    return this.#waiting
  }

  /** `work` carries out so many commands, and handles its own failures. Resolves when they wait no more. */
  add(commands: number, work: () => Promise<void>): Promise<void> {
    this.#waiting += commands
    this.#last = this.#last.then(work).finally(() => {
      this.#waiting -= commands
    })
    return this.#last
  }

  /** Resolves when all that was added so far has ended. */
  idle(): Promise<void> {
    return this.#last
  }
}
