import { strict as assert } from 'node:assert'
import type { Figures } from '../../../src-shared/figures/figures.ts'
import type { RecomputedFigures } from './recomputed-figures.ts'

/** Throws, with both sides, where figures differ from their recomputation. */
export function assertSameFigures(figures: Figures, expected: RecomputedFigures): void {
  const { counts, acknowledged, resolved, health } = figures
  const { from, to } = figures.window
  const brief = ({ dedupKey, times }: { dedupKey: string; times: number }) => ({ dedupKey, times })
  const mean = ({ count, meanMs, longest }: Figures['resolved']) => ({
    count,
    meanMs,
    longest: longest[0]?.tookMs ?? null,
  })
  const { triggered, reopened, acknowledged: acts, resolved: ends } = counts
  const actual = {
    counts: {
      events: counts.events,
      triggers: counts.byAction.trigger,
      resolves: counts.byAction.resolve,
      critical: counts.bySeverity.critical,
      counted: counts.byEffect.counted,
    },
    peakMinute: { events: counts.peakMinute?.events },
    incidents: { triggered, reopened, acknowledged: acts, resolved: ends },
    acknowledged: mean(acknowledged),
    resolved: mean(resolved),
    annunciated: { count: health.annunciated },
    intervals: health.intervals,
    flood: { floodedMs: Math.round(health.floodShare * (to - from)), floods: health.floods.length },
    staleByDay: health.staleByDay,
    chattering: health.chattering.map(brief),
    fleeting: health.fleetingKeys.map(brief),
    loudest: health.loudest.map(brief),
    byPriority: health.byPriority,
  }
  const sum = (keys: Record<string, unknown>[]) => keys.reduce((total, { times }) => total + Number(times), 0)
  const shown = { chattering: expected.chattering.slice(0, 10), fleeting: expected.fleeting.slice(0, 10) }
  assert.deepEqual(actual, { ...expected, ...shown })
  assert.equal(health.chatteringKeys, expected.chattering.length)
  assert.equal(health.fleeting, sum(expected.fleeting))
  assert.equal(health.loudestShare, sum(expected.loudest) / Number(expected.annunciated['count']))
  assert.equal(health.per10Minutes, (health.annunciated * 600_000) / (to - from))
}
