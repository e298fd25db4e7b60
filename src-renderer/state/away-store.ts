import { createStore, type StoreApi } from 'zustand/vanilla'
import type { AwayAccount } from '../../src-shared/console-views.ts'

export interface AwayState {
  accounts: readonly AwayAccount[]
}

/** What happened at each site while it was not followed, until the operator has read it. */
export class AwayStore {
  readonly store: StoreApi<AwayState> = createStore<AwayState>()(() => ({ accounts: [] }))

  /** All accounts, in place of the earlier ones. Returns those that were not known before. */
  set(accounts: readonly AwayAccount[]): readonly AwayAccount[] {
    const known = this.store.getState().accounts
    const fresh = accounts.filter(
      (each) => !known.some((one) => one.siteId === each.siteId && one.to === each.to),
    )
    this.store.setState({ accounts })
    return fresh
  }

  remove(siteId: string): void {
    this.store.setState(({ accounts }) => ({ accounts: accounts.filter((each) => each.siteId !== siteId) }))
  }
}

/** What one line says of all sites: the longest absence, and everything that was caught up. */
export interface AwayView {
  durationMs: number
  changes: number
  /** Sites whose absence lost something. */
  incomplete: number
}

/** Null when there is nothing to tell. */
export function viewAway(accounts: readonly AwayAccount[]): AwayView | null {
  if (accounts.length === 0) return null
  return {
    durationMs: Math.max(...accounts.map(({ durationMs }) => durationMs)),
    changes: accounts.reduce((sum, { changes }) => sum + changes, 0),
    incomplete: accounts.filter(({ lost }) => lost !== null).length,
  }
}
