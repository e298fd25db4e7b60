import { createContext, use } from 'react'
import { useStore } from 'zustand/react'
import type { IncidentRow } from '../../src-shared/console-views.ts'
import type { BulkState } from '../state/bulk-store.ts'
import type { BoardState } from '../state/board-store.ts'
import type { ConsoleSession } from '../state/console-session.ts'
import type { DetailState } from '../state/detail-store.ts'
import type { FeedState } from '../state/feed-store.ts'
import type { FiguresState } from '../state/figures-store.ts'
import type { FilterState } from '../state/filter-store.ts'
import type { FreshnessView } from '../state/freshness-view.ts'
import type { LogSearchState } from '../state/log-search-store.ts'
import type { PanelState } from '../state/panel-store.ts'
import type { RulesState } from '../state/rules-store.ts'

export const SessionContext = createContext<ConsoleSession | null>(null)

/** The console that this part of the page belongs to. */
export function useSession(): ConsoleSession {
  const session = use(SessionContext)
  if (session === null) throw new Error('there is no SessionContext around this component')
  return session
}

export function useBoard<T>(select: (state: BoardState) => T): T {
  return useStore(useSession().board.store, select)
}

/** A row by its id; undefined when it is not on the board any more. */
export function useRow(id: string | null): IncidentRow | undefined {
  return useBoard(({ rows }) => (id === null ? undefined : rows.get(id)))
}

export function useDetail<T>(select: (state: DetailState) => T): T {
  return useStore(useSession().detail.store, select)
}

export function useFeed<T>(select: (state: FeedState) => T): T {
  return useStore(useSession().feed.store, select)
}

export function useFilter<T>(select: (state: FilterState) => T): T {
  return useStore(useSession().filter.store, select)
}

export function useBulk<T>(select: (state: BulkState) => T): T {
  return useStore(useSession().bulk.store, select)
}

export function useFigures<T>(select: (state: FiguresState) => T): T {
  return useStore(useSession().figures.store, select)
}

export function useLogSearch<T>(select: (state: LogSearchState) => T): T {
  return useStore(useSession().logSearch.store, select)
}

export function useRules<T>(select: (state: RulesState) => T): T {
  return useStore(useSession().rules.store, select)
}

export function usePanels<T>(select: (state: PanelState) => T): T {
  return useStore(useSession().panels.store, select)
}

export function useFreshness<T>(select: (view: FreshnessView) => T): T {
  return useStore(useSession().freshness.store, ({ view }) => select(view))
}

/** Something made of the current time; draws again only when what was made of it differs. */
export function useNow<T extends string | number>(make: (now: number) => T): T {
  return useStore(useSession().clock.store, ({ now }) => make(now))
}
