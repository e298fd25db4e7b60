const everyMs = 50

/** Waits until the question has a good answer and gives it; fails with what was waited for and the last answer. */
export async function until<T>(
  what: string,
  ask: () => T | Promise<T>,
  isGood: (answer: T) => boolean,
  timeoutMs = 15_000,
): Promise<T> {
  const started = performance.now()
  for (;;) {
    const answer = await ask()
    if (isGood(answer)) return answer
    if (performance.now() - started > timeoutMs) {
      throw new Error(`waited ${timeoutMs / 1000} s for ${what}; last seen: ${JSON.stringify(answer)}`)
    }
    await new Promise((resolve) => setTimeout(resolve, everyMs))
  }
}
