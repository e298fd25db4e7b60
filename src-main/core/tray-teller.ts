import type { Counts, Freshness } from '../../src-shared/console-views.ts'
import { Listeners } from './listeners.ts'
import type { Cancel, Clock, TrayState } from './ports.ts'
import type { TraySlice } from './store/store-api.ts'
import type { StoreClient } from './store/store-client.ts'
import { trayStateOf } from './tray-state.ts'

/** The tray is drawn at most this often, in ms. */
const everyMs = 1_000

export interface TraySources {
  freshness: () => Freshness[]
  counts: () => Counts
  siteIds: () => string[]
}

/** Keeps what the tray shows, and tells when it changed. */
export class TrayTeller {
  readonly #clock: Clock
  readonly #store: StoreClient
  readonly #sources: TraySources
  readonly #listeners = new Listeners<TrayState>()
  #slices: TraySlice[] = []
  #told = ''
  #lastAt = -Infinity
  #cancel: Cancel | null = null
  #isClosed = false

  constructor(clock: Clock, store: StoreClient, sources: TraySources) {
    this.#clock = clock
    this.#store = store
    this.#sources = sources
  }

  state(): TrayState {
    return trayStateOf(this.#sources.freshness(), this.#sources.counts(), this.#slices)
  }

  on(listener: (state: TrayState) => void): Cancel {
    return this.#listeners.add(listener)
  }

  changed(): void {
    if (this.#cancel || this.#isClosed) return
    const waitMs = Math.max(0, everyMs - (this.#clock.monotonic() - this.#lastAt))
    this.#cancel = this.#clock.setTimer(waitMs, () => void this.#refresh())
  }

  close(): void {
    this.#isClosed = true
    this.#cancel?.()
    this.#listeners.clear()
  }

  async #refresh(): Promise<void> {
    this.#cancel = null
    this.#lastAt = this.#clock.monotonic()
    try {
      this.#slices = await Promise.all(
        this.#sources.siteIds().map((siteId) => this.#store.request('tray', { siteId })),
      )
    } catch {
      // The store says through freshness what is wrong with it; the tray keeps what it knew.
    }
    if (this.#isClosed) return
    const state = this.state()
    const text = JSON.stringify(state)
    if (text === this.#told) return
    this.#told = text
    this.#listeners.tell(state)
  }
}
