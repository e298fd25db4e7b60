import type { Alert } from '../domain/alert.ts'
import {
  offendersShown,
  takenBackWithinMs,
  type AlarmHealth,
  type FiguresWindow,
  type StandingAlert,
} from './figures.ts'
import type { Position } from './position.ts'

const dayMs = 86_400_000
/** An alert is stale once it has stood for longer than this (ISA-18.2). */
const staleAfterMs = 24 * 3_600_000

/** What an event said of an alert; null when none did: a person, or the end of maintenance. */
export type EventsWord = 'opens' | 'ends' | null

interface Standing {
  alert: Alert
  openedAt: number
  /** It stands because a person reopened its incident: its monitor did not say so anew. */
  isByHand: boolean
}

interface EndedByHand {
  standing: Standing
  closedAt: number
}

/** Follows which alerts stand, and since when. Keeps those that stand or that a person ended, and those that became stale. */
export class StandingAlerts {
  readonly #window: FiguresWindow
  readonly #position: Position
  readonly #standing = new Map<string, Standing>()
  readonly #suppressed = new Set<string>()
  readonly #endedByHand = new Map<string, EndedByHand>()
  readonly #staleOnDay = new Map<number, Set<string>>()
  #stale: StandingAlert[] = []

  constructor(window: FiguresWindow, position: Position) {
    this.#window = window
    this.#position = position
  }

  /**
   * A new state of an alert; `word`: what the event before it said of it. Suppressed ones do not stand: nobody was told of
   * them.
   */
  take(alert: Alert, at: number, word: EventsWord): void {
    const before = this.#standing.get(alert.id)
    const wasSuppressed = this.#suppressed.delete(alert.id)
    if (alert.isOpen && !alert.isSuppressed) {
      const isNew = word === 'opens' || wasSuppressed || alert.revision === 1
      const { openedAt, isByHand } =
        before ?? (isNew ? { openedAt: at, isByHand: false } : this.#restored(alert, at))
      this.#endedByHand.delete(alert.id)
      this.#standing.set(alert.id, { alert, openedAt, isByHand })
      return
    }
    if (alert.isOpen) this.#suppressed.add(alert.id)
    this.#end(alert.id, at)
    if (before && word !== 'ends') this.#endedByHand.set(alert.id, { standing: before, closedAt: at })
  }

  /** An alert that was taken out of the log. */
  forget(alertId: string, at: number): void {
    this.#suppressed.delete(alertId)
    this.#endedByHand.delete(alertId)
    this.#end(alertId, at)
  }

  /** The alert as it stands; undefined when it does not. */
  find(alertId: string): Standing | undefined {
    return this.#standing.get(alertId)
  }

  /** Counts what still stands up to the window's end. Can be asked again after more entries. */
  result(): Pick<AlarmHealth, 'staleByDay' | 'staleOnWorstDay' | 'stale'> {
    const days = new Map([...this.#staleOnDay].map(([day, alerts]) => [day, alerts.size]))
    const stale = [...this.#stale]
    for (const standing of this.#standing.values()) {
      const own = this.#staleDays(standing, Number.POSITIVE_INFINITY)
      if (own.length === 0) continue
      stale.push(describe(standing, null))
      for (const day of own) {
        if (!this.#staleOnDay.get(day)?.has(standing.alert.id)) days.set(day, (days.get(day) ?? 0) + 1)
      }
    }
    const staleByDay = [...days]
      .toSorted(([a], [b]) => a - b)
      .map(([day, alerts]) => ({ day: day * dayMs, alerts }))
    return {
      staleByDay,
      staleOnWorstDay: staleByDay.reduce((worst, { alerts }) => Math.max(worst, alerts), 0),
      stale: longestStanding(stale),
    }
  }

  /** Since when an alert stands that no event opened now: a person did. */
  #restored({ id, firstSeenAt }: Alert, at: number): Omit<Standing, 'alert'> {
    const ended = this.#endedByHand.get(id)
    // The log may have forgotten its opening: then it counts from when it was first seen.
    if (!ended) return { openedAt: firstSeenAt, isByHand: false }
    if (at - ended.closedAt > takenBackWithinMs) return { openedAt: at, isByHand: true }
    // A slip: it stands on, and has not ended yet.
    this.#stale = this.#stale.filter(({ alertId, closedAt }) => alertId !== id || closedAt !== ended.closedAt)
    return ended.standing
  }

  #end(alertId: string, closedAt: number): void {
    const standing = this.#standing.get(alertId)
    if (!standing) return
    this.#standing.delete(alertId)
    const days = this.#staleDays(standing, closedAt)
    if (days.length === 0) return
    this.#stale.push(describe(standing, closedAt))
    if (this.#stale.length > 10 * offendersShown) this.#stale = longestStanding(this.#stale)
    for (const day of days) {
      const alerts = this.#staleOnDay.get(day) ?? new Set()
      this.#staleOnDay.set(day, alerts.add(standing.alert.id))
    }
  }

  /** Numbers of the days (UTC) on which an alert of the position was stale at some time in the window. */
  #staleDays({ alert, openedAt }: Standing, closedAt: number): number[] {
    if (!this.#position.hasAlert(alert)) return []
    const start = Math.max(this.#window.from, openedAt + staleAfterMs)
    const end = Math.min(this.#window.to, closedAt)
    const days: number[] = []
    for (let day = Math.floor(start / dayMs); day * dayMs < end && start < end; day += 1) days.push(day)
    return days
  }
}

function describe({ alert, openedAt }: Standing, closedAt: number | null): StandingAlert {
  const { id: alertId, incidentId, sourceName, dedupKey, title } = alert
  return { alertId, incidentId, sourceName, dedupKey, title, openedAt, closedAt }
}

function longestStanding(alerts: StandingAlert[]): StandingAlert[] {
  return alerts
    .toSorted((a, b) => a.openedAt - b.openedAt || (a.alertId < b.alertId ? -1 : 1))
    .slice(0, offendersShown)
}
