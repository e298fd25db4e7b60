import type { AwayAccount } from '../../../src-shared/console-views.ts'
import type { Clock, Log } from '../ports.ts'
import type { StoreClient } from '../store/store-client.ts'

/** While live, the instant is noted at least this often: how exact an account is after a kill; in ms. */
const markEveryMs = 10_000
/** The wall clock may run ahead of the monotonic one by this between two looks before it counts as sleep, in ms. */
const sleptMs = 5_000

export interface AbsenceWatchOptions {
  clock: Clock
  store: StoreClient
  log: Log
  onAccount: (account: AwayAccount) => void
  /** The machine slept, found out by its clocks. */
  onSlept: () => void
}

export interface LiveFacts {
  siteId: string | null
  isLive: boolean
  /** When anything was last heard; the wall clock. */
  heardAt: number | null
  /** The server's clock up to which everything is known. */
  completeAt: number | null
}

/** Notices when a site stops being live and when it is again, and has the time between accounted for. */
export class AbsenceWatch {
  readonly #options: AbsenceWatchOptions
  /** Why it is not followed now; null while it is. */
  #absence: AwayAccount['cause'] | null = 'notRunning'
  /** The newest proof of being live. */
  #live: { siteId: string; at: number; completeAt: number } | null = null
  #last: { now: number; monotonic: number } | null = null
  #markedAt = -Infinity

  constructor(options: AbsenceWatchOptions) {
    this.#options = options
  }

  /** Called whenever freshness is judged, a few times a second at least. */
  look({ siteId, isLive, heardAt, completeAt }: LiveFacts): void {
    if (this.#hasSlept()) {
      // What claims to be live is a socket from before; it is replaced, and then the account is made.
      this.#leave('asleep')
      queueMicrotask(this.#options.onSlept)
      return
    }
    if (!isLive || siteId === null || heardAt === null || completeAt === null) {
      if (this.#absence === null) this.#leave('offline')
      return
    }
    this.#live = { siteId, at: heardAt, completeAt }
    const absence = this.#absence
    const monotonic = this.#options.clock.monotonic()
    if (absence === null && monotonic - this.#markedAt < markEveryMs) return
    this.#absence = null
    this.#markedAt = monotonic
    this.#mark(absence)
  }

  /** The console ends: the next one knows until when this one was live. */
  close(): void {
    if (this.#absence === null) this.#mark(null)
  }

  #hasSlept(): boolean {
    const now = this.#options.clock.now()
    const monotonic = this.#options.clock.monotonic()
    const last = this.#last
    this.#last = { now, monotonic }
    return last !== null && now - last.now - (monotonic - last.monotonic) > sleptMs
  }

  #leave(cause: AwayAccount['cause']): void {
    const wasLive = this.#absence === null
    if (this.#absence !== 'notRunning') this.#absence = cause
    if (wasLive) this.#mark(null)
  }

  #mark(absence: AwayAccount['cause'] | null): void {
    if (!this.#live) return
    const { store, log, onAccount } = this.#options
    store.request('live', { ...this.#live, absence }).then(
      (account) => {
        if (account) onAccount(account)
      },
      (error: unknown) => {
        this.#absence ??= absence
        log('warn', 'how long the console was live could not be kept', { error: String(error) })
      },
    )
  }
}
