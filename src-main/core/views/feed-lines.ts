import { feedOnBoard } from '../../../src-shared/console-api.ts'
import type { FeedLine } from '../../../src-shared/console-views.ts'
import type { LogEntry } from '../../../src-shared/domain/log-entry.ts'

/** The newest lines of the feed, newest first, and how many events came lately. */
export class FeedLines {
  #lines: FeedLine[] = []
  #count = 0

  /** Newest first. */
  get lines(): readonly FeedLine[] {
    return this.#lines
  }

  /** Takes what came; returns the new lines, newest first, and how many of them do not fit on a board. */
  add(siteId: string, entries: readonly LogEntry[], skipped: number): { lines: FeedLine[]; skipped: number } {
    const events = entries.filter((entry) => entry.kind === 'event')
    this.#count += events.length + skipped
    const lines = events
      .slice(-feedOnBoard)
      .map(({ seq, event }) => ({
        siteId,
        seq,
        receivedAt: event.receivedAt,
        action: event.action,
        severity: event.severity,
        effect: event.effect,
        serviceName: event.service,
        title: event.title,
        sourceName: event.sourceName,
        incidentId: event.incidentId,
      }))
      .toReversed()
    if (lines.length > 0) this.#lines = [...lines, ...this.#lines].slice(0, feedOnBoard)
    return { lines, skipped: skipped + Math.max(0, events.length - feedOnBoard) }
  }

  /** Events since it was last asked. */
  takeCount(): number {
    const count = this.#count
    this.#count = 0
    return count
  }
}
