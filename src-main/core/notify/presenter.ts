import type { Severity } from '../../../src-shared/domain/severity.ts'
import { severityRank } from '../../../src-shared/domain/severity.ts'
import type { Cancel, Clock, Log, Notification, Notifier } from '../ports.ts'
import type { StoredDecision } from '../store/store-api.ts'
import type { StoreClient } from '../store/store-client.ts'

/** The storm's notification is updated at most this often, and a storm is over after this much quiet, in ms. */
const updateEveryMs = 1_000
const quietMs = 30_000

/**
 * Shows what was decided, once: it is marked as shown after the notifier took it, so that a kill in between
 * shows it again (under the same key, which replaces it) and never swallows it.
 */
export class Presenter {
  readonly #notifier: Notifier
  readonly #store: StoreClient
  readonly #clock: Clock
  readonly #log: Log
  #storm: { members: StoredDecision[]; lastAt: number } | null = null
  #unshown: StoredDecision[] = []
  #cancelUpdate: Cancel | null = null

  constructor(options: { notifier: Notifier; store: StoreClient; clock: Clock; log: Log }) {
    this.#notifier = options.notifier
    this.#store = options.store
    this.#clock = options.clock
    this.#log = options.log
  }

  /** Shows what an earlier run decided and did not come to show. */
  async resume(): Promise<void> {
    this.present(await this.#store.request('unshown', null))
  }

  present(decisions: readonly StoredDecision[]): void {
    for (const stored of decisions) {
      if (!stored.decision.notified) continue
      if (stored.inStorm) this.#join(stored)
      else void this.#show(singleNotification(stored), [stored.id])
    }
  }

  close(): void {
    this.#cancelUpdate?.()
  }

  #join(stored: StoredDecision): void {
    const now = this.#clock.monotonic()
    if (!this.#storm || now - this.#storm.lastAt > quietMs) this.#storm = { members: [], lastAt: now }
    this.#storm.lastAt = now
    this.#storm.members.push(stored)
    this.#unshown.push(stored)
    this.#cancelUpdate ??= this.#clock.setTimer(this.#storm.members.length === 1 ? 0 : updateEveryMs, () => {
      this.#cancelUpdate = null
      this.#update()
    })
  }

  #update(): void {
    const members = this.#storm?.members ?? []
    const ids = this.#unshown.map(({ id }) => id)
    const isUpdate = members.length > this.#unshown.length
    this.#unshown = []
    const notification = stormNotification(members, isUpdate)
    if (notification) void this.#show(notification, ids)
  }

  async #show(notification: Notification, ids: number[]): Promise<void> {
    try {
      const outcome = await this.#notifier.show(notification)
      const reason = outcome.shown ? null : `not shown: ${outcome.reason}`
      await this.#store.request('markShown', { ids, at: this.#clock.now(), reason })
    } catch (error) {
      this.#log('warn', 'a notification could not be shown', { error: String(error) })
    }
  }
}

const severityWords = {
  critical: 'Critical',
  error: 'Error',
  warning: 'Warning',
  info: 'Info',
} as const satisfies Record<Severity, string>

const occasionWords = {
  triggered: 'triggered',
  reopened: 'reopened',
  flapping: 'is flapping',
  raised: 'got worse',
  spread: 'spread to another service',
  unacknowledged: 'needs someone again',
  snoozeEnded: 'is back from its snooze',
  ackExpired: 'needs someone again: its acknowledgement ran out',
  followUpDue: 'has a follow-up that is due',
  summary: 'has a summary',
} as const

function singleNotification({ decision, title }: StoredDecision): Notification {
  const { siteId, incidentId, number, severity, occasion } = decision
  return {
    key: `incident:${incidentId}`,
    title: `${severityWords[severity]}: #${number} ${occasionWords[occasion]}`,
    body: title,
    severity,
    target: { siteId, incidentId },
    isUpdate: false,
  }
}

function stormNotification(members: readonly StoredDecision[], isUpdate: boolean): Notification | null {
  const worst = members.reduce<StoredDecision | null>((found, member) => {
    const isWorse = !found || severityRank(member.decision.severity) > severityRank(found.decision.severity)
    return isWorse ? member : found
  }, null)
  if (!worst) return null
  const { siteId, incidentId, number, severity } = worst.decision
  const count = new Set(members.map((member) => member.decision.incidentId)).size
  return {
    key: 'storm',
    title: `Storm: ${count} more ${count === 1 ? 'incident' : 'incidents'}, worst ${severity}`,
    body: `#${number} ${worst.title}`,
    severity,
    target: { siteId, incidentId },
    isUpdate,
  }
}
