import type { Cancel, Clock } from '../ports.ts'

/** How often the clocks are compared, and how far apart they may drift in between, in ms. */
const everyMs = 5_000
const jumpMs = 10_000

/**
 * Calls `onWake` when the wall clock has moved much further than the monotonic one (the machine slept), or
 * when the timer itself came far too late. Beside the power port, because not every system tells.
 */
export function watchForWake(clock: Clock, onWake: () => void): Cancel {
  let wall = clock.now()
  let monotonic = clock.monotonic()
  let cancel: Cancel = () => undefined
  const look = (): void => {
    const wallMs = clock.now() - wall
    const monotonicMs = clock.monotonic() - monotonic
    wall += wallMs
    monotonic += monotonicMs
    cancel = clock.setTimer(everyMs, look)
    if (wallMs - monotonicMs > jumpMs || monotonicMs - everyMs > jumpMs) onWake()
  }
  cancel = clock.setTimer(everyMs, look)
  return () => cancel()
}
