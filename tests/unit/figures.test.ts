import { describe, expect, it } from 'vitest'
import { incidentChangeKinds, type IncidentChange } from '../../src-shared/domain/incident.ts'
import { eventEffects } from '../../src-shared/domain/event.ts'
import type { LogEntry } from '../../src-shared/domain/log-entry.ts'
import { Durations } from '../../src-shared/figures/durations.ts'
import { figuresSchema } from '../../src-shared/figures/figures.ts'
import { judgeHealth } from '../../src-shared/figures/health-targets.ts'
import { floodsIn } from '../../src-shared/figures/floods.ts'
import { LogFigures } from '../../src-shared/figures/log-figures.ts'
import { positionOf } from '../../src-shared/figures/position.ts'
import { assertSameFigures } from '../support/figures/compare-figures.ts'
import { generatedLog, generatedServices } from '../support/figures/generated-log.ts'
import { recomputeFigures } from '../support/figures/recomputed-figures.ts'
import { sampleAlert, sampleId, sampleIncident, sampleMonitoringEvent } from '../support/sample-incident.ts'

const day = 86_400_000
const start = Date.UTC(2026, 10, 20)

describe('figures of a log', () => {
  it.each([
    { events: 100_000, keys: 400, days: 5 },
    { events: 3_000, keys: 40, days: 12 },
    { events: 2_000, keys: 600, days: 1 },
  ])(
    'are those of an independent recomputation: $events events, $keys keys, $days days',
    ({ events, keys, days }) => {
      const log = [...generatedLog({ events, keys, seed: events, from: start, overMs: days * day })]
      const last = log.at(-1)?.at ?? start
      // Neither begins nor ends where the log does, nor at a round time.
      const from = start + Math.floor((last - start) * 0.2) + 12_345
      const to = last - Math.floor((last - start) * 0.1)
      const figures = new LogFigures({ from, to })
      for (const entry of log) figures.take(entry)
      const result = figures.result()
      expect(figuresSchema.parse(result)).toEqual(result)
      assertSameFigures(result, recomputeFigures(log, from, to))
    },
    30_000,
  )

  it.each([1, 4, 23])(
    'of an operating position are those of an independent recomputation: %i of 23 services',
    (many) => {
      const log = [...generatedLog({ events: 20_000, keys: 200, seed: many, from: start, overMs: 6 * day })]
      const [from, to] = [start + 2 * day + 12_345, start + 5 * day]
      const services = generatedServices.slice(5).concat(generatedServices.slice(0, 5)).slice(0, many)
      const figures = new LogFigures({ from, to }, positionOf(services))
      const all = new LogFigures({ from, to })
      for (const entry of log) for (const each of [figures, all]) each.take(entry)
      const result = figures.result()
      assertSameFigures(result, recomputeFigures(log, from, to, services))
      const { counts, health } = all.result()
      if (many === 23) return expect(result).toEqual(all.result())
      expect(result.counts.events).toBeLessThan(counts.events / 2)
      expect(result.health.annunciated).toBeLessThan(health.annunciated / 2)
      expect(result.acknowledged.count).toBeGreaterThan(0)
      expect(result.health.staleOnWorstDay).toBeGreaterThan(0)
    },
    30_000,
  )

  it('are held against a log in which everything happens that can happen to an incident', () => {
    const figures = new LogFigures({ from: start, to: start + 30 * day })
    const seen = new Set<string>()
    for (const entry of generatedLog({ events: 20_000, keys: 80, seed: 1, from: start, overMs: day })) {
      if (entry.kind === 'event') seen.add(entry.event.effect)
      if (entry.kind === 'incident') seen.add(entry.change.kind)
      figures.take(entry)
    }
    const unheardOf = [...incidentChangeKinds, ...eventEffects].filter((word) => !seen.has(word))
    expect(unheardOf).toEqual([])
    const { counts, health } = figures.result()
    const { takenBack, splitOff, merged, ackExpired, resolvedUnseen } = counts
    const least = Math.min(takenBack, splitOff, merged, ackExpired, resolvedUnseen, health.damped)
    expect(least).toBeGreaterThan(10)
  })

  it('have percentiles that did occur: the smallest that so many do not exceed', () => {
    const durations = new Durations()
    const of = (tookMs: number) => ({ incidentId: sampleId(1), number: 1, title: '', tookMs })
    for (let tookMs = 100; tookMs >= 10; tookMs -= 10) durations.add(of(tookMs))
    expect(durations.result()).toMatchObject({ count: 10, meanMs: 55, medianMs: 50, p90Ms: 90 })
    const copy = durations.copy()
    copy.add(of(1_000))
    expect(copy.result()).toMatchObject({ count: 11, medianMs: 60 })
    expect(copy.result().longest[0]?.tookMs).toBe(1_000)
    expect(durations.result().count).toBe(10)
  })

  it('are empty, not undefined, without entries', () => {
    const { acknowledged, health, counts } = new LogFigures({ from: start, to: start + day }).result()
    expect(acknowledged).toEqual({ count: 0, meanMs: null, medianMs: null, p90Ms: null, longest: [] })
    expect(health).toMatchObject({
      annunciated: 0,
      per10Minutes: 0,
      floodShare: 0,
      loudestShare: 0,
      staleOnWorstDay: 0,
    })
    expect(counts).toMatchObject({ events: 0, peakMinute: null })
  })

  it('name the stale alert with its days, up to the end while it stands', () => {
    const alert = sampleAlert({ firstSeenAt: start, lastSeenAt: start })
    const figures = new LogFigures({ from: start, to: start + 3 * day })
    figures.take({ seq: 1, at: start + 1, kind: 'alert', alert })
    expect(figures.result().health).toMatchObject({
      staleByDay: [
        { day: start + day, alerts: 1 },
        { day: start + 2 * day, alerts: 1 },
      ],
      stale: [{ alertId: alert.id, closedAt: null }],
    })
    const closed = { ...alert, revision: 2, isOpen: false }
    figures.take({ seq: 2, at: start + day + 5, kind: 'alert', alert: closed })
    expect(figures.result().health).toMatchObject({
      staleByDay: [{ day: start + day, alerts: 1 }],
      stale: [{ alertId: alert.id, closedAt: start + day + 5 }],
    })
  })

  it('name the incident that was waited for the longest, once for each occurrence', () => {
    const figures = new LogFigures({ from: start, to: start + day })
    const take = (seq: number, incident: object, kind: 'acknowledged' | 'resolved', at: number) =>
      figures.take({
        seq,
        at,
        kind: 'incident',
        incident: sampleIncident({ triggeredAt: start, ...incident }),
        change: changeOf({ kind }),
      } satisfies LogEntry)
    take(1, { acknowledgedAt: start + 5_000 }, 'acknowledged', start + 5_000)
    take(2, { acknowledgedAt: start + 5_000 }, 'acknowledged', start + 9_000)
    take(3, { id: sampleId(43), acknowledgedAt: start + 7_000 }, 'acknowledged', start + 7_000)
    take(4, { acknowledgedAt: start + 5_000 }, 'resolved', start + 60_000)
    expect(figures.result()).toMatchObject({
      acknowledged: { count: 2, meanMs: 6_000, longest: [{ incidentId: sampleId(43) }, { tookMs: 5_000 }] },
      resolved: { count: 1, meanMs: 60_000 },
      counts: { acknowledged: 3, resolved: 1, resolvedUnseen: 0 },
    })
  })

  it('name whose acknowledgement ran out most often, and what was resolved unseen the longest after it began', () => {
    const figures = new LogFigures({ from: start, to: start + day })
    let seq = 0
    const take = (number: number, kind: IncidentChange['kind'], at: number, title = `incident ${number}`) =>
      figures.take({
        seq: (seq += 1),
        at: start + at,
        kind: 'incident',
        incident: sampleIncident({ id: sampleId(number), number, title, triggeredAt: start }),
        change: changeOf({ kind }),
      } satisfies LogEntry)
    take(1, 'ackExpired', -1)
    for (const at of [1, 2, 3]) take(2, 'ackExpired', at, `title ${at}`)
    take(1, 'ackExpired', 4)
    take(3, 'acknowledged', 5)
    take(3, 'resolved', 90_000)
    take(4, 'resolved', 50_000)
    take(5, 'resolved', 60_000)
    const { counts } = figures.result()
    expect(counts.ackExpiredIncidents).toEqual([
      { incidentId: sampleId(2), number: 2, title: 'title 3', times: 3 },
      { incidentId: sampleId(1), number: 1, title: 'incident 1', times: 1 },
    ])
    expect(counts.resolvedUnseenIncidents).toMatchObject([
      { number: 5, tookMs: 60_000 },
      { number: 4, tookMs: 50_000 },
    ])
  })

  it('take an alert whose opening is forgotten to stand since it was first seen', () => {
    const alert = sampleAlert({ revision: 9, firstSeenAt: start - 2 * day, lastSeenAt: start })
    const figures = new LogFigures({ from: start, to: start + day })
    figures.take({ seq: 900, at: start, kind: 'event', event: sampleMonitoringEvent({ effect: 'counted' }) })
    figures.take({ seq: 901, at: start, kind: 'alert', alert })
    expect(figures.result().health.stale).toMatchObject([{ openedAt: start - 2 * day }])
  })
})

