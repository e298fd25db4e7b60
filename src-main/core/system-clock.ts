import type { Clock } from './ports.ts'

/** The machine's own clocks. */
export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  setTimer: (afterMs, run) => {
    const timer = setTimeout(run, afterMs)
    return () => clearTimeout(timer)
  },
}
