import type {
  Board,
  ConsoleHost,
  EventName,
  EventPayload,
  MethodAnswer,
  MethodName,
} from '../../src-shared/console-api.ts'
import { panelNames } from '../../src-shared/console-panels.ts'
import type { Counts, IncidentDetail, IncidentRow } from '../../src-shared/console-views.ts'
import { ProxyLogins } from './connection/proxy-logins.ts'
import { watchForWake } from './connection/wake-watch.ts'
import type { Transport } from './connection/transport.ts'
import type { AskContext } from './connection/ask-server.ts'
import { createHandlers } from './console-handlers.ts'
import { answerCall, type MethodHandlers } from './console-methods.ts'
import { FreshnessTeller } from './freshness-teller.ts'
import { defaultNotifySettings } from './notify/policy.ts'
import { Presenter } from './notify/presenter.ts'
import { Panels } from './panels.ts'
import type { Cancel, ConsolePorts, IncidentRef, TrayState } from './ports.ts'
import { ServerReads } from './server-reads.ts'
import { Sessions, type Session } from './sessions.ts'
import { SiteList } from './site-list.ts'
import { Site, type SiteEvents } from './site.ts'
import type { BoardSlice, StoreChanges } from './store/store-api.ts'
import type { StoreClient, StoreNotice } from './store/store-client.ts'
import { unreadAdvice, unreadWords, type Unread } from './sync/unread.ts'
import { TrayTeller } from './tray-teller.ts'
import { FeedLines } from './views/feed-lines.ts'
import { OpenDetails } from './views/open-details.ts'
import { OperatorNews } from './views/operator-news.ts'
import { nothing, PendingChanges } from './views/pending-changes.ts'

/** How often the rate of events is told while it changes, in ms. */
const rateEveryMs = 1_000
/** Signs of waking up within this speak of one sleep, in ms. */
const onceWithinMs = 5_000

export interface CoreOptions {
  ports: ConsolePorts
  store: StoreClient
  clientId: string
  createTransport: () => Transport
  certificates: AskContext['certificates']
  shell: Board['shell']
}

export interface StartOptions {
  standalone: { demo: boolean } | null
  site: { url: string; token: string; name?: string } | null
}

/** The console behind its interface: sites, store and views put together. */
export class ConsoleCore implements ConsoleHost {
  readonly #options: CoreOptions
  readonly #sites: SiteList
  readonly #panels: Panels
  readonly #reads: ServerReads
  readonly #logins: ProxyLogins
  readonly #sessions = new Sessions()
  readonly #own: Session
  readonly #changes: PendingChanges
  readonly #news: OperatorNews
  readonly #feed = new FeedLines()
  readonly #details: OpenDetails
  readonly #presenter: Presenter
  readonly #freshness: FreshnessTeller
  readonly #tray: TrayTeller
  readonly #counts = new Map<string, Counts>()
  readonly #summariesInProgress = new Map<string, string>()
  readonly #stops: Cancel[] = []
  #rate = 0
  #wokeAt = -Infinity

