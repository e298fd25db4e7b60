import { priorities, severityRank } from '../../src-shared/domain/severity.ts'
import type { IncidentRow } from '../../src-shared/console-views.ts'

export const tabs = ['needsMe', 'acknowledged', 'resolved'] as const
export type Tab = (typeof tabs)[number]

/** What the list shows, in order. A row keeps its place here until the list is settled anew. */
export interface ListOrder {
  readonly tab: Tab
  /** What the filter lets through, on every tab; null: everything. */
  readonly filter: ReadonlySet<string> | null
  readonly ids: readonly string[]
  /** P1s that nobody has taken: above the list, on every tab. */
  readonly band: readonly string[]
  /** How many the band had when the list was settled: by what came since, the rows below make up. */
  readonly settledBand: number
  /** Rows that belong here and are held back until they are let in. */
  readonly waiting: ReadonlySet<string>
  /** `ids` and `band` as a set. */
  readonly shown: ReadonlySet<string>
}

/** One row before and after a change; `after` is null when it was removed. */
export interface RowChange {
  id: string
  before: IncidentRow | undefined
  after: IncidentRow | null
}

const statusOfTab = {
  needsMe: 'triggered',
  acknowledged: 'acknowledged',
  resolved: 'resolved',
} as const satisfies Record<Tab, IncidentRow['status']>

export function isPinned(row: IncidentRow): boolean {
  return row.priority === 'P1' && row.status === 'triggered'
}

/** Whether a row belongs into the list below the band, which no filter thins out: its P1s wait for somebody. */
function isListed(row: IncidentRow, { tab, filter }: Pick<ListOrder, 'tab' | 'filter'>): boolean {
  return row.status === statusOfTab[tab] && (filter === null || filter.has(row.id))
}

/** By urgency: priority, then severity, then the newest first; resolved ones by when they were resolved. */
function compareRows(tab: Tab): (a: IncidentRow, b: IncidentRow) => number {
  if (tab === 'resolved')
    return (a, b) => (b.resolvedAt ?? 0) - (a.resolvedAt ?? 0) || b.number - a.number || bySite(a, b)
  return (a, b) =>
    priorities.indexOf(a.priority) - priorities.indexOf(b.priority) ||
    severityRank(b.severity) - severityRank(a.severity) ||
    b.triggeredAt - a.triggeredAt ||
    b.number - a.number ||
    bySite(a, b)
}

/** Numbers are of one site each: rows of two that are alike in all else keep one order. */
function bySite(a: IncidentRow, b: IncidentRow): number {
  return a.siteId < b.siteId ? -1 : a.siteId > b.siteId ? 1 : 0
}

function oldestFirst(a: IncidentRow, b: IncidentRow): number {
  return a.triggeredAt - b.triggeredAt || a.number - b.number || bySite(a, b)
}

/** The list as it should be: everything let in, everything in its place. */
export function settleOrder(
  rows: Iterable<IncidentRow>,
  tab: Tab,
  filter: ListOrder['filter'] = null,
): ListOrder {
  const band: IncidentRow[] = []
  const list: IncidentRow[] = []
  for (const row of rows) {
    if (isPinned(row)) band.push(row)
    else if (isListed(row, { tab, filter })) list.push(row)
  }
  const ids = list.sort(compareRows(tab)).map((row) => row.id)
  const pinned = band.sort(oldestFirst).map((row) => row.id)
  const settledBand = pinned.length
  const shown = new Set([...ids, ...pinned])
  return { tab, filter, ids, band: pinned, settledBand, waiting: new Set(), shown }
}

/**
 * The same as `settleOrder` of all rows, for an order that was settled before these changes: what changed is put into its
 * place among what did not, which in a storm is all of the list but a row or two.
 */
export function resettleOrder(
  order: ListOrder,
  rows: ReadonlyMap<string, IncidentRow>,
  changes: readonly RowChange[],
): ListOrder {
  const { tab, filter } = order
  const changed = new Set(changes.map(({ id }) => id))
  const stays = (id: string): boolean => !changed.has(id)
  const isAnyShown = [...changed].some((id) => order.shown.has(id))
  const ids = isAnyShown ? order.ids.filter(stays) : [...order.ids]
  const shown = new Set(order.shown)
  const band = order.band.filter(stays)
  const compare = compareRows(tab)
  for (const id of changed) {
    const row = rows.get(id)
    const isInBand = row !== undefined && isPinned(row)
    const isInList = row !== undefined && !isInBand && isListed(row, { tab, filter })
    if (isInBand) insert(band, row, rows, oldestFirst)
    if (isInList) insert(ids, row, rows, compare)
    if (isInBand || isInList) shown.add(id)
    else shown.delete(id)
  }
  return { tab, filter, ids, band, settledBand: band.length, waiting: order.waiting, shown }
}

/** Puts a row into its place among sorted ones. */
function insert(
  ids: string[],
  row: IncidentRow,
  rows: ReadonlyMap<string, IncidentRow>,
  compare: (a: IncidentRow, b: IncidentRow) => number,
): void {
  let low = 0
  let high = ids.length
  while (low < high) {
    const middle = (low + high) >> 1
    const other = rows.get(ids[middle] ?? '')
    if (other !== undefined && compare(other, row) <= 0) low = middle + 1
    else high = middle
  }
  ids.splice(low, 0, row.id)
}

/** Everything that the list has to act on: its rows, and with those that need someone the P1s that the filter lets through. */
export function listedIds({ tab, filter, ids, band }: ListOrder): string[] {
  return tab === 'needsMe' ? [...band.filter((id) => filter?.has(id) ?? true), ...ids] : [...ids]
}

/**
 * The list after changes, while it is held still: no row moves, none leaves its place. New ones wait; a new P1
 * goes below the others of the band.
 */
export function holdOrder(order: ListOrder, changes: readonly RowChange[]): ListOrder {
  const pinned: string[] = []
  const waiting = new Set(order.waiting)
  // Of several changes of one row the last is how it stands now.
  const latest = new Map(changes.map((change) => [change.id, change]))
  for (const { id, after } of latest.values()) {
    if (after !== null && isPinned(after)) {
      waiting.delete(id)
      if (!order.band.includes(id)) pinned.push(id)
    } else if (after !== null && isListed(after, order) && !order.shown.has(id)) {
      waiting.add(id)
    } else {
      waiting.delete(id)
    }
  }
  if (pinned.length === 0) return sameMembers(waiting, order.waiting) ? order : { ...order, waiting }
  return {
    ...order,
    band: [...order.band, ...pinned],
    waiting,
    shown: new Set([...order.shown, ...pinned]),
  }
}

/** Whether these changes would move, add or take away a row of a list that is not held. */
export function disturbsOrder(order: ListOrder, changes: readonly RowChange[]): boolean {
  return changes.some(({ id, before, after }) => {
    if (after === null) return order.shown.has(id)
    const concerns = isPinned(after) || isListed(after, order)
    if (concerns !== order.shown.has(id)) return true
    return concerns && (before === undefined || placeOf(before) !== placeOf(after))
  })
}

function placeOf(row: IncidentRow): string {
  return `${row.status} ${row.priority} ${row.severity} ${row.triggeredAt} ${row.resolvedAt ?? ''}`
}

function sameMembers(a: ReadonlySet<string>, b: ReadonlySet<string>): boolean {
  return a.size === b.size && [...a].every((id) => b.has(id))
}
