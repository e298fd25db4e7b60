import type { AwayAccount, Notice, SettledAction } from '../../../src-shared/console-views.ts'
import type { ConsolePorts } from '../ports.ts'
import type { PendingChanges } from './pending-changes.ts'

export interface OperatorNewsOptions {
  ports: Pick<ConsolePorts, 'clock' | 'randomness' | 'log'>
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

  get all(): { notices: Notice[]; settled: SettledAction[]; away: AwayAccount[] } {
    return { notices: [...this.#notices], settled: [...this.#settled], away: [...this.#away] }
  }

  notice(level: Notice['level'], text: string): void {
    const { ports, changes } = this.#options
    this.#notices.push({ id: ports.randomness.id(), at: ports.clock.now(), level, text })
    changes.notices([...this.#notices])
  }

  settled(action: SettledAction): void {
    if (action.status === 'conflict' || action.status === 'rejected') this.#settled.push(action)
    this.#options.changes.settled(action)
  }

  dismissNotice(id: string): void {
    this.#notices = this.#notices.filter((notice) => notice.id !== id)
    this.#options.changes.notices([...this.#notices])
  }

  dismissSettled(commandId: string): void {
    this.#settled = this.#settled.filter((action) => action.commandId !== commandId)
    this.#options.changes.settledDismissed(commandId)
  }

  dismissAway(siteId: string): void {
    this.#away = this.#away.filter((account) => account.siteId !== siteId)
    this.#options.changes.away([...this.#away])
  }
}
