/** At most this many turns share one commit, so that one answer never waits for thousands of others. */
const maxGroup = 512

interface Member {
  run(): Promise<void>
  settle(error: Error | null): void
}

export interface GroupCommitSteps {
  begin(): void
  /** Before each member. */
  memberBegins(): void
  /** Around a member of a group in which one failed: what fails is rolled back alone. */
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
  /** Takes back all that was written since `begin`; after a begin or a commit that failed, too. */
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

  /**
   * Resolves with what `work` returned once its group is committed. It may be run twice, when another member of its group
   * failed: what it does besides writing must stand that.
   */
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
    let kept: readonly Member[]
    try {
      this.#steps.begin()
      let written = await this.#writeTogether(waited)
      if (written === null) {
        this.#steps.abandon()
        this.#steps.begin()
        written = await this.#writeApart(waited)
      }
      kept = written.kept
      group = waited.slice(0, written.count)
      this.#waiting.unshift(...waited.slice(written.count))
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

  /**
   * The usual way: no member fails, and savepoints, with the copies of pages that they make, are spared. Null when one did
   * fail: then nothing of the group may stay as it is.
   */
  async #writeTogether(waited: readonly Member[]): Promise<Written | null> {
    for (const [index, member] of waited.entries()) {
      if (this.#steps.isFull()) return { kept: waited.slice(0, index), count: index }
      this.#steps.memberBegins()
      try {
        await member.run()
      } catch (error) {
        if (this.#steps.isFatal(error)) throw error
        return null
      }
    }
    return { kept: waited, count: waited.length }
  }

  /** Each under a savepoint of its own, so that what fails is rolled back alone. */
  async #writeApart(waited: readonly Member[]): Promise<Written> {
    const kept: Member[] = []
    for (const [index, member] of waited.entries()) {
      if (this.#steps.isFull()) return { kept, count: index }
      if (await this.#runAlone(member)) kept.push(member)
    }
    return { kept, count: waited.length }
  }

  async #runAlone(member: Member): Promise<boolean> {
    this.#steps.memberBegins()
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

/** How many of those that waited had room in the commit, and which of them did not fail. */
interface Written {
  kept: readonly Member[]
  count: number
}
