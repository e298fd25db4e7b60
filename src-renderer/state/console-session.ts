import type { Changes, MethodInput, MethodName, MethodOutput } from '../../src-shared/console-api.ts'
import type { AwayAccount } from '../../src-shared/console-views.ts'
import {
  incidentIdOf,
  type CommandKind,
  type IncidentCommand,
  type OtherCommand,
} from '../../src-shared/domain/command.ts'
import { severityRank } from '../../src-shared/domain/severity.ts'
import type { RendererBridge } from '../bridge/renderer-bridge.ts'
import { watchShell } from '../bridge/shell-watch.ts'
import { texts } from '../texts.ts'
import { Announcer } from './announcer.ts'
import { AwayStore, viewAway } from './away-store.ts'
import { BoardStore } from './board-store.ts'
import { BulkStore } from './bulk-store.ts'
import { ClockStore } from './clock-store.ts'
import { DetailStore } from './detail-store.ts'
import { FeedStore } from './feed-store.ts'
import { FiguresStore } from './figures-store.ts'
import { FilterStore } from './filter-store.ts'
import { createFrameBatch, nextFrame } from './frame-batch.ts'
import { FreshnessStore } from './freshness-store.ts'
import { isPinned, type RowChange } from './list-order.ts'
import { createPace } from './list-pace.ts'
import { LogSearchStore } from './log-search-store.ts'
import { NoticesStore, type Notice } from './notices-store.ts'
import { PanelStore } from './panel-store.ts'
import { RulesStore } from './rules-store.ts'

/** A held key moves the selection through many rows; only where it rests for this long is the detail asked for. */
const restMs = 60

/** Rows of a list that is not held move so often at most, in ms: the eye can follow, and nobody notices that they wait. */
const listEveryMs = 100

/** An action that needs nothing but its incident. */
export type PlainAction = Extract<
  CommandKind,
  'acknowledge' | 'unacknowledge' | 'resolve' | 'reopen' | 'summarise'
>

