/** At most this many turns share one commit, so that one answer never waits for thousands of others. */
const maxGroup = 512

interface Member {
  run(): Promise<void>
  settle(error: Error | null): void
}

export interface GroupCommitSteps {
  begin(): void
  /** Around each member: what fails is rolled back alone. */
  savepoint(): void
  release(): void
  rollbackMember(): void
  /** True when what the members wrote so far is enough for one commit: the rest goes into the next. */
  isFull(): boolean
  /** Whether what a member threw means that nothing can be kept just now: then the whole group fails. */
  isFatal(error: unknown): boolean
  /** Throws when the group cannot be kept. */
  commit(): void
  /** After the members have their answers. */
  committed(): void
  /** After a commit that failed, or a begin that failed. */
  abandon(): void
  /** What `commit` or `begin` threw, as the error that every member of the group gets. */
  failure(cause: unknown): Error
}

/**
 * Turns of a writer, in order, several to a commit: when one commit ends, the next takes everything that waits. There is
 * no timer: an idle store commits a lone turn at once, a busy one fills its groups by itself.
 */
export class GroupCommit {
  readonly #steps: GroupCommitSteps
  #waiting: Member[] = []
  #running: Promise<void> | null = null

  constructor(steps: GroupCommitSteps) {
    this.#steps = steps
  }

  /** Resolves with what `work` returned once its group is committed. */
  add<T>(work: () => T | Promise<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      let value: T
      this.#waiting.push({
        run: async () => {
          value = await work()
        },
        settle: (error) => (error ? reject(error) : resolve(value)),
      })
      this.#running ??= this.#drain()
    })
  }

  /** Resolves when nothing waits. */
  async idle(): Promise<void> {
    while (this.#running) await this.#running
  }

  async #drain(): Promise<void> {
    // Whatever else arrived in this turn of the loop joins the group.
    await new Promise<void>((resolve) => setImmediate(resolve))
    while (this.#waiting.length > 0) {
      await this.#commitGroup(this.#waiting.splice(0, maxGroup))
      // The answers go out, and what came in meanwhile is read, before the next group holds the loop.
      await new Promise<void>((resolve) => setImmediate(resolve))
    }
    this.#running = null
  }

  async #commitGroup(waited: readonly Member[]): Promise<void> {
    let group = waited
    const kept: Member[] = []
    try {
      this.#steps.begin()
      for (const [index, member] of waited.entries()) {
        if (this.#steps.isFull()) {
          group = waited.slice(0, index)
          this.#waiting.unshift(...waited.slice(index))
          break
        }
        if (await this.#runAlone(member)) kept.push(member)
      }
      this.#steps.commit()
    } catch (cause) {
      this.#steps.abandon()
      const error = this.#steps.failure(cause)
      for (const member of group) member.settle(error)
      return
    }
    for (const member of kept) member.settle(null)
    this.#steps.committed()
  }

  async #runAlone(member: Member): Promise<boolean> {
    this.#steps.savepoint()
    try {
      await member.run()
      this.#steps.release()
      return true
    } catch (error) {
      try {
        this.#steps.rollbackMember()
      } catch {
        // A full disk ends the whole transaction, its savepoints with it: then the group fails for this reason.
        throw error
      }
      if (this.#steps.isFatal(error)) throw error
      member.settle(error instanceof Error ? error : new Error(String(error)))
      return false
    }
  }
}