describe('a flood', () => {
  const minutes = (alarms: number[]) => new Map(alarms.map((count, index) => [index, count]))
  it('begins above ten in ten minutes and ends below five', () => {
    expect(floodsIn(minutes([10, 11, 5, 4, 12]), 0, 10 * 600_000)).toEqual([
      { from: 600_000, to: 1_800_000, alarms: 16, peak: 11 },
      { from: 2_400_000, to: 3_000_000, alarms: 12, peak: 12 },
    ])
  })

  it('ends with ten minutes without any, and is clipped to the window', () => {
    const alarms = new Map([
      [1, 20],
      [3, 9],
    ])
    expect(floodsIn(alarms, 700_000, 900_000)).toEqual([{ from: 700_000, to: 900_000, alarms: 20, peak: 20 }])
  })
})

describe('alarm health', () => {
  const missed = (figures: LogFigures) =>
    Object.entries(judgeHealth(figures.result().health)).flatMap(([figure, { value, isMissed }]) =>
      isMissed === false ? [] : [[figure, value, isMissed]],
    )
  const withAlarms = (count: number) => {
    const figures = new LogFigures({ from: start, to: start + day })
    for (let index = 0; index < count; index += 1) {
      const alert = sampleAlert({ id: sampleId(1_000 + index), revision: 1 })
      const at = start + index * 10_000
      figures.take({ seq: index * 2 + 1, at, kind: 'alert', alert })
      figures.take({
        seq: index * 2 + 2,
        at,
        kind: 'incident',
        incident: sampleIncident(),
        change: changeOf({ kind: 'triggered', alertId: alert.id }),
      })
    }
    return figures
  }

  it('names the figures that miss their targets', () => {
    expect(missed(withAlarms(400))).toEqual([
      ['per10Minutes', expect.closeTo(2.78), true],
      ['floodShare', expect.closeTo(0.049, 2), true],
      ['chatteringKeys', 1, true],
      ['loudestShare', 1, true],
      ['highPriorityShare', 1, true],
    ])
  })

  it('judges no share of a handful of alarms, and finds nothing wrong with a quiet day', () => {
    expect(missed(withAlarms(2))).toEqual([
      ['loudestShare', 1, null],
      ['highPriorityShare', 1, null],
    ])
    expect(missed(withAlarms(0))).toEqual([
      ['loudestShare', 0, null],
      ['highPriorityShare', 0, null],
    ])
  })
})

function changeOf(change: Partial<IncidentChange> & Pick<IncidentChange, 'kind'>): IncidentChange {
  const by = { kind: 'operator', name: 'mira' } as const
  return { by, clientId: null, from: null, text: null, reason: null, alertId: null, eventId: null, ...change }
}
