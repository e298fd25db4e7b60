import type { Freshness } from '../../src-shared/console-views.ts'
import type { Cancel, Clock } from './ports.ts'

/** Silence is noticed within this, and the round trip is told at most this often, in ms. */
const lookEveryMs = 250
const roundTripEveryMs = 1_000

/** Looks at the freshness of all sites and tells when it changed: states at once, the rest once a second. */
export class FreshnessTeller {
  readonly #clock: Clock
  readonly #read: () => Freshness[]
  readonly #tell: (all: Freshness[]) => void
  #told = ''
  #toldWhole = ''
  #toldAt = -Infinity
  #cancelLook: Cancel = () => undefined
  #isStarted = false

  constructor(clock: Clock, read: () => Freshness[], tell: (all: Freshness[]) => void) {
    this.#clock = clock
    this.#read = read
    this.#tell = tell
  }

  start(): void {
    this.#isStarted = true
    this.#look()
  }

  /** Something happened that may have changed it. */
  changed(): void {
    if (!this.#isStarted) return
    const all = this.#read()
    const states = JSON.stringify(
      all.map((each) => ({ ...each, roundTripMs: null, completeAt: null, behind: 0 })),
    )
    const hasStateChanged = states !== this.#told
    if (!hasStateChanged && this.#clock.monotonic() - this.#toldAt < roundTripEveryMs) return
    const whole = JSON.stringify(all)
    if (whole === this.#toldWhole) return
    this.#told = states
    this.#toldWhole = whole
    this.#toldAt = this.#clock.monotonic()
    this.#tell(all)
  }

  close(): void {
    this.#isStarted = false
    this.#cancelLook()
  }

  #look(): void {
    this.changed()
    this.#cancelLook = this.#clock.setTimer(lookEveryMs, () => this.#look())
  }
}
