import type { EntryOf } from '../domain/log-entry.ts'
import { Durations } from './durations.ts'
import {
  takenBackWithinMs,
  type DurationFigure,
  type EventCounts,
  type IncidentCounts,
  type IncidentOffender,
  type LogCounts,
} from './figures.ts'
import { Longest, MostOften } from './offenders.ts'

/** What is remembered of an occurrence beside what its incident's state says. */
interface Occurrence {
  /** As the state has it: tells an occurrence from the next one. */
  triggeredAt: number
  /** When it really began: before that, where a resolution was taken back. */
  beganAt: number
  isSeen: boolean
}

/** A person's resolution that can still be taken back. */
interface Resolution {
  at: number
  occurrence: Occurrence
  offender: IncidentOffender
  isCounted: boolean
}

interface Tally {
  counts: IncidentCounts
  acknowledged: Durations
  resolved: Durations
  unseen: Longest
}

/**
 * Follows the occurrences of incidents: how many began and ended in the window, and how long that took. An occurrence
 * begins when its incident is triggered, split off, or reopened after it was resolved; it ends when it is resolved, or goes
 * on in another by a merge. A resolution that is taken back at once was a slip: the occurrence goes on.
 */
export class Occurrences {
  readonly #tally: Tally = {
    counts: none(),
    acknowledged: new Durations(),
    resolved: new Durations(),
    unseen: new Longest(),
  }
  readonly #expired = new MostOften()
  readonly #going = new Map<string, Occurrence>()
  readonly #resolutions = new Map<string, Resolution>()

  /** A change of an incident; outside of the window, or of the position, it is followed, and not counted. */
  take({ at, incident, change }: EntryOf<'incident'>, isCounted: boolean): void {
    const { id, number, title, triggeredAt } = incident
    const known = this.#going.get(id)
    const occurrence =
      known?.triggeredAt === triggeredAt ? known : { triggeredAt, beganAt: triggeredAt, isSeen: false }
    const tookMs = Math.max(0, at - occurrence.beganAt)
    const offender: IncidentOffender = { incidentId: id, number, title, tookMs }
    const count = (word: keyof IncidentCounts): void => {
      if (isCounted) this.#tally.counts[word] += 1
    }
    switch (change.kind) {
      case 'triggered':
        count('triggered')
        return
      case 'splitFrom':
        count('splitOff')
        return
      case 'acknowledged':
      case 'snoozed': {
        // Whoever snoozes what has been acknowledged before says nothing new.
        if (change.kind === 'snoozed' && change.from !== 'triggered') return
        count('acknowledged')
        const isFirst = !occurrence.isSeen && incident.acknowledgedAt === at
        this.#going.set(id, { ...occurrence, isSeen: true })
        if (isFirst && isCounted) this.#tally.acknowledged.add(offender)
        return
      }
      case 'ackExpired':
        count('ackExpired')
        if (isCounted) this.#expired.add(offender)
        return
      case 'merged':
        count('merged')
        this.#going.delete(id)
        return
      case 'resolved': {
        this.#settle(id)
        this.#going.delete(id)
        const isSeen = occurrence.isSeen || incident.acknowledgedAt !== null
        const resolution = { at, isCounted, offender, occurrence: { ...occurrence, isSeen } }
        if (change.by.kind !== 'operator') add(this.#tally, resolution)
        else this.#resolutions.set(id, resolution)
        this.#settleBefore(at - takenBackWithinMs)
        return
      }
      case 'reopened': {
        // An alert of an unresolved incident came back: the incident was never gone.
        if (change.from !== 'resolved') return
        const resolution = this.#resolutions.get(id)
        const isByPerson = change.alertId === null
        if (!isByPerson || !resolution || at - resolution.at > takenBackWithinMs) return count('reopened')
        this.#resolutions.delete(id)
        this.#going.set(id, { ...resolution.occurrence, triggeredAt })
        return count('takenBack')
      }
      default:
    }
  }

  /** Can be asked again after more entries. What can still be taken back counts until it is. */
  result(): {
    counts: Omit<LogCounts, keyof EventCounts>
    acknowledged: DurationFigure
    resolved: DurationFigure
  } {
    const { counts, acknowledged, resolved, unseen } = this.#tally
    const tally = { counts: { ...counts }, acknowledged, resolved: resolved.copy(), unseen: unseen.copy() }
    for (const resolution of this.#resolutions.values()) add(tally, resolution)
    return {
      counts: {
        ...tally.counts,
        ackExpiredIncidents: this.#expired.result(),
        resolvedUnseenIncidents: tally.unseen.result(),
      },
      acknowledged: acknowledged.result(),
      resolved: tally.resolved.result(),
    }
  }

  #settle(id: string): void {
    const resolution = this.#resolutions.get(id)
    if (!resolution) return
    this.#resolutions.delete(id)
    add(this.#tally, resolution)
  }

  /** What nobody took back in time stays resolved. They are in the order of the log. */
  #settleBefore(instant: number): void {
    for (const [id, { at }] of this.#resolutions) {
      if (at >= instant) return
      this.#settle(id)
    }
  }
}

function add({ counts, resolved, unseen }: Tally, { isCounted, occurrence, offender }: Resolution): void {
  if (!isCounted) return
  counts.resolved += 1
  resolved.add(offender)
  if (occurrence.isSeen) return
  counts.resolvedUnseen += 1
  unseen.add(offender)
}

function none(): IncidentCounts {
  return {
    triggered: 0,
    splitOff: 0,
    reopened: 0,
    acknowledged: 0,
    ackExpired: 0,
    resolved: 0,
    resolvedUnseen: 0,
    takenBack: 0,
    merged: 0,
  }
}
