import { useEffect, useRef, type RefObject } from 'react'

/** In a storm every place changes with every frame, and nobody has it read out that often. In ms. */
const everyMs = 500

/**
 * Says to those who cannot see it where each option of a list stands, of which only a part may be in the page: `list` holds
 * `count` options, the first of them is the one at `first`, from 0, of `ids`. At once, and at most twice a second while it
 * changes.
 */
export function useNumberedOptions(
  list: RefObject<HTMLElement | null>,
  ids: readonly string[],
  first = 0,
  count = ids.length,
): void {
  const lastAt = useRef(-Infinity)
  useEffect(() => {
    // The list is measured before its rows are drawn.
    if (count === 0) return
    const number = () => {
      lastAt.current = performance.now()
      for (const [index, option] of [...(list.current?.children ?? [])].entries()) {
        option.setAttribute('aria-posinset', String(first + index + 1))
        option.setAttribute('aria-setsize', String(ids.length))
      }
    }
    const waitMs = everyMs - (performance.now() - lastAt.current)
    if (waitMs <= 0) return number()
    const timer = setTimeout(number, waitMs)
    return () => clearTimeout(timer)
  }, [list, ids, first, count])
}
