/** A head that was heard of and is not reached; `sinceMs`: since when at the longest (monotonic). */
interface Owed {
  head: number
  sinceMs: number
}

/**
 * Since when the oldest head that is not reached has been known. Who reads on a busy log is behind its newest head at every
 * moment, and late only by what an older one takes. Two marks say it: never less than it is, and never more than twice.
 */
export class HeadLag {
  #owed: Owed | null = null
  /** What was heard of after `#owed`, as if all of it had come with the first. */
  #next: Owed | null = null

  /** Null: at the head, as far as it is known. */
  get sinceMs(): number | null {
    return this.#owed?.sinceMs ?? null
  }

  heard(head: number, reached: number, nowMs: number): void {
    if (head <= reached) return
    if (this.#owed === null) this.#owed = { head, sinceMs: nowMs }
    else if (this.#next !== null) this.#next.head = Math.max(this.#next.head, head)
    else if (head > this.#owed.head) this.#next = { head, sinceMs: nowMs }
  }

  reached(seq: number): void {
    while (this.#owed !== null && seq >= this.#owed.head) {
      this.#owed = this.#next
      this.#next = null
    }
  }

  reset(): void {
    this.#owed = null
    this.#next = null
  }
}
