import type { FiguresAnswer } from '../../../src-shared/protocol/reads.ts'
import type { KeyOffender } from '../../../src-shared/figures/figures.ts'
import { id, incidentId } from './sample-rows.ts'

/** What a scripted server has counted in its last day: a bad one. */

const minute = 60_000
const hour = 60 * minute
const longKey = `disk/${'very-long-host-name-without-a-place-to-break.'.repeat(5)}eu-central-1`

const longTeam = 'platform-and-everything-below-it'.repeat(5)

function key(index: number, changes: Partial<KeyOffender> = {}): KeyOffender {
  return {
    sourceId: id(3, 1),
    sourceName: 'alertmanager',
    dedupKey: `disk/orders-${index}`,
    serviceId: id(4, 1),
    title: `Disk 9${index} % on orders-${index}`,
    times: 40 - index,
    ...changes,
  }
}

/** The second of them is not on the board any more. */
function incident(index: number) {
  const number = index === 1 ? 977 : 1042 + index
  const long = 'Filesystem usage above threshold on every node of the batch cluster '.repeat(6)
  return { incidentId: incidentId(number), number, title: index === 2 ? long : 'p99 latency 2.3 s' }
}

export function figures(from: number, to: number): FiguresAnswer {
  const longest = [0, 1, 2].map((index) => ({ ...incident(index), tookMs: (3 - index) * 23 * minute }))
  const intervals = Array.from({ length: 14 }, (_, index) => ({
    at: to - (index + 1) * 10 * minute,
    alarms: 3 + ((index * 7) % 13),
  })).toReversed()
  return {
    window: { from, to },
    readFrom: from + hour,
    isCut: true,
    team: null,
    teams: ['data', 'payments', longTeam],
    acknowledged: { count: 38, meanMs: 4.2 * minute, medianMs: 2.1 * minute, p90Ms: 11 * minute, longest },
    resolved: { count: 41, meanMs: 62 * minute, medianMs: 31 * minute, p90Ms: 3.4 * hour, longest },
    counts: {
      events: 48_213,
      byAction: { trigger: 47_100, acknowledge: 13, resolve: 1_100 },
      bySeverity: { critical: 210, error: 4_003, warning: 43_000, info: 1_000 },
      byEffect: {
        opened: 44,
        joined: 310,
        reopened: 61,
        counted: 46_200,
        raised: 12,
        acknowledged: 13,
        resolved: 1_090,
        suppressed: 480,
        none: 3,
      },
      eventsPerMinute: 33.48,
      peakMinute: { at: to - 70 * minute, events: 9_020 },
      sources: [
        { name: 'alertmanager', events: 47_000 },
        { name: 'probe', events: 1_213 },
      ],
      services: [
        { name: 'orders-db', events: 31_000 },
        { name: 'very-long-service-name-without-any-spaces-in-it-whatsoever-eu-central-1', events: 17_213 },
      ],
      triggered: 44,
      splitOff: 1,
      reopened: 3,
      acknowledged: 40,
      ackExpired: 2,
      resolved: 41,
      resolvedUnseen: 2,
      takenBack: 1,
      merged: 2,
      ackExpiredIncidents: [{ ...incident(0), times: 2 }],
      resolvedUnseenIncidents: longest.slice(1),
    },
    health: {
      annunciated: 412,
      damped: 58,
      dampedKeys: [key(1)],
      per10Minutes: 2.86,
      intervals,
      floods: [{ from: to - 80 * minute, to: to - 40 * minute, alarms: 96, peak: 41 }],
      floodShare: 0.0278,
      staleByDay: [{ day: from, alerts: 2 }],
      staleOnWorstDay: 2,
      stale: [
        {
          alertId: id(5, 1),
          incidentId: incidentId(1044),
          sourceName: 'alertmanager',
          dedupKey: 'disk/old',
          title: 'Disk 92 %',
          openedAt: from - 30 * hour,
          closedAt: null,
        },
      ],
      chatteringKeys: 12,
      chattering: Array.from({ length: 10 }, (_, index) => key(index)),
      fleeting: 1,
      fleetingKeys: [key(3, { title: '', dedupKey: longKey, times: 1 })],
      loudestShare: 0.41,
      loudest: Array.from({ length: 10 }, (_, index) => key(index)),
      byPriority: { low: 340, medium: 51, high: 21 },
    },
  }
}
