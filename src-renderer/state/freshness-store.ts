import { createStore, type StoreApi } from 'zustand/vanilla'
import type { Freshness } from '../../src-shared/console-views.ts'
import type { ShellLink } from '../bridge/renderer-bridge.ts'
import { viewFreshness, type FreshnessView } from './freshness-view.ts'

export interface FreshnessState {
  sites: readonly Freshness[]
  link: ShellLink
  view: FreshnessView
}

/** How far what is shown can be trusted. */
export class FreshnessStore {
  readonly store: StoreApi<FreshnessState>

  constructor(link: ShellLink) {
    this.store = createStore<FreshnessState>()(() => ({ sites: [], link, view: viewFreshness([], link) }))
  }

  setSites(sites: readonly Freshness[]): void {
    this.store.setState(({ link }) => ({ sites, view: viewFreshness(sites, link) }))
  }

  setLink(link: ShellLink): void {
    this.store.setState(({ sites }) => ({ link, view: viewFreshness(sites, link) }))
  }
}