/** One console on one page: its stores, fed by the bridge, and what an operator can do. */
export class ConsoleSession {
  readonly board = new BoardStore(createPace(listEveryMs))
  readonly feed = new FeedStore()
  readonly detail = new DetailStore()
  readonly notices = new NoticesStore()
  readonly away = new AwayStore()
  readonly announcer = new Announcer()
  readonly clock = new ClockStore(() => this.feed.tick())
  readonly filter = new FilterStore(this.board, {
    rows: (input) => this.#ask('filterRows', input),
    values: () => this.#ask('filterValues', {}),
  })
  readonly bulk = new BulkStore(
    this.board,
    async (actions) => {
      const answer = await this.#bridge.call('actMany', { actions })
      return answer.ok ? { ok: true, commandIds: answer.value.commandIds } : answer
    },
    (commandId) => void this.#bridge.call('dismissSettled', { commandId }),
  )
  readonly panels = new PanelStore({
    shift: () => this.#ask('shiftLog', {}),
    maintenance: () => this.#ask('maintenance', {}),
  })
  readonly figures = new FiguresStore((input) => this.#bridge.call('figures', input))
  readonly logSearch = new LogSearchStore(
    (input) => this.#bridge.call('findInLog', input),
    () => this.panels.show('logSearch'),
  )
  readonly rules = new RulesStore((input) => this.#bridge.call('previewRules', input))
  readonly freshness: FreshnessStore
  readonly #bridge: RendererBridge
  readonly #batch = createFrameBatch<Changes>((batch) => this.#apply(batch), nextFrame)
  readonly #stops: (() => void)[]
  /** The last incident that was asked for with its site. */
  #focused: { incidentId: string; siteId: string } | null = null
  #restTimer: ReturnType<typeof setTimeout> | undefined

  constructor(bridge: RendererBridge) {
    this.#bridge = bridge
    this.freshness = new FreshnessStore(bridge.link())
    const report = () => void this.#reportPresence()
    const onVisibility = () => {
      this.#batch.flush()
      report()
    }
    document.addEventListener('visibilitychange', onVisibility)
    window.addEventListener('focus', report)
    window.addEventListener('blur', report)
    this.#stops = [
      bridge.on('changes', (changes) => this.#batch.add(changes)),
      bridge.on('freshness', (sites) => this.freshness.setSites(sites)),
      bridge.on('focusIncident', ({ incidentId, siteId }) => this.focusIncident(incidentId, siteId)),
      watchShell({
        bridge,
        ask: () => this.#reportPresence(),
        report: (link) => {
          this.freshness.setLink(link)
          if (link.state === 'up') void this.open()
        },
      }),
      () => document.removeEventListener('visibilitychange', onVisibility),
      () => window.removeEventListener('focus', report),
      () => window.removeEventListener('blur', report),
      () => this.clock.stop(),
      () => this.filter.stop(),
      () => this.bulk.stop(),
      () => this.panels.stop(),
      () => this.figures.leave(),
      () => this.announcer.stop(),
      () => clearTimeout(this.#restTimer),
      () => bridge.close(),
    ]
    if (bridge.link().state === 'up') void this.open()
  }

  /** Asks for the whole picture, and again for the incident that is looked at. */
  async open(): Promise<void> {
    const answer = await this.#bridge.call('openBoard', {})
    if (!answer.ok) {
      this.board.fail(answer.message)
      return
    }
    this.freshness.setSites(answer.value.freshness)
    this.board.open(answer.value)
    this.filter.reset()
    this.feed.open(answer.value.feed)
    this.notices.open(answer.value)
    this.#account(answer.value.away)
    const { selectedId } = this.board.store.getState()
    if (selectedId !== null) void this.#openDetail(selectedId)
    void this.#reportPresence()
  }

  async retryOpen(): Promise<void> {
    this.board.loading()
    await this.open()
  }

  /** Selects a row and shows its incident; null shows none. */
  select(incidentId: string | null): void {
    this.board.select(incidentId)
    this.detail.follow(incidentId)
    clearTimeout(this.#restTimer)
    this.#restTimer = setTimeout(() => {
      if (incidentId === null) void this.#bridge.call('openIncident', null)
      else void this.#openDetail(incidentId)
      void this.#reportPresence()
    }, restMs)
  }

  /** Shows an incident wherever it is, also one that is not on the board: a notification was clicked, a figure names it. */
  focusIncident(incidentId: string, siteId: string | null = null): void {
    this.#focused = siteId === null ? null : { incidentId, siteId }
    const { rows, order } = this.board.store.getState()
    const row = rows.get(incidentId)
    if (row !== undefined && !order.shown.has(incidentId) && !isPinned(row)) {
      this.board.showTab(row.status === 'triggered' ? 'needsMe' : row.status)
    }
    this.select(incidentId)
  }

  act(kind: PlainAction, incidentId: string): void {
    void this.#send({ kind, incidentId })
  }

  /** Puts an action into the outbox; what becomes of it is seen at its incident, or told as a notice. */
  perform(body: IncidentCommand): void {
    void this.#send(body)
  }

  /** The same for an action that belongs to no incident. */
  performAt(siteId: string, body: OtherCommand): void {
    void this.#sendTo(siteId, body)
  }

  /** Tries to connect at once: to the server, or to the shell where that is what is gone. */
  connectNow(): void {
    if (this.freshness.store.getState().view.shellGone) this.#bridge.reconnect()
    else void this.#bridge.call('connectNow', {})
  }

  /** Takes a notice off the screen, and out of what the console program keeps. */
  dismissNotice({ id, origin }: Pick<Notice, 'id' | 'origin'>): void {
    this.notices.remove({ id, origin })
    if (origin === 'program') void this.#bridge.call('dismissNotice', { id })
    if (origin === 'action') void this.#bridge.call('dismissSettled', { commandId: id })
  }

  /** The accounts of all absences have been read. */
  dismissAway(): void {
    for (const { siteId } of this.away.store.getState().accounts) {
      this.away.remove(siteId)
      void this.#bridge.call('dismissAway', { siteId })
    }
  }

  /** Gives a proxy the login it asks for. Resolves with a sentence that says what was wrong, or null. */
  async setProxyLogin(input: MethodInput<'setProxyLogin'>): Promise<string | null> {
    const answer = await this.#bridge.call('setProxyLogin', input)
    return answer.ok ? null : answer.message
  }

  /** Adds a server. Resolves with a sentence that says what was wrong, or null. */
  async addSite(input: MethodInput<'addSite'>): Promise<string | null> {
    const answer = await this.#bridge.call('addSite', input)
    if (answer.ok) await this.open()
    return answer.ok ? null : answer.message
  }

  /** Starts the demo. Resolves with a sentence that says what was wrong, or null. */
  async startDemo(): Promise<string | null> {
    const answer = await this.#bridge.call('startDemo', {})
    if (answer.ok) await this.open()
    return answer.ok ? null : answer.message
  }

  /** Begins the storm of the demo. Resolves with a sentence that says what was wrong, or null. */
  async startStorm(siteId: string): Promise<string | null> {
    const answer = await this.#bridge.call('startStorm', { siteId })
    if (answer.ok) this.announcer.say(texts.demo.begun, true)
    return answer.ok ? null : answer.message
  }

  close(): void {
    for (const stop of this.#stops) stop()
  }

  async #send(body: MethodInput<'act'>['body']): Promise<void> {
    const incidentId = incidentIdOf(body)
    const row = incidentId === null ? undefined : this.board.store.getState().rows.get(incidentId)
    const siteId = row?.siteId ?? this.detail.store.getState().detail?.siteId
    if (siteId !== undefined) await this.#sendTo(siteId, body)
  }

  async #sendTo(siteId: string, body: MethodInput<'act'>['body']): Promise<void> {
    const answer = await this.#bridge.call('act', { siteId, body })
    if (answer.ok) return
    const incidentId = incidentIdOf(body)
    const row = incidentId === null ? undefined : this.board.store.getState().rows.get(incidentId)
    this.notices.add({
      id: `${body.kind} ${incidentId} ${Date.now()}`,
      origin: 'page',
      at: Date.now(),
      tone: 'critical',
      title: texts.notices.notTaken(body, row?.number ?? null),
      message: answer.message,
      advice: texts.notices.advice.notTaken,
      incidentId,
    })
  }

  /** Null when the console program could not answer. */
  async #ask<M extends MethodName>(method: M, input: MethodInput<M>): Promise<MethodOutput<M> | null> {
    const answer = await this.#bridge.call(method, input)
    return answer.ok ? answer.value : null
  }

