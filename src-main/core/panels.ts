import type { MethodInput, MethodOutput } from '../../src-shared/console-api.ts'
import type { FilterValues, MaintenanceView, ShiftLog } from '../../src-shared/console-panels.ts'
import { failure, success, type Result } from '../../src-shared/domain/result.ts'
import { parseFilter } from '../../src-shared/filter/parse-filter.ts'
import type { Clock } from './ports.ts'
import type { SiteList } from './site-list.ts'
import type { Site } from './site.ts'
import type { StoreClient } from './store/store-client.ts'

export interface PanelsOptions {
  store: StoreClient
  sites: SiteList
  clock: Clock
}

/** Answers what is asked across all sites beside the board: filters, the shift log, maintenance, many actions at once. */
export class Panels {
  readonly #options: PanelsOptions

  constructor(options: PanelsOptions) {
    this.#options = options
  }

  /** Fails for all when one of the sites cannot take its part: nothing is done then. */
  async actMany({ actions }: MethodInput<'actMany'>): Promise<Result<MethodOutput<'actMany'>>> {
    const { sites } = this.#options
    const bySite = new Map<string, number[]>()
    for (const [index, { siteId }] of actions.entries())
      bySite.set(siteId, [...(bySite.get(siteId) ?? []), index])
    for (const siteId of bySite.keys()) {
      const site = sites.byId(siteId)
      if (!site) return failure('unknownSite', 'this server is no longer followed')
      const ready = site.canAct()
      if (!ready.ok) return ready
    }
    const commandIds: string[] = actions.map(() => '')
    for (const [siteId, indexes] of bySite) {
      const bodies = indexes.flatMap((index) => actions[index]?.body ?? [])
      const acted = await sites.byId(siteId)?.actMany(bodies)
      if (!acted?.ok) return acted ?? failure('unknownSite', 'this server is no longer followed')
      for (const [place, index] of indexes.entries()) commandIds[index] = acted.value[place] ?? ''
    }
    return success({ commandIds })
  }

  async filterRows({ text, ids }: MethodInput<'filterRows'>): Promise<Result<MethodOutput<'filterRows'>>> {
    const reading = parseFilter(text)
    if (!reading.ok) {
      const { message, span, instead } = reading.problem
      return success({ problem: { message, span, instead }, ids: [] })
    }
    const { store, clock } = this.#options
    const now = clock.now()
    const found = await this.#each((siteId, { stored }) =>
      store.request('filter', { siteId, text, me: stored.operator?.name ?? null, ids, now }),
    )
    return success({ problem: null, ids: found.flat() })
  }

  async filterValues(): Promise<Result<FilterValues>> {
    const all = await this.#each((siteId) => this.#options.store.request('filterValues', { siteId }))
    const merged = (part: Exclude<keyof FilterValues, 'labels'>): string[] => [
      ...new Set(all.flatMap((values) => values[part])),
    ]
    // A label may have any name, `constructor` too.
    const labels = new Map<string, Set<string>>()
    for (const values of all)
      for (const [name, some] of Object.entries(values.labels))
        labels.set(name, new Set([...(labels.get(name) ?? []), ...some]))
    return success({
      services: merged('services'),
      sources: merged('sources'),
      operators: merged('operators'),
      tickets: merged('tickets'),
      labels: Object.fromEntries([...labels].map(([name, some]) => [name, [...some]])),
    })
  }

  async shiftLog(): Promise<Result<ShiftLog[]>> {
    const { store } = this.#options
    return success(
      await this.#each(async (siteId, site) => {
        const entries = await store.request('shift', { siteId })
        return { ...this.#head(siteId, site), entries }
      }),
    )
  }

  async maintenance(): Promise<Result<MaintenanceView[]>> {
    const { store } = this.#options
    return success(
      await this.#each(async (siteId, site) => {
        const windows = await store.request('windows', { siteId })
        return { ...this.#head(siteId, site), windows }
      }),
    )
  }

  /** Asked after what is cached: what has come meanwhile is not shown as pending beside itself. */
  #head(siteId: string, site: Site) {
    return { siteId, siteName: site.stored.name, pending: site.pendingOthers() }
  }

  #each<T>(ask: (siteId: string, site: Site) => Promise<T>): Promise<T[]> {
    const known = this.#options.sites.all.flatMap((site) => (site.id === null ? [] : [{ id: site.id, site }]))
    return Promise.all(known.map(({ id, site }) => ask(id, site)))
  }
}
