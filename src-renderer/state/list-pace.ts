/** How often something that moves may move: at once after a rest, else when the rest of its time is over. */
export interface Pace {
  /** True when it may move now; then it has. */
  take(): boolean
  /** Runs when it may move again; asked several times, the last one runs. */
  later(run: () => void): void
}

/** For those who look at every step. */
export const everyStep: Pace = { take: () => true, later: (run) => run() }

/** One move in so many milliseconds. */
export function createPace(everyMs: number): Pace {
  let lastAt = -Infinity
  let timer: ReturnType<typeof setTimeout> | undefined
  const waitMs = (): number => lastAt + everyMs - performance.now()
  return {
    take: () => {
      if (waitMs() > 0) return false
      lastAt = performance.now()
      return true
    },
    later: (run) => {
      clearTimeout(timer)
      timer = setTimeout(
        () => {
          lastAt = performance.now()
          run()
        },
        Math.max(0, waitMs()),
      )
    },
  }
}