  async #openDetail(incidentId: string): Promise<void> {
    const siteId = this.board.store.getState().rows.get(incidentId)?.siteId ?? this.#siteOf(incidentId)
    if (siteId === undefined) return
    const answer = await this.#bridge.call('openIncident', { siteId, incidentId })
    if (!answer.ok) this.detail.fail(incidentId, answer.message)
    else if (answer.value === null) this.detail.drop(incidentId, texts.incident.unknown)
    else this.detail.show(answer.value)
  }

  #siteOf(incidentId: string): string | undefined {
    if (this.#focused?.incidentId === incidentId) return this.#focused.siteId
    const { detail } = this.detail.store.getState()
    if (detail?.row.id === incidentId) return detail.siteId
    return this.board.store.getState().sites.find((site) => site.siteId !== null)?.siteId ?? undefined
  }

  async #reportPresence(): Promise<void> {
    await this.#bridge.call('setPresence', {
      visible: document.visibilityState === 'visible',
      focused: document.hasFocus(),
      incidentId: this.board.store.getState().selectedId,
    })
  }

  #apply(batch: readonly Changes[]): void {
    const wasFirstStart = this.board.store.getState().phase === 'firstStart'
    const changed = this.board.apply(batch)
    this.feed.apply(batch)
    this.filter.changed(changed.map(({ id }) => id))
    for (const { detail, settled, settledDismissed, notices, away, panels } of batch) {
      this.panels.changed(panels)
      if (detail !== null) this.detail.show(detail)
      this.notices.settle(this.bulk.settle(settled))
      this.notices.settledDismissed(settledDismissed)
      if (notices !== null) this.notices.ofProgram(notices)
      if (away !== null) this.#account(away)
    }
    const { selectedId } = this.board.store.getState()
    if (selectedId !== null && batch.some(({ resetRows }) => resetRows)) void this.#openDetail(selectedId)
    this.#announce(changed)
    if (wasFirstStart && batch.some(({ sites }) => sites !== null && sites.length > 0)) void this.open()
  }

  #account(accounts: readonly AwayAccount[]): void {
    const fresh = viewAway(this.away.set(accounts))
    if (fresh !== null) this.announcer.say(texts.away.line(fresh), true)
  }

  #announce(changed: readonly RowChange[]): void {
    const fresh = changed.flatMap(({ before, after }) =>
      before === undefined && after?.status === 'triggered' ? [after] : [],
    )
    const worst = fresh.toSorted((a, b) => severityRank(b.severity) - severityRank(a.severity))[0]
    if (worst !== undefined)
      this.announcer.say(texts.announce.newIncidents(fresh.length, worst.severity, worst.title))
  }
}
