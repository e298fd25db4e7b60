import type { SiteView } from '../../src-shared/console-views.ts'
import { failure, success, type Result } from '../../src-shared/domain/result.ts'
import type { Site, SiteOptions } from './site.ts'
import type { ConsolePorts, LocalServerAddress } from './ports.ts'
import type { StoredSite } from './store/store-api.ts'
import type { StoreClient } from './store/store-client.ts'

export interface SiteListOptions {
  ports: ConsolePorts
  store: StoreClient
  create: (options: Pick<SiteOptions, 'stored' | 'token'>) => Site
}

/** The sites of a console: which there are, their tokens, and the bundled server among them. */
export class SiteList {
  readonly #options: SiteListOptions
  readonly #sites = new Map<string, Site>()
  /** Tokens that were handed in for this run, by the site's key; the others are asked of the secrets port. */
  readonly #tokens = new Map<string, string>()
  #localKey: string | null = null
  /** The bundled server was started with its demo, which it keeps for as long as this runs. */
  #hasDemo = false

  constructor(options: SiteListOptions) {
    this.#options = options
  }

  get all(): Site[] {
    return [...this.#sites.values()]
  }

  views(): SiteView[] {
    return this.all.map((site) => ({ ...site.view(), isDemo: this.#isDemo(site) }))
  }

  byId(siteId: string): Site | null {
    return this.all.find((site) => site.id === siteId) ?? null
  }

  /** Takes up the sites of earlier runs, but for a bundled server, which this run may not have. */
  async load(): Promise<void> {
    for (const stored of await this.#options.store.request('sites', null)) {
      if (!stored.isLocal) await this.#add(stored).start()
    }
  }

  /** Adds a server, or gives one that is known another token (and name); `keep` stores the token. */
  async add(given: { url: string; token: string; name?: string | undefined }, keep: boolean): Promise<void> {
    const url = given.url.replace(/\/+$/, '')
    const known = this.all.find(({ stored }) => !stored.isLocal && stored.url === url)
    const key = known?.key ?? this.#options.ports.randomness.id()
    if (keep) await this.#options.ports.secrets.write(secretKey(key), given.token)
    this.#tokens.set(key, given.token)
    if (known) {
      await known.change(given.name === undefined ? {} : { name: given.name })
      return
    }
    const name = given.name ?? new URL(url).host
    const stored = { key, url, name, serverId: null, operator: null, isLocal: false }
    await this.#options.store.request('saveSite', stored)
    await this.#add(stored).start()
  }

  /**
   * Starts the bundled server and follows it. Resolves once its site is listed with what is cached of it;
   * the start itself goes on in the background, and a failure is said through the site's freshness.
   */
  async startLocal(demo: boolean): Promise<void> {
    const { localServer, log } = this.#options.ports
    if (!localServer) throw new Error('this shell has no bundled server')
    this.#hasDemo ||= demo
    const site = await this.#localSite()
    localServer.start({ demo }).then(
      (address) => this.#localAt(site, address),
      (error: unknown) => {
        const message = error instanceof Error ? error.message : String(error)
        log('error', 'the bundled server does not start', { error: message })
        site.block(`the bundled server does not start: ${message}`)
      },
    )
  }

  /** The bundled server is somewhere else now: it was started again. */
  localMoved(address: LocalServerAddress): void {
    const site = this.#localKey === null ? null : this.#sites.get(this.#localKey)
    if (site) this.#localAt(site, address)
  }

  /** Where its server is, with the token for it. */
  async reach(siteId: string): Promise<Result<LocalServerAddress>> {
    const site = this.byId(siteId)
    if (!site) return failure('unknownSite', 'this server is no longer followed')
    const { key, url } = site.stored
    const token = await this.#tokenOf(key)
    if (url === '' || token === null)
      return failure('unreachable', 'no address or no token is known for this server at the moment')
    return success({ url, token })
  }

  /** Whether it is the demo of the bundled server. */
  isDemo(siteId: string): boolean {
    const site = this.byId(siteId)
    return site !== null && this.#isDemo(site)
  }

  close(): void {
    for (const site of this.all) site.close()
  }

  async #tokenOf(key: string): Promise<string | null> {
    return this.#tokens.get(key) ?? this.#options.ports.secrets.read(secretKey(key))
  }

  #isDemo({ key }: Site): boolean {
    return this.#hasDemo && key === this.#localKey
  }

  #localAt(site: Site, { url, token }: LocalServerAddress): void {
    this.#tokens.set(site.key, token)
    site.block(null)
    void site
      .change({ url })
      .then(() => site.start())
      .catch((error: unknown) =>
        this.#options.ports.log('error', 'the bundled server is not followed', { error: String(error) }),
      )
  }

  async #localSite(): Promise<Site> {
    const running = this.#localKey === null ? undefined : this.#sites.get(this.#localKey)
    if (running) return running
    const { store, ports } = this.#options
    const known = (await store.request('sites', null)).find((each) => each.isLocal)
    const stored = known ?? {
      key: ports.randomness.id(),
      url: '',
      name: 'This machine',
      serverId: null,
      operator: null,
      isLocal: true,
    }
    if (!known) await store.request('saveSite', stored)
    this.#localKey = stored.key
    const site = this.#add(stored)
    await site.restore()
    return site
  }

  #add(stored: StoredSite): Site {
    const site = this.#options.create({ stored, token: () => this.#tokenOf(stored.key) })
    this.#sites.set(stored.key, site)
    return site
  }
}

function secretKey(key: string): string {
  return `site-token:${key}`
}
