import type { StoredEntry } from '../log/log-store.ts'
import type { Subscription } from './subscription.ts'

export interface Selection {
  kept: StoredEntry[]
  /** States left out because a newer one of the same thing is kept. */
  superseded: number
  /** Events left out because the reader follows only the tail of the feed. */
  skipped: number
  /** Complete up to here. */
  to: number
}

/** What a reader at the head gets: all that concerns it. */
export function selectAll(entries: readonly StoredEntry[], subscription: Subscription): StoredEntry[] {
  return entries.filter((entry) => subscription.match(entry).wanted)
}

export interface CatchUpLimits {
  /** The last position that `entries` covers. */
  to: number
  /** Feed events at or below this are too old for a `feed:tail` reader. */
  tailFloor: number
  /** The batch ends after the entry with which its texts reach this many characters. */
  maxCharacters: number
}

/**
 * What a reader that is behind gets: the newest state of each thing in the batch, events and whole
 * histories in full, old events of a tail not at all. What is left out is counted.
 */
export function selectForCatchUp(
  entries: readonly StoredEntry[],
  subscription: Subscription,
  limits: CatchUpLimits,
): Selection {
  const selection = leaveOutSuperseded(entries, subscription, limits)
  const cut = cutAt(selection.kept, limits.maxCharacters)
  if (cut === null) return selection
  // Decided anew for the shorter batch: a state may only be left out for a newer one in the same batch.
  const shorter = entries.slice(0, entries.findIndex((entry) => entry.seq === cut) + 1)
  return leaveOutSuperseded(shorter, subscription, { ...limits, to: cut })
}

function leaveOutSuperseded(
  entries: readonly StoredEntry[],
  subscription: Subscription,
  limits: CatchUpLimits,
): Selection {
  const newest = new Map<string, number>()
  const wanted: { entry: StoredEntry; whole: boolean }[] = []
  let skipped = 0
  for (const entry of entries) {
    const match = subscription.match(entry)
    if (!match.wanted) continue
    if (entry.kind === 'event' && !match.whole && entry.seq <= limits.tailFloor) {
      skipped += 1
      continue
    }
    wanted.push({ entry, whole: match.whole })
    if (entry.thing !== null) newest.set(entry.thing, entry.seq)
  }
  const kept: StoredEntry[] = []
  for (const { entry, whole } of wanted) {
    if (whole || entry.thing === null || newest.get(entry.thing) === entry.seq) kept.push(entry)
  }
  return { kept, superseded: wanted.length - kept.length, skipped, to: limits.to }
}

/** The seq of the entry with which the texts reach the limit; null when they fit. */
function cutAt(kept: readonly StoredEntry[], maxCharacters: number): number | null {
  let characters = 0
  for (const [index, entry] of kept.entries()) {
    characters += entry.json.length
    if (characters >= maxCharacters) return index === kept.length - 1 ? null : entry.seq
  }
  return null
}
