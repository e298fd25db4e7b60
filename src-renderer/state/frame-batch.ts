/** While the page is hidden there are no frames; changes are then applied this often, in milliseconds. */
const hiddenMs = 250

/** When to apply what gathered: with the next frame, or with a timer while the page is hidden. */
export function nextFrame(run: () => void): void {
  if (document.visibilityState === 'hidden') setTimeout(run, hiddenMs)
  else requestAnimationFrame(run)
}

export interface FrameBatch<T> {
  add(item: T): void
  /** Applies at once what gathered. */
  flush(): void
}

/**
 * Hands items over, at most twice for each call of `schedule`: the first at once, so that it is drawn by the next frame and
 * not by the one after, and together what comes before that frame.
 */
export function createFrameBatch<T>(
  apply: (items: readonly T[]) => void,
  schedule: (run: () => void) => void,
): FrameBatch<T> {
  let items: T[] = []
  let isScheduled = false
  function flush(): void {
    if (items.length === 0) return
    const gathered = items
    items = []
    apply(gathered)
  }
  return {
    add: (item) => {
      items.push(item)
      if (isScheduled) return
      isScheduled = true
      schedule(() => {
        isScheduled = false
        flush()
      })
      flush()
    },
    flush,
  }
}
