import type { AwayAccount, Notice, SettledAction } from '../../../src-shared/console-views.ts'
import type { ConsolePorts } from '../ports.ts'
import type { StoredNews } from '../store/store-api.ts'
import type { StoreClient } from '../store/store-client.ts'
import type { PendingChanges } from './pending-changes.ts'

export interface OperatorNewsOptions {
  ports: Pick<ConsolePorts, 'clock' | 'randomness' | 'log'>
  store: StoreClient
  changes: PendingChanges
}

/** What stays on the screen until the operator has seen it: notices, settled actions, accounts of absences. */
export class OperatorNews {
  readonly #options: OperatorNewsOptions
  #notices: Notice[] = []
  #settled: SettledAction[] = []
  #away: AwayAccount[] = []

  constructor(options: OperatorNewsOptions) {
    this.#options = options
  }

  get all(): StoredNews {
    return { notices: [...this.#notices], settled: [...this.#settled], away: [...this.#away] }
  }

  /** Takes up what earlier runs left unseen. */
  async load(): Promise<void> {
    const { notices, settled, away } = await this.#options.store.request('news', null)
    this.#notices = [...notices, ...this.#notices]
    this.#settled = [...settled, ...this.#settled]
    this.#away = [...away, ...this.#away]
  }

  /** `id`: of a notice that this one replaces, where there is one. */
  notice(level: Notice['level'], text: string, id = this.#options.ports.randomness.id()): void {
    const { ports, store } = this.#options
    const notice: Notice = { id, at: ports.clock.now(), level, text }
    this.#notices = [...this.#notices.filter((earlier) => earlier.id !== id), notice]
    // One that cannot be kept is shown all the same.
    store.request('keepNotice', notice).catch(this.#failed)
    this.#options.changes.notices([...this.#notices])
  }

  settled(action: SettledAction): void {
    if (action.status === 'conflict' || action.status === 'rejected') this.#settled.push(action)
    this.#options.changes.settled(action)
  }

  /** Replaces the site's account of an earlier absence. */
  away(account: AwayAccount): void {
    this.#away = [...this.#away.filter(({ siteId }) => siteId !== account.siteId), account]
    this.#options.changes.away([...this.#away])
  }

  async dismissNotice(id: string): Promise<void> {
    this.#notices = this.#notices.filter((notice) => notice.id !== id)
    this.#options.changes.notices([...this.#notices])
    await this.#options.store.request('dismissNotice', { id })
  }

  async dismissSettled(commandId: string): Promise<void> {
    this.#settled = this.#settled.filter((action) => action.commandId !== commandId)
    this.#options.changes.settledDismissed(commandId)
    await this.#options.store.request('dismissSettled', { commandId })
  }

  async dismissAway(siteId: string): Promise<void> {
    this.#away = this.#away.filter((account) => account.siteId !== siteId)
    this.#options.changes.away([...this.#away])
    await this.#options.store.request('dismissAway', { siteId })
  }

  readonly #failed = (error: unknown): void => {
    this.#options.ports.log('warn', 'a notice could not be kept', { error: String(error) })
  }
}
