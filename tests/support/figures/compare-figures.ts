import { strict as assert } from 'node:assert'
import type { Figures } from '../../../src-shared/figures/figures.ts'
import type { RecomputedFigures } from './recomputed-figures.ts'

/** Throws, with both sides, where figures differ from their recomputation. */
export function assertSameFigures(figures: Figures, expected: RecomputedFigures): void {
  const { counts, acknowledged, resolved, health } = figures
  const { from, to } = figures.window
  const brief = ({ dedupKey, times }: { dedupKey: string; times: number }) => ({ dedupKey, times })
  const durations = ({ count, meanMs, medianMs, p90Ms, longest }: Figures['resolved']) => ({
    count,
    meanMs,
    medianMs,
    p90Ms,
    longest: longest[0]?.tookMs ?? null,
  })
  const { triggered, splitOff, reopened, acknowledged: acts, ackExpired, takenBack, merged } = counts
  const actual = {
    counts: {
      events: counts.events,
      triggers: counts.byAction.trigger,
      resolves: counts.byAction.resolve,
      critical: counts.bySeverity.critical,
      counted: counts.byEffect.counted,
    },
    peakMinute: { events: counts.peakMinute?.events },
    incidents: {
      ...{ triggered, splitOff, reopened, acknowledged: acts, ackExpired },
      ...{ resolved: counts.resolved, resolvedUnseen: counts.resolvedUnseen, takenBack, merged },
    },
    acknowledged: durations(acknowledged),
    resolved: durations(resolved),
    longestAcknowledged: acknowledged.longest,
    longestResolved: resolved.longest,
    longestUnseen: counts.resolvedUnseenIncidents,
    ackExpired: counts.ackExpiredIncidents,
    annunciated: { count: health.annunciated },
    damped: health.dampedKeys.map(brief),
    intervals: health.intervals,
    flood: { floodedMs: Math.round(health.floodShare * (to - from)), floods: health.floods.length },
    staleByDay: health.staleByDay,
    chattering: health.chattering.map(brief),
    fleeting: health.fleetingKeys.map(brief),
    loudest: health.loudest.map(brief),
    byPriority: health.byPriority,
  }
  const sum = (keys: Record<string, unknown>[]) => keys.reduce((total, { times }) => total + Number(times), 0)
  const { chattering, fleeting, damped } = expected
  const shown = {
    chattering: chattering.slice(0, 10),
    fleeting: fleeting.slice(0, 10),
    damped: damped.slice(0, 10),
  }
  assert.deepEqual(actual, { ...expected, ...shown })
  assert.equal(health.chatteringKeys, chattering.length)
  assert.equal(health.fleeting, sum(fleeting))
  assert.equal(health.damped, sum(damped))
  assert.equal(health.loudestShare, sum(expected.loudest) / Number(expected.annunciated['count']))
  assert.equal(health.per10Minutes, (health.annunciated * 600_000) / (to - from))
}
