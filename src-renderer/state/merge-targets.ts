import type { IncidentRow } from '../../src-shared/console-views.ts'

/** As many as fit below the field. */
const mostTargets = 6

/**
 * Incidents that could take this one's alerts: unresolved ones of its site that fit what is typed (a number, or words
 * of the title or the service). The number that was typed comes first, then those of the same service, then the newest.
 */
export function mergeTargets(rows: Iterable<IncidentRow>, source: IncidentRow, typed: string): IncidentRow[] {
  const words = typed
    .trim()
    .toLowerCase()
    .split(/\s+/u)
    .filter((word) => word !== '')
  const fits = (row: IncidentRow): boolean => {
    const text = `#${row.number} ${row.title} ${row.serviceName}`.toLowerCase()
    return words.every((word) => text.includes(word))
  }
  const named = words.length === 1 ? Number(words[0]?.replace(/^#/, '')) : Number.NaN
  const found = [...rows].filter(
    (row) => row.siteId === source.siteId && row.id !== source.id && row.status !== 'resolved' && fits(row),
  )
  const isOfSame = (row: IncidentRow): boolean => row.serviceName === source.serviceName
  return found
    .toSorted(
      (a, b) =>
        Number(b.number === named) - Number(a.number === named) ||
        Number(isOfSame(b)) - Number(isOfSame(a)) ||
        b.number - a.number,
    )
    .slice(0, mostTargets)
}
