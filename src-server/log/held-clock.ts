import type { Clock } from '../clock.ts'

/** Ahead by more than this between two looks is a jump; smaller corrections are what clocks are used to. */
const jumpMs = 60_000

/**
 * Tells, at each look, for how long the clock has held: since its last jump ahead, or since this began. A clock that was put
 * back makes nothing older than it is, and holds.
 */
export function createHeldClock(clock: Clock): () => { now: number; heldMs: number } {
  const look = () => {
    const [now, monotonic] = [clock.now(), clock.monotonic()]
    return { now, monotonic, offset: now - monotonic }
  }
  let { offset: known, monotonic: since } = look()
  return () => {
    const { now, monotonic, offset } = look()
    if (offset > known + jumpMs) since = monotonic
    known = offset
    return { now, heldMs: monotonic - since }
  }
}
