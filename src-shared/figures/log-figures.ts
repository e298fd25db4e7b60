import type { MonitoringEvent } from '../domain/event.ts'
import type { LogEntry } from '../domain/log-entry.ts'
import { Annunciations } from './annunciations.ts'
import { Damping } from './damping.ts'
import type { Figures, FiguresWindow } from './figures.ts'
import { LogCounter } from './log-counter.ts'
import { Occurrences } from './occurrences.ts'
import { everything, type Position } from './position.ts'
import { StandingAlerts, type EventsWord } from './standing-alerts.ts'

/** An alert that ended by itself sooner than this was fleeting: nobody could have answered it. */
const fleetingMs = 60_000

/**
 * All figures of one window and operating position, fed with the whole log's entries in their order, one by one: a million
 * entries need no list. Entries from before the window are worth feeding, the longer the better: they tell what stood and
 * was acknowledged when it began. Those at its end and later are left out; those of other positions are followed, and not
 * counted.
 */
export class LogFigures {
  readonly #window: FiguresWindow
  readonly #position: Position
  readonly #counts: LogCounter
  readonly #occurrences = new Occurrences()
  readonly #damping = new Damping()
  readonly #annunciations: Annunciations
  readonly #standing: StandingAlerts
  /** What the newest event said of its alert, until that is written. */
  #said: { alertId: string | null; word: EventsWord } = { alertId: null, word: null }

  constructor(window: FiguresWindow, position: Position = everything) {
    this.#window = window
    this.#position = position
    this.#counts = new LogCounter(window)
    this.#annunciations = new Annunciations(window)
    this.#standing = new StandingAlerts(window, position)
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
        this.#standing.take(entry.alert, at, this.#wordOn(entry.alert.id))
        return
      case 'incident': {
        this.#occurrences.take(entry, isInWindow && this.#position.hasIncident(entry.incident))
        const isDamped = this.#damping.take(entry)
        if (!isInWindow) return
        const { alertId } = entry.change
        const about = alertId === null ? undefined : this.#standing.find(alertId)
        if (about && this.#position.hasAlert(about.alert))
          this.#annunciations.take(entry, about.alert, isDamped)
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
    const { counts, acknowledged, resolved } = this.#occurrences.result()
    return {
      window: { ...this.#window },
      counts: { ...this.#counts.result(), ...counts },
      acknowledged,
      resolved,
      health: { ...this.#annunciations.result(), ...this.#standing.result() },
    }
  }

  /** An event's entry comes before those of what it did: what it ends still stands, what it opens does not yet. */
  #takeEvent(event: MonitoringEvent, at: number, isInWindow: boolean): void {
    const { effect, alertId } = event
    const opens = effect === 'opened' || effect === 'joined' || effect === 'reopened'
    this.#said = { alertId, word: opens ? 'opens' : effect === 'resolved' ? 'ends' : null }
    if (!isInWindow) return
    if (this.#position.hasEvent(event)) this.#counts.takeEvent(event, at)
    const ended = effect === 'resolved' && alertId !== null ? this.#standing.find(alertId) : undefined
    if (!ended || ended.isByHand || at - ended.openedAt >= fleetingMs) return
    if (this.#position.hasAlert(ended.alert)) this.#annunciations.takeFleeting(ended.alert)
  }

  /** What an event said of an alert is true of the next state of it, and of none after that. */
  #wordOn(alertId: string): EventsWord {
    const { word } = this.#said
    if (this.#said.alertId !== alertId) return null
    this.#said = { alertId: null, word: null }
    return word
  }
}
