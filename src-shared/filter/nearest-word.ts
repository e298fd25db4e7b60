/** The word that was probably meant: the nearest by edit distance, if it is near enough; null otherwise. */
export function nearestWord<W extends string>(written: string, words: readonly W[]): W | null {
  const lower = written.toLowerCase()
  let best: W | null = null
  // A third of it mistyped is still the same word; more is another.
  let bestDistance = Math.max(1, Math.floor(lower.length / 3)) + 1
  for (const word of words) {
    const candidate = word.toLowerCase()
    const isBeginning = lower.length >= 2 && candidate.startsWith(lower)
    const distance = isBeginning ? 0.5 : editDistance(lower, candidate)
    if (distance < bestDistance) {
      best = word
      bestDistance = distance
    }
  }
  return best
}

/** Insertions, deletions and replacements from one word to the other. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index)
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i]
    for (let j = 1; j <= b.length; j += 1) {
      const replaced = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1)
      next.push(Math.min(replaced, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1))
    }
    row = next
  }
  return row[b.length] ?? 0
}
