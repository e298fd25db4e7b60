import type { Board, Changes } from '../../../src-shared/console-api.ts'
import type { Counts, Freshness, IncidentRow } from '../../../src-shared/console-views.ts'
import { awayAccount, notice, settledAction } from './sample-news.ts'
import { feedLine, freshness, incidentId, normalRows, row, site, stormRows } from './sample-rows.ts'

/** A console in some state; `every` makes changes as time goes on. */
export interface Scenario {
  board: Board
  /** Null: `openBoard` fails with this sentence. */
  failure?: string
  /** Changes to send, every 50 ms; `tick` counts from 0. */
  every?: (tick: number) => Partial<Changes> | null
}

export const scenarioNames = [
  'normal',
  'quiet',
  'storm',
  'stale',
  'blind',
  'blindUnknown',
  'returned',
  'incomplete',
  'proxyLogin',
  'connecting',
  'firstStart',
  'longTexts',
  'failed',
] as const
export type ScenarioName = (typeof scenarioNames)[number]

export const noChanges: Changes = {
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

export function countsOf(rows: readonly IncidentRow[]): Counts {
  const open = rows.filter(({ status }) => status !== 'resolved')
  const count = (test: (row: IncidentRow) => boolean) => open.filter(test).length
  return {
    triggered: count(({ status }) => status === 'triggered'),
    acknowledged: count(({ status }) => status === 'acknowledged'),
    resolved: rows.length - open.length,
    bySeverity: {
      critical: count(({ severity }) => severity === 'critical'),
      error: count(({ severity }) => severity === 'error'),
      warning: count(({ severity }) => severity === 'warning'),
      info: count(({ severity }) => severity === 'info'),
    },
  }
}

function board(rows: IncidentRow[], changes: Partial<Board> = {}): Board {
  return {
    sites: [site(false)],
    freshness: [freshness()],
    counts: countsOf(rows),
    rows,
    feed: Array.from({ length: 40 }, (_, index) => feedLine(index + 900)),
    decisions: [],
    notices: [],
    settled: [],
    away: [],
    firstStart: false,
    demoAvailable: true,
    shell: 'web',
    ...changes,
  }
}

function lost(state: Freshness['state'], known: boolean): Freshness {
  const now = Date.now()
  return freshness({
    state,
    since: now - 95_000,
    completeAt: known ? now - 95_000 : null,
    roundTripMs: null,
    reason:
      state === 'blind' ? 'the server at incidents.example refused the connection' : 'nothing heard for 20 s',
    nextAttemptAt: state === 'blind' ? now + 3600_000 : null,
    waiting: state === 'blind' ? 1 : 0,
  })
}

function withPendingNote(rows: IncidentRow[]): IncidentRow[] {
  const pending = [
    { commandId: incidentId(7), kind: 'note', issuedAt: Date.now(), state: 'waiting' as const },
  ]
  // Its connection was lost between the answer and what it did.
  const done = { commandId: incidentId(8), kind: 'acknowledge', issuedAt: Date.now(), state: 'done' as const }
  return rows.map((each) => {
    if (each.number === 1046) return { ...each, pending: [done] }
    return each.number === 1044 ? { ...each, pending } : each
  })
}

function withPendings(rows: IncidentRow[]): IncidentRow[] {
  const issuedAt = Date.now() - 4000
  const resolve = { commandId: incidentId(5), kind: 'resolve', issuedAt, state: 'waiting' as const }
  const note = { commandId: incidentId(6), kind: 'note', issuedAt, state: 'sent' as const }
  return rows.map((each) => (each.number === 1042 ? { ...each, pending: [note, resolve] } : each))
}

function longRows(): IncidentRow[] {
  const long =
    'Filesystem usage above threshold on every node of the batch-processing cluster in hall B, row 17 '
  const serviceName = 'very-long-service-name-without-any-spaces-in-it-whatsoever-eu-central-1'
  const word = 'https://monitoring.example/a-single-word-that-has-no-place-to-break'.repeat(4)
  return [
    row(999_999, {
      title: long.repeat(9),
      serviceName,
      eventCount: 1_284_773,
      severity: 'critical',
      flapCount: 12,
    }),
    row(1, { title: word, serviceName, serviceCount: 250, acknowledgedBy: 'x' }),
    row(2, { title: '<img src=x onerror=alert(1)> <b>not bold</b>', severity: 'info' }),
    row(3, { title: 'قاعدة البيانات متوقفة · 数据库停止响应 · 🔥', severity: 'warning' }),
  ]
}

export function createScenario(name: ScenarioName): Scenario {
  switch (name) {
    case 'normal':
      return {
        board: board(normalRows(), { sites: [site(true)] }),
        every: (tick) =>
          tick % 8 === 0 ? { feed: [feedLine(2000 + tick)], eventsPerSecond: 2 + (tick % 3) } : null,
      }
    case 'quiet':
      return { board: board([], { feed: [] }) }
    case 'storm': {
      const rows = stormRows(2000)
      return {
        board: board(rows),
        every: (tick) => {
          const from = (tick * 40) % rows.length
          const changed = rows.slice(from, from + 40).map((each) => ({
            ...each,
            revision: each.revision + tick + 1,
            eventCount: each.eventCount + tick,
          }))
          const added = row(10_000 + tick, {
            severity: tick % 9 === 0 ? 'critical' : 'warning',
            triggeredAt: Date.now(),
          })
          const feed = Array.from({ length: 30 }, (_, index) => feedLine(5000 + tick * 30 + index))
          return {
            rows: [...changed, added],
            feed,
            feedSkipped: 470,
            eventsPerSecond: 10_000 - (tick % 7) * 90,
          }
        },
      }
    }
    case 'stale':
      return { board: board(normalRows(), { freshness: [lost('stale', true)] }) }
    case 'blind':
      return { board: board(withPendingNote(normalRows()), { freshness: [lost('blind', true)] }) }
    case 'blindUnknown':
      return { board: board([], { freshness: [lost('blind', false)], feed: [] }) }
    case 'returned':
      return {
        board: board(withPendings(normalRows()), {
          sites: [site(true)],
          freshness: [freshness({ transport: 'longPoll', roundTripMs: 61, waiting: 2 })],
          away: [awayAccount()],
          notices: [
            notice('info', 'This console was updated to 0.2.0.'),
            notice(
              'error',
              'The cache was damaged and kept aside as console.db.damaged-1; 2 actions were saved.',
            ),
          ],
          settled: [
            settledAction(),
            settledAction({
              commandId: incidentId(8),
              status: 'rejected',
              message: 'A viewer cannot resolve.',
            }),
          ],
        }),
      }
    case 'incomplete':
      return {
        board: board(normalRows(), {
          away: [
            awayAccount({
              cause: 'asleep',
              durationMs: 9 * 3600_000,
              lost: 'The server keeps its log for 8 h: events from 02:11 to 03:04 are not in the feed here. The incidents are as they stand now.',
            }),
          ],
        }),
        every: (tick) => (tick % 20 === 0 ? { eventsPerSecond: 412 } : null),
      }
    case 'proxyLogin': {
      const proxy = 'http://proxy.example:3128'
      const asking = { reason: `the proxy at ${proxy} asks for a login`, proxyAsksLogin: proxy }
      return { board: board(normalRows(), { freshness: [{ ...lost('blind', true), ...asking }] }) }
    }
    case 'connecting':
      return {
        board: board([], {
          freshness: [freshness({ state: 'connecting', completeAt: null, roundTripMs: null })],
          feed: [],
        }),
      }
    case 'firstStart':
      return { board: board([], { sites: [], freshness: [], feed: [], firstStart: true }) }
    case 'longTexts':
      return { board: board(longRows()) }
    case 'failed':
      return { board: board([]), failure: 'The cache at console.db could not be opened: the disk is full.' }
  }
}
