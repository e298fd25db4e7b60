import type { MonitoringEvent } from '../domain/event.ts'
import type { LogEntry } from '../domain/log-entry.ts'
import { Annunciations } from './annunciations.ts'
import type { Figures, FiguresWindow } from './figures.ts'
import { LogCounter } from './log-counter.ts'
import { ResponseTimes } from './response-times.ts'
import { StandingAlerts } from './standing-alerts.ts'

/** An alert that ended by itself sooner than this was fleeting: nobody could have answered it. */
const fleetingMs = 60_000

/**
 * All figures of one window, fed with the log's entries in their order, one by one: a million entries need no list.
 * Entries from before the window are worth feeding, the longer the better: they tell what stood and was acknowledged
 * when it began. Those at its end and later are left out. Entries of other operating positions are left out by the caller.
 */
export class LogFigures {
  readonly #window: FiguresWindow
  readonly #counts: LogCounter
  readonly #responses = new ResponseTimes()
  readonly #annunciations: Annunciations
  readonly #standing: StandingAlerts
  #openedByEvent: string | null = null

  constructor(window: FiguresWindow) {
    this.#window = window
    this.#counts = new LogCounter(window)
    this.#annunciations = new Annunciations(window)
    this.#standing = new StandingAlerts(window)
  }

  take(entry: LogEntry): void {
    const { at } = entry
    if (at >= this.#window.to) return
    const isInWindow = at >= this.#window.from
    switch (entry.kind) {
      case 'event':
        this.#takeEvent(entry.event, at, isInWindow)
        return
      case 'alert':
        this.#standing.take(entry.alert, at, entry.alert.id === this.#openedByEvent)
        return
      case 'incident': {
        this.#responses.take(entry, isInWindow)
        if (!isInWindow) return
        this.#counts.takeChange(entry)
        const { alertId } = entry.change
        const about = alertId === null ? undefined : this.#standing.find(alertId)
        if (about) this.#annunciations.take(entry, about.alert)
        return
      }
      case 'removed':
        if (entry.of === 'alert') this.#standing.forget(entry.id, at)
        return
      default:
    }
  }

  /** The figures of what was fed so far. */
  result(): Figures {
    return {
      window: { ...this.#window },
      counts: this.#counts.result(),
      ...this.#responses.result(),
      health: { ...this.#annunciations.result(), ...this.#standing.result() },
    }
  }

  /** An event's entry comes before those of what it did: what it ends still stands, what it opens does not yet. */
  #takeEvent(event: MonitoringEvent, at: number, isInWindow: boolean): void {
    const { effect, alertId } = event
    const opens = effect === 'opened' || effect === 'joined' || effect === 'reopened'
    this.#openedByEvent = opens ? alertId : null
    if (!isInWindow) return
    this.#counts.takeEvent(event, at)
    const ended = effect === 'resolved' && alertId !== null ? this.#standing.find(alertId) : undefined
    if (ended && at - ended.openedAt < fleetingMs) this.#annunciations.takeFleeting(ended.alert)
  }
}
