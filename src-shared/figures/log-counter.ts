import { eventActions, eventEffects, type MonitoringEvent } from '../domain/event.ts'
import { severities } from '../domain/severity.ts'
import { offendersShown, type EventCounts, type FiguresWindow, type LogCounts } from './figures.ts'

const minuteMs = 60_000

/** Counts the events of the window. */
export class LogCounter {
  readonly #window: FiguresWindow
  readonly #byAction = zeros(eventActions)
  readonly #bySeverity = zeros(severities)
  readonly #byEffect = zeros(eventEffects)
  readonly #bySource = new Map<string, number>()
  readonly #byService = new Map<string, number>()
  #events = 0
  #minute = { at: 0, events: 0 }
  #peakMinute: LogCounts['peakMinute'] = null

  constructor(window: FiguresWindow) {
    this.#window = window
  }

  takeEvent({ action, severity, effect, sourceName, service }: MonitoringEvent, at: number): void {
    this.#events += 1
    this.#byAction[action] += 1
    this.#bySeverity[severity] += 1
    this.#byEffect[effect] += 1
    this.#bySource.set(sourceName, (this.#bySource.get(sourceName) ?? 0) + 1)
    this.#byService.set(service, (this.#byService.get(service) ?? 0) + 1)
    const minute = at - (at % minuteMs)
    if (this.#minute.at !== minute) this.#minute = { at: minute, events: 0 }
    this.#minute.events += 1
    if (this.#minute.events > (this.#peakMinute?.events ?? 0)) this.#peakMinute = { ...this.#minute }
  }

  result(): EventCounts {
    const { from, to } = this.#window
    return {
      events: this.#events,
      byAction: { ...this.#byAction },
      bySeverity: { ...this.#bySeverity },
      byEffect: { ...this.#byEffect },
      eventsPerMinute: to > from ? (this.#events * minuteMs) / (to - from) : 0,
      peakMinute: this.#peakMinute,
      sources: loudest(this.#bySource),
      services: loudest(this.#byService),
    }
  }
}

function zeros<W extends string>(words: readonly W[]): Record<W, number> {
  return Object.fromEntries(words.map((word) => [word, 0])) as Record<W, number>
}

function loudest(counts: ReadonlyMap<string, number>): { name: string; events: number }[] {
  return [...counts]
    .map(([name, events]) => ({ name, events }))
    .toSorted((a, b) => b.events - a.events || (a.name < b.name ? -1 : 1))
    .slice(0, offendersShown)
}
