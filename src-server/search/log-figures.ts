import type { FiguresWindow } from '../../src-shared/figures/figures.ts'
import { LogFigures } from '../../src-shared/figures/log-figures.ts'
import { everything, positionOf, type Position } from '../../src-shared/figures/position.ts'
import type { Service } from '../../src-shared/domain/service.ts'
import type { FiguresAnswer } from '../../src-shared/protocol/reads.ts'
import type { LogStore } from '../log/log-store.ts'
import { positionBefore, readStretch, type StretchStore } from '../log/log-stretch.ts'

export interface FiguresQuestion {
  window: FiguresWindow
  /** Counts what its services did; null: what all did. */
  team: string | null
}

/**
 * Answers a question; null when no service is of that team. Rejects with the reason of `stop` when that is aborted.
 */
export type FiguresOf = (question: FiguresQuestion, stop: AbortSignal) => Promise<FiguresAnswer | null>

export type FiguresStore = StretchStore & Pick<LogStore, 'serviceList'>

/** A day with two storms of a minute: some 20 s of work, in steps of a few milliseconds. */
const mostEntries = 3_000_000

/** Figures of this log, computed anew each time from at most `maxEntries` entries before the window's end. */
export function createFiguresOf(store: FiguresStore, maxEntries = mostEntries): FiguresOf {
  return async ({ window, team }, stop) => {
    const services = await allServices(store)
    const position = team === null ? everything : positionOfTeam(services, team)
    if (position === null) return null
    const upTo = await positionBefore(store, window.to)
    const after = Math.max(store.oldestCursor(), upTo - maxEntries)
    const figures = new LogFigures(window, position)
    let readFrom: number | null = null
    await readStretch(
      store,
      { after, upTo },
      (entry) => {
        readFrom ??= entry.at
        figures.take(entry)
      },
      stop,
    )
    const from = readFrom ?? window.to
    const teams = new Set(services.flatMap((service) => service.team ?? []))
    return {
      ...figures.result(),
      readFrom: from,
      isCut: after > 0 && from > window.from,
      team,
      teams: [...teams].toSorted(),
    }
  }
}

/** Null when no service is of that team. */
function positionOfTeam(services: readonly Service[], team: string): Position | null {
  const own = services.filter((service) => service.team === team)
  return own.length === 0 ? null : positionOf(own)
}

async function allServices(store: FiguresStore): Promise<Service[]> {
  const services: Service[] = []
  let after: string | null = null
  do {
    const page = await store.serviceList({ name: null, after, limit: 1000 })
    services.push(...page.items)
    after = page.next
  } while (after !== null)
  return services
}
