import type { AwayAccount } from '../../../src-shared/console-views.ts'

/** A shorter absence is a hiccup that nobody needs to read about, unless something was lost; in ms. */
const worthTellingMs = 10_000

/** How a site stood when it was live the last time, and what could not be read since. */
export interface LiveMark {
  /** This machine's clock. */
  liveAt: number
  epoch: string
  seq: number
  /** The server's clock. */
  completeAt: number
  /** Events of the feed that the server left out since. */
  skipped: number
  /** Why the log could not be read on from here; null when it was. */
  lost: string | null
}

/** How it stands now that it is live again. */
export interface LiveAgain {
  siteId: string
  at: number
  epoch: string
  seq: number
  cause: AwayAccount['cause']
  /** Counts the cached incidents by what happened to them after an instant of the server's clock. */
  countMoved: (after: number) => MovedIncidents
}

export interface MovedIncidents {
  triggered: number
  resolved: number
  changed: number
}

/**
 * The account of an absence, from how things stood before and after it. Null when it was not worth telling: short,
 * and nothing was lost. It never says "none lost" when the log was not read on from where it stood.
 */
export function accountOfAbsence(mark: LiveMark, now: LiveAgain): AwayAccount | null {
  const { siteId, at, cause } = now
  // The wall clock may have been set back meanwhile.
  const durationMs = Math.max(0, at - mark.liveAt)
  const lost = whatIsLost(mark, now)
  if (durationMs < worthTellingMs && lost === null) return null
  const moved = now.countMoved(mark.completeAt)
  return {
    siteId,
    from: mark.liveAt,
    to: Math.max(at, mark.liveAt),
    durationMs,
    cause,
    changes: now.epoch === mark.epoch ? Math.max(0, now.seq - mark.seq) : 0,
    incidentsTriggered: moved.triggered,
    incidentsResolved: moved.resolved,
    incidentsChanged: moved.changed,
    lost,
  }
}

function whatIsLost(mark: LiveMark, now: LiveAgain): string | null {
  if (now.epoch !== mark.epoch || now.seq < mark.seq)
    return `The log of before is gone (${mark.lost ?? 'the server has another log'}): incidents are shown as they stand now, what happened meanwhile cannot be told.`
  if (mark.lost !== null && now.seq > mark.seq)
    return `Positions ${mark.seq + 1} to ${now.seq} of the log were not read one by one (${mark.lost}): incidents are shown as they stand now, steps in between and events of the feed are missing here.`
  if (mark.skipped > 0)
    return `${mark.skipped === 1 ? '1 event' : `${mark.skipped} events`} of the feed ${mark.skipped === 1 ? 'was' : 'were'} skipped; incidents are complete.`
  return null
}
