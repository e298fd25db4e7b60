import { feedOnBoard, type Changes } from '../../../src-shared/console-api.ts'
import type { PanelName } from '../../../src-shared/console-panels.ts'
import type {
  AwayAccount,
  Counts,
  FeedLine,
  IncidentRow,
  Notice,
  NotifyDecision,
  SettledAction,
  SiteView,
} from '../../../src-shared/console-views.ts'
import type { Cancel, Clock } from '../ports.ts'

/** Two messages for each frame of a 60 Hz screen, in ms: pages draw once a frame, and what waits here may miss it. */
const everyMs = 8

/** Collects what changed and tells it at most once in `everyMs`; of a row only the newest state is told. */
export class PendingChanges {
  readonly #clock: Clock
  readonly #tell: (changes: Changes) => void
  readonly #rows = new Map<string, IncidentRow>()
  readonly #removed = new Set<string>()
  #rest = nothing()
  #cancel: Cancel | null = null
  #toldAt = -Infinity

  constructor(clock: Clock, tell: (changes: Changes) => void) {
    this.#clock = clock
    this.#tell = tell
  }

  rows(rows: readonly IncidentRow[], removed: readonly string[] = []): void {
    for (const row of rows) {
      this.#rows.set(row.id, row)
      this.#removed.delete(row.id)
    }
    for (const id of removed) {
      this.#rows.delete(id)
      this.#removed.add(id)
    }
    if (rows.length > 0 || removed.length > 0) this.#schedule()
  }

  /** The rows that follow are all there are. */
  resetRows(): void {
    this.#rows.clear()
    this.#removed.clear()
    this.#rest.resetRows = true
    this.#schedule()
  }

  counts(counts: Counts): void {
    this.#rest.counts = counts
    this.#schedule()
  }

  /** Newest first. */
  feed(lines: readonly FeedLine[], skipped: number): void {
    if (lines.length === 0 && skipped === 0) return
    const all = [...lines, ...this.#rest.feed]
    this.#rest.feed = all.slice(0, feedOnBoard)
    this.#rest.feedSkipped += skipped + Math.max(0, all.length - feedOnBoard)
    this.#schedule()
  }

  eventsPerSecond(rate: number): void {
    this.#rest.eventsPerSecond = rate
    this.#schedule()
  }

  settled(action: SettledAction): void {
    this.#rest.settled.push(action)
    this.#schedule()
  }

  settledDismissed(commandId: string): void {
    this.#rest.settledDismissed.push(commandId)
    this.#schedule()
  }

  /** All that there are. */
  notices(notices: Notice[]): void {
    this.#rest.notices = notices
    this.#schedule()
  }

  /** All that there are. */
  away(accounts: AwayAccount[]): void {
    this.#rest.away = accounts
    this.#schedule()
  }

  decisions(decisions: readonly NotifyDecision[]): void {
    if (decisions.length === 0) return
    this.#rest.decisions.push(...decisions)
    this.#schedule()
  }

  sites(sites: SiteView[]): void {
    this.#rest.sites = sites
    this.#schedule()
  }

  panels(panels: readonly PanelName[]): void {
    const fresh = panels.filter((panel) => !this.#rest.panels.includes(panel))
    if (fresh.length === 0) return
    this.#rest.panels.push(...fresh)
    this.#schedule()
  }

  /** Tells now what has been collected, so that an answer given next is not older than what follows it. */
  flush(): void {
    if (!this.#cancel) return
    this.#cancel()
    this.#cancel = null
    this.#toldAt = this.#clock.monotonic()
    const changes = { ...this.#rest, rows: [...this.#rows.values()], removed: [...this.#removed] }
    this.#rest = nothing()
    this.#rows.clear()
    this.#removed.clear()
    this.#tell(changes)
  }

  close(): void {
    this.#cancel?.()
    this.#cancel = null
  }

  #schedule(): void {
    if (this.#cancel) return
    // The first change after a pause does not wait, only for what comes with it in this turn.
    const waitMs = Math.max(0, everyMs - (this.#clock.monotonic() - this.#toldAt))
    this.#cancel = this.#clock.setTimer(waitMs, () => this.flush())
  }
}

/** A change of nothing. */
export function nothing(): Changes {
  return {
    rows: [],
    removed: [],
    counts: null,
    feed: [],
    feedSkipped: 0,
    eventsPerSecond: null,
    detail: null,
    settled: [],
    settledDismissed: [],
    notices: null,
    away: null,
    decisions: [],
    sites: null,
    panels: [],
    resetRows: false,
  }
}
