import { heard, unheard, type Chatter } from '../correlation/chattering.ts'
import type { Alert } from '../domain/alert.ts'
import type { EntryOf } from '../domain/log-entry.ts'
import type { Priority } from '../domain/severity.ts'
import { offendersShown, type AlarmHealth, type FiguresWindow, type KeyOffender } from './figures.ts'
import { floodsIn, intervalMs, intervalOf } from './floods.ts'

const loudestKeys = 10

const ranks = {
  P1: 'high',
  P2: 'high',
  P3: 'medium',
  P4: 'low',
  P5: 'low',
} as const satisfies Record<Priority, keyof AlarmHealth['byPriority']>

interface KeyRecord {
  offender: KeyOffender
  chatter: Chatter
  fleeting: number
  damped: number
}

type AnnunciationFigures = Omit<AlarmHealth, 'staleByDay' | 'staleOnWorstDay' | 'stale'>

/** Counts alarms: what an incident announced of its alerts. Keeps a record for each key, and none for an alarm. */
export class Annunciations {
  readonly #window: FiguresWindow
  readonly #keys = new Map<string, KeyRecord>()
  readonly #intervals = new Map<number, number>()
  readonly #byPriority = { low: 0, medium: 0, high: 0 }
  #annunciated = 0

  constructor(window: FiguresWindow) {
    this.#window = window
  }

  /** A change of an incident in the window that is about this alert; `isDamped`: nobody was told of it. */
  take({ at, incident, change }: EntryOf<'incident'>, alert: Alert, isDamped: boolean): void {
    const isRaised = change.kind === 'severityRaised'
    if (!isRaised && !isOpening(change.kind)) return
    const record = this.#record(alert)
    record.offender.title = alert.title
    // An alarm that gets worse stands already: it does not come anew. One that is damped does.
    if (!isRaised) record.chatter = heard(record.chatter, at)
    if (isDamped) {
      record.damped += 1
      return
    }
    this.#annunciated += 1
    this.#byPriority[ranks[incident.priority]] += 1
    const interval = intervalOf(at)
    this.#intervals.set(interval, (this.#intervals.get(interval) ?? 0) + 1)
    record.offender.times += 1
  }

  /** An alert ended by itself, in the window, within a minute of its opening. */
  takeFleeting(alert: Alert): void {
    this.#record(alert).fleeting += 1
  }

  result(): AnnunciationFigures {
    const { from, to } = this.#window
    const records = [...this.#keys.values()]
    const chattering = records.filter(({ chatter }) => chatter.since !== null)
    const fleeting = records.filter((record) => record.chatter.since === null && record.fleeting > 0)
    const floods = floodsIn(this.#intervals, from, to)
    const flooded = floods.reduce((sum, flood) => sum + flood.to - flood.from, 0)
    const loudest = ranked(records, ({ offender }) => offender.times, loudestKeys)
    const loud = loudest.reduce((sum, { times }) => sum + times, 0)
    return {
      annunciated: this.#annunciated,
      damped: records.reduce((sum, { damped }) => sum + damped, 0),
      dampedKeys: ranked(records, ({ damped }) => damped, offendersShown),
      per10Minutes: to > from ? (this.#annunciated * intervalMs) / (to - from) : 0,
      intervals: [...this.#intervals]
        .toSorted(([a], [b]) => a - b)
        .map(([interval, alarms]) => ({ at: interval * intervalMs, alarms })),
      floods,
      floodShare: to > from ? flooded / (to - from) : 0,
      chatteringKeys: chattering.length,
      chattering: ranked(chattering, ({ chatter }) => chatter.total, offendersShown),
      fleeting: fleeting.reduce((sum, record) => sum + record.fleeting, 0),
      fleetingKeys: ranked(fleeting, (record) => record.fleeting, offendersShown),
      loudestShare: this.#annunciated > 0 ? loud / this.#annunciated : 0,
      loudest,
      byPriority: { ...this.#byPriority },
    }
  }

  #record({ sourceId, sourceName, dedupKey, serviceId, title }: Alert): KeyRecord {
    const key = `${sourceId} ${dedupKey}`
    const known = this.#keys.get(key)
    if (known) return known
    const offender = { sourceId, sourceName, dedupKey, serviceId, title, times: 0 }
    const fresh: KeyRecord = { offender, chatter: unheard, fleeting: 0, damped: 0 }
    this.#keys.set(key, fresh)
    return fresh
  }
}

function isOpening(kind: EntryOf<'incident'>['change']['kind']): boolean {
  return kind === 'triggered' || kind === 'alertJoined' || kind === 'reopened'
}

/** The worst first; of equal ones the one whose key sorts first, so that a figure is the same each time. */
function ranked(records: KeyRecord[], timesOf: (record: KeyRecord) => number, most: number): KeyOffender[] {
  return records
    .filter((record) => timesOf(record) > 0)
    .map((record) => ({ ...record.offender, times: timesOf(record) }))
    .toSorted(
      (a, b) => b.times - a.times || compare(a.dedupKey, b.dedupKey) || compare(a.sourceId, b.sourceId),
    )
    .slice(0, most)
}

function compare(a: string, b: string): number {
  if (a === b) return 0
  return a < b ? -1 : 1
}