  constructor(options: CoreOptions) {
    const { store, clientId, createTransport, certificates } = options
    this.#logins = new ProxyLogins(options.ports.proxies, options.ports.secrets)
    const ports = { ...options.ports, proxies: this.#logins }
    this.#options = options
    const { clock, log, notifier } = ports
    this.#own = this.#sessions.open()
    this.#changes = new PendingChanges(clock, (changes) => this.#sessions.tellAll('changes', changes))
    this.#news = new OperatorNews({ ports, store, changes: this.#changes })
    this.#details = new OpenDetails(
      clock,
      (ref) => this.#detail(ref),
      (viewer, detail) => this.#sessions.byId(viewer)?.tell('changes', { ...nothing(), detail }),
    )
    this.#presenter = new Presenter({ notifier, store, clock, log })
    const events = this.#siteEvents()
    this.#sites = new SiteList({
      ports,
      store,
      create: (given) =>
        new Site({
          ...given,
          ports,
          store,
          clientId,
          transport: createTransport(),
          events,
          presence: () => this.#sessions.presence(),
          settings: () => defaultNotifySettings,
        }),
    })
    this.#panels = new Panels({ store, sites: this.#sites, clock })
    this.#reads = new ServerReads({ clock, proxies: ports.proxies, certificates }, this.#sites, store)
    const freshness = () => this.#sites.all.map((site) => site.freshness())
    this.#freshness = new FreshnessTeller(clock, freshness, (all) => {
      this.#sessions.tellAll('freshness', all)
      this.#tray.changed()
    })
    this.#tray = new TrayTeller(clock, store, {
      freshness,
      counts: () => this.#allCounts(),
      siteIds: () => this.#sites.all.flatMap((site) => site.id ?? []),
    })
  }

  async start({ standalone, site }: StartOptions): Promise<void> {
    const { ports, store } = this.#options
    const { power, network, notifier, localServer } = ports
    await this.#news.load()
    this.#stops.push(
      store.onNotice((notice) => this.#noticed(notice)),
      notifier.onClick((target) => this.focusIncident(target)),
      power.onEvent((event) => {
        if (event === 'resume') this.#woke()
      }),
      network.onReturn(() => this.#hurry()),
      watchForWake(ports.clock, () => this.#woke()),
      localServer?.onAddress((address) => this.#sites.localMoved(address)) ?? (() => undefined),
    )
    // Before anything is followed: what is decided from then on is shown as it comes, and would be shown twice.
    await this.#presenter.resume()
    await this.#sites.load()
    if (site) await this.#sites.add(site, false)
    if (standalone) await this.#sites.startLocal(standalone.demo)
    for (const { id } of this.#sites.all) {
      if (id !== null) this.#counts.set(id, (await store.request('board', { siteId: id })).counts)
    }
    this.#freshness.start()
    this.#tray.changed()
    this.#tellRate()
  }

  call(method: string, input: unknown): Promise<MethodAnswer<MethodName>> {
    return this.#call(this.#own, method, input)
  }

  on<E extends EventName>(event: E, listener: (payload: EventPayload<E>) => void): Cancel {
    return this.#own.on(event, listener)
  }

  openSession(): ConsoleHost & { close(): void } {
    const session = this.#sessions.open()
    return {
      call: (method, input) => this.#call(session, method, input),
      on: (event, listener) => session.on(event, listener),
      close: () => {
        this.#open(session, null)
        this.#sessions.close(session)
      },
    }
  }

  trayState(): TrayState {
    return this.#tray.state()
  }

  onTrayState(listener: (state: TrayState) => void): Cancel {
    return this.#tray.on(listener)
  }

  focusIncident(target: IncidentRef): void {
    this.#sessions.tellAll('focusIncident', target)
  }

  async close(): Promise<void> {
    for (const stop of this.#stops.splice(0)) stop()
    this.#freshness.close()
    this.#tray.close()
    this.#sites.close()
    this.#presenter.close()
    this.#details.close()
    this.#changes.close()
    this.#sessions.clear()
    await this.#options.store.close()
    await this.#options.ports.localServer?.stop()
  }

  #call(session: Session, method: string, input: unknown): Promise<MethodAnswer<MethodName>> {
    return answerCall(this.#handlers(session), method, input, this.#options.ports.log)
  }

  #handlers(session: Session): MethodHandlers {
    const { ports } = this.#options
    return createHandlers({
      session,
      sites: this.#sites,
      panels: this.#panels,
      reads: this.#reads,
      news: this.#news,
      logins: this.#logins,
      localServer: ports.localServer,
      board: () => this.#board(),
      detail: (ref) => this.#detail(ref),
      open: (ref) => this.#open(session, ref),
      acted: () => this.#freshness.changed(),
      viewChanged: () => this.#viewChanged(),
      hurry: () => this.#hurry(),
    })
  }

  #siteEvents(): SiteEvents {
    return {
      onChanges: (site, changes) => this.#changed(site, changes),
      onEntries: (site, entries, skipped) => {
        if (site.id === null) return
        const added = this.#feed.add(site.id, entries, skipped)
        this.#changes.feed(added.lines, added.skipped)
      },
      onPending: (site, incidentId) => this.#pendingChanged(site, incidentId),
      onSettled: (_site, settled) => this.#news.settled(settled),
      onProgress: (site, incidentId, text) => {
        if (text === '') this.#summariesInProgress.delete(incidentId)
        else this.#summariesInProgress.set(incidentId, text)
        if (site.id !== null) this.#details.changed(site.id, [incidentId])
      },
      onAway: (account) => this.#news.away(account),
      onSlept: () => this.#woke(),
      onUnread: (site, unread) => this.#unread(site, unread),
      onFreshness: () => this.#freshness.changed(),
      onView: () => this.#viewChanged(),
    }
  }

  #changed(site: Site, changes: StoreChanges): void {
    const { id } = site
    if (id === null) return
    this.#counts.set(id, changes.counts)
    if (changes.resetRows) this.#resetRows()
    else this.#changes.rows(this.#withPending(changes.rows), changes.removed)
    if (changes.rows.length > 0 || changes.removed.length > 0) this.#changes.counts(this.#allCounts())
    if (changes.sources) this.#viewChanged()
    this.#changes.panels(changes.panels)
    this.#changes.decisions(changes.decisions.map(({ decision }) => decision))
    this.#presenter.present(changes.decisions)
    for (const incidentId of changes.touched) this.#summariesInProgress.delete(incidentId)
    if (changes.resetRows) this.#details.allChanged(id)
    else this.#details.changed(id, changes.touched)
    this.#tray.changed()
  }

  /** A snapshot replaced one site's rows: the list begins anew with the rows of all. */
  #resetRows(): void {
    void this.#rowsOfAll().then((rows) => {
      this.#changes.resetRows()
      this.#changes.rows(rows)
      this.#changes.counts(this.#allCounts())
    }, this.#failed)
  }

  async #rowsOfAll(): Promise<IncidentRow[]> {
    return this.#withPending((await this.#slices()).flatMap((slice) => slice.rows))
  }

  #slices(): Promise<BoardSlice[]> {
    const ids = this.#sites.all.flatMap((site) => site.id ?? [])
    return Promise.all(ids.map((siteId) => this.#options.store.request('board', { siteId })))
  }

  #pendingChanged(site: Site, incidentId: string | null): void {
    const { id } = site
    if (id === null) return
    if (incidentId === null) {
      this.#changes.panels(panelNames)
      this.#details.allChanged(id)
      return this.#freshness.changed()
    }
    this.#details.changed(id, [incidentId])
    this.#freshness.changed()
    void this.#options.store
      .request('rows', { siteId: id, incidentIds: [incidentId] })
      .then((rows) => this.#changes.rows(this.#withPending(rows)), this.#failed)
  }

  #withPending(rows: readonly IncidentRow[]): IncidentRow[] {
    return rows.map((row) => ({ ...row, pending: this.#sites.byId(row.siteId)?.pendingOf(row.id) ?? [] }))
  }

  async #board(): Promise<Board> {
    const slices = await this.#slices()
    this.#changes.flush()
    return {
      sites: this.#sites.views(),
      freshness: this.#sites.all.map((site) => site.freshness()),
      counts: this.#allCounts(),
      rows: this.#withPending(slices.flatMap((slice) => slice.rows)),
      feed: [...this.#feed.lines],
      decisions: slices.flatMap((slice) => slice.decisions),
      ...this.#news.all,
      firstStart: this.#sites.all.length === 0,
      demoAvailable: this.#options.ports.localServer !== null,
      shell: this.#options.shell,
    }
  }

  #open(session: Session, ref: IncidentRef | null): void {
    this.#details.set(session.id, ref)
    for (const site of this.#sites.all) if (site.id !== null) site.follow(this.#details.of(site.id))
  }

  async #detail({ siteId, incidentId }: IncidentRef): Promise<IncidentDetail | null> {
    const detail = await this.#options.store.request('detail', { siteId, incidentId })
    if (!detail) return null
    const site = this.#sites.byId(siteId)
    const services = new Set(detail.services.map(({ id }) => id))
    return {
      ...detail,
      row: { ...detail.row, pending: site?.pendingOf(incidentId) ?? [] },
      serviceEdits: (site?.pendingOthers() ?? []).filter(
        ({ body }) => body.kind === 'editService' && services.has(body.serviceId),
      ),
      timelineComplete: site?.hasWholeTimeline(incidentId) ?? false,
      summaryInProgress: this.#summariesInProgress.get(incidentId) ?? null,
    }
  }

  #allCounts(): Counts {
    const all: Counts = {
      triggered: 0,
      acknowledged: 0,
      resolved: 0,
      bySeverity: { info: 0, warning: 0, error: 0, critical: 0 },
    }
    for (const site of this.#sites.all) {
      const counts = site.id === null ? null : this.#counts.get(site.id)
      if (!counts) continue
      all.triggered += counts.triggered
      all.acknowledged += counts.acknowledged
      all.resolved += counts.resolved
      for (const [severity, n] of Object.entries(counts.bySeverity)) {
        all.bySeverity[severity as keyof Counts['bySeverity']] += n
      }
    }
    return all
  }

  #viewChanged(): void {
    this.#changes.sites(this.#sites.views())
    this.#freshness.changed()
  }

  #tellRate(): void {
    const rate = this.#feed.takeCount() * (1_000 / rateEveryMs)
    if (rate !== this.#rate) this.#changes.eventsPerSecond(rate)
    this.#rate = rate
    const cancel = this.#options.ports.clock.setTimer(rateEveryMs, () => {
      this.#stops.splice(this.#stops.indexOf(cancel), 1)
      this.#tellRate()
    })
    this.#stops.push(cancel)
  }

  #hurry(): void {
    for (const site of this.#sites.all) site.hurry()
  }

  /** The system and both clocks may each tell of the same sleep: once is enough. */
  #woke(): void {
    const now = this.#options.ports.clock.monotonic()
    if (now - this.#wokeAt < onceWithinMs) return
    this.#wokeAt = now
    for (const site of this.#sites.all) site.wake()
  }

  /** One notice for a site, which goes when nothing is missing any more. */
  #unread({ id, stored }: Site, unread: Unread | null): void {
    if (id === null) return
    if (unread === null) {
      void this.#news.dismissNotice(id).catch(this.#failed)
      return
    }
    const what = `${stored.name}: ${unreadWords(unread)}`
    this.#options.ports.log('warn', what, { first: unread.problem })
    this.#news.notice('warning', `${what}: ${unreadAdvice}`, id)
  }

  #noticed({ message, isNew }: StoreNotice): void {
    this.#options.ports.log('warn', message)
    this.#news.notice('warning', message)
    if (!isNew) return
    // Nothing of what was read is kept: begin at the beginning, with the actions that were saved.
    for (const site of this.#sites.all) {
      void site.restore().then(() => site.wake(), this.#failed)
    }
  }

  readonly #failed = (error: unknown): void => {
    this.#options.ports.log('error', 'the local store does not answer', { error: String(error) })
  }
}
