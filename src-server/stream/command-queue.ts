/** Runs the work of one connection one after the other, in the order in which it came. */
export class CommandQueue {
  #last: Promise<void> = Promise.resolve()
  #waiting = 0

  /** Work that has not ended. */
  get waiting(): number {
    return this.#waiting
  }

  /** `work` handles its own failures. */
  add(work: () => Promise<void>): void {
    this.#waiting += 1
    this.#last = this.#last.then(work).finally(() => {
      this.#waiting -= 1
    })
  }

  /** Resolves when all that was added so far has ended. */
  idle(): Promise<void> {
    return this.#last
  }
}
