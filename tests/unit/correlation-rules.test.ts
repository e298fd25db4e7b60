import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { heard, unheard } from '../../src-shared/correlation/chattering.ts'
import { createCorrelator, type CorrelatedEvent } from '../../src-shared/correlation/correlator.ts'
import { previewSchema } from '../../src-shared/correlation/preview.ts'
import { previewCorrelation, previewOf } from '../../src-shared/correlation/preview-correlation.ts'
import {
  builtInRules,
  correlationRulesSchema,
  type CorrelationRule,
} from '../../src-shared/correlation/rule.ts'
import { CorrelationSimulation } from '../../src-shared/correlation/simulation.ts'
import { fitsPieces } from '../../src-shared/domain/text-pattern.ts'
import { sampleAlert, sampleId, sampleMonitoringEvent, sampleStart } from '../support/sample-incident.ts'

const times = { settleMs: 30_000, flapSettleMs: 300_000, reopenMs: 300_000, ackTimeoutMs: 1_800_000 }

function rules(...written: unknown[]): CorrelationRule[] {
  return correlationRulesSchema.parse(written)
}

const perCluster = {
  name: 'one cluster',
  reason: 'same cluster {label.cluster}',
  match: [
    { field: 'label.env', anyOf: ['prod*'] },
    { field: 'service', anyOf: ['test-*'], negated: true },
  ],
  groupBy: ['label.cluster'],
  withinMs: 600_000,
}

describe('correlation rules', () => {
  it('group by what they name, for what they match, and say why in the event’s own words', () => {
    const correlator = createCorrelator(rules(perCluster))
    const correlate = (event: CorrelatedEvent, at: number) => correlator(event, at).groups
    const event = (changes: object) =>
      sampleMonitoringEvent({ labels: { env: 'Production', cluster: 'b' }, ...changes })
    const [candidate] = correlate(event({}), sampleStart)
    expect(candidate).toMatchObject({ rule: 'one cluster', reason: 'same cluster b' })
    expect(correlate(event({ title: 'another', service: 'x' }), sampleStart)[0]?.key).toBe(candidate?.key)
    expect(correlate(event({ labels: { env: 'prod', cluster: 'c' } }), sampleStart)[0]?.key).not.toBe(
      candidate?.key,
    )
    expect(correlate(event({ labels: { env: 'prod' } }), sampleStart)).toEqual([])
    expect(correlate(event({ labels: { env: 'staging', cluster: 'b' } }), sampleStart)).toEqual([])
    expect(correlate(event({ service: 'test-1' }), sampleStart)).toEqual([])
  })

  it('admit to an incident that moved within the window and is not resolved', () => {
    const [candidate] = createCorrelator(rules(perCluster))(
      sampleMonitoringEvent({ labels: { env: 'prod', cluster: 'b' } }),
      sampleStart,
    ).groups
    const admits = (status: 'triggered' | 'resolved', agoMs: number) =>
      candidate?.admits({ status, updatedAt: sampleStart - agoMs })
    expect([admits('triggered', 600_000), admits('triggered', 600_001), admits('resolved', 0)]).toEqual([
      true,
      false,
      false,
    ])
  })

  it('keep groups of the same name of two sources apart', () => {
    const correlate = createCorrelator(builtInRules)
    const group = { key: '{}:{alertname="A"}', reason: 'same alertname' }
    const [a] = correlate(sampleMonitoringEvent({ group }), sampleStart).groups
    const [b] = correlate(sampleMonitoringEvent({ group, sourceId: crypto.randomUUID() }), sampleStart).groups
    expect(a?.reason).toBe('same alertname')
    expect(a?.key).not.toBe(b?.key)
  })

  it('say a priority without grouping, and each says it only of what it fits', () => {
    const correlate = createCorrelator(
      rules(
        { name: 'trials', match: [{ field: 'label.env', anyOf: ['trial'] }], priority: 'P5' },
        { ...perCluster, priority: 'P1' },
        { name: 'all', priority: 'P4' },
      ),
    )
    const of = (labels: Record<string, string>) => correlate(sampleMonitoringEvent({ labels }), sampleStart)
    expect(of({ env: 'trial' })).toEqual({ groups: [], priority: { priority: 'P5', rule: 'trials' } })
    const grouped = of({ env: 'prod', cluster: 'b' })
    expect(grouped.groups).toHaveLength(1)
    expect(grouped.priority).toEqual({ priority: 'P1', rule: 'one cluster' })
    // It lacks the label by which that rule groups.
    expect(of({ env: 'prod' })).toEqual({ groups: [], priority: { priority: 'P4', rule: 'all' } })
  })

  it('are refused with the place of what is wrong', () => {
    const twice = correlationRulesSchema.safeParse([perCluster, perCluster])
    expect(twice.error?.issues[0]).toMatchObject({ path: [1, 'name'] })
    const taken = correlationRulesSchema.safeParse([{ ...perCluster, name: builtInRules[0]?.name }])
    expect(taken.error?.issues[0]).toMatchObject({
      path: [0, 'name'],
      message: 'a built-in rule is called group of the source: names tell their groups apart',
    })
    const wrong = correlationRulesSchema.safeParse([{ ...perCluster, groupBy: ['cluster'] }])
    expect(wrong.error?.issues[0]?.path).toEqual([0, 'groupBy', 0])
    const idle = correlationRulesSchema.safeParse([{ name: 'nothing', match: perCluster.match }])
    expect(idle.error?.issues[0]).toMatchObject({ path: [0, 'groupBy'] })
    const wordless = correlationRulesSchema.safeParse([{ ...perCluster, reason: undefined }])
    expect(wordless.error?.issues[0]).toMatchObject({ path: [0, 'reason'] })
    const unknown = correlationRulesSchema.safeParse([{ ...perCluster, priority: 'P0' }])
    expect(unknown.error?.issues[0]).toMatchObject({ path: [0, 'priority'] })
  })

  it('compare with stars as a regular expression would', () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'b', '.'), maxLength: 8 })
    fc.assert(
      fc.property(fc.array(text, { minLength: 1, maxLength: 4 }), text, (pieces, candidate) => {
        const form = pieces.map((piece) => piece.replaceAll('.', String.raw`\.`)).join('.*')
        expect(fitsPieces(pieces, candidate)).toBe(new RegExp(`^${form}$`).test(candidate))
      }),
    )
  })
})

describe('chattering', () => {
  it('counts exactly those arrivals that are among three or more within a minute', () => {
    fc.assert(
      fc.property(fc.array(fc.nat({ max: 70_000 }), { maxLength: 30 }), (gaps) => {
        let at = 0
        const arrivals = gaps.map((gap) => (at += gap))
        const expected = arrivals.filter((_, index) =>
          [index, index + 1, index + 2].some((last) => {
            const newest = arrivals[last]
            const third = arrivals[last - 2]
            return newest !== undefined && third !== undefined && newest - third <= 60_000
          }),
        ).length
        expect(arrivals.reduce(heard, unheard).total).toBe(expected)
      }),
    )
  })
})

describe('a preview', () => {
  const storm = (keys: number, count: number) =>
    Array.from({ length: count }, (_, index) =>
      sampleMonitoringEvent({
        dedupKey: `key-${index % keys}`,
        service: `service-${index % 5}`,
        title: `trouble ${index % 50}`,
        labels: { env: 'prod', cluster: index % 2 ? 'odd' : 'even' },
        receivedAt: sampleStart + index,
      }),
    )

  it('says what rules would have made of a storm, in few incidents with their reasons', () => {
    const events = storm(500, 10_000)
    const preview = previewCorrelation(events, [...rules(perCluster), ...builtInRules], times)
    expect(previewSchema.parse(preview)).toEqual(preview)
    expect(preview).toMatchObject({ sentence: '10000 events, 2 incidents', alerts: 500, chattering: [] })
    expect(preview.largest[0]).toMatchObject({
      alertCount: 250,
      eventCount: 5000,
      serviceCount: 5,
      reasons: [
        { rule: 'one cluster', alerts: 249 },
        { rule: null, reason: 'opened by its first alert', alerts: 1 },
      ],
    })
    expect(previewCorrelation(events, builtInRules, times).incidents).toBe(50)
    expect(previewCorrelation(events, [], times).incidents).toBe(500)
  })

  it('says which priority rules would give, and by which rule', () => {
    const all = rules({ ...perCluster, priority: 'P1' })
    const { largest } = previewCorrelation(storm(10, 20), all, times)
    expect(largest[0]).toMatchObject({ priority: 'P1', priorityRule: 'one cluster' })
    const [alone] = previewCorrelation(storm(10, 20), builtInRules, times).largest
    expect(alone).toMatchObject({ severity: 'critical', priority: 'P2', priorityRule: null })
  })

  it('opens no incident for what maintenance suppressed, but for what is still open when it ends', () => {
    const of = (dedupKey: string, changes: object = {}) =>
      sampleMonitoringEvent({ dedupKey, effect: 'suppressed', incidentId: null, ...changes })
    const simulation = new CorrelationSimulation(builtInRules, times)
    for (const key of ['stays', 'ends', 'goes on']) simulation.take(of(key))
    simulation.take(of('ends', { action: 'resolve', effect: 'resolved' }))
    simulation.take(of('stays', { effect: 'counted', title: 'newest words', receivedAt: sampleStart + 1 }))
    expect(previewOf(simulation)).toMatchObject({
      sentence: '5 events, 0 incidents, 3 alerts suppressed',
      alerts: 3,
      suppressed: 3,
    })
    const letGo = { ...sampleAlert({ sourceId: sampleId(1) }), isSuppressed: false }
    simulation.letGo({ ...letGo, dedupKey: 'stays' }, sampleStart + 60_000)
    simulation.letGo({ ...letGo, dedupKey: 'ends', isOpen: false }, sampleStart + 60_000)
    expect(previewSchema.parse(previewOf(simulation))).toMatchObject({
      sentence: '5 events, 1 incident, 3 alerts suppressed',
      largest: [{ title: 'newest words', alertCount: 1, eventCount: 0, firstAt: sampleStart + 60_000 }],
    })
  })

  it('lets an acknowledgement by a source run out, which moves its incident', () => {
    const zone = rules({ name: 'zone', reason: 'same zone', groupBy: ['label.zone'], withinMs: 1_200_000 })
    const at = (minute: number, changes: object) => {
      const receivedAt = sampleStart + minute * 60_000
      return sampleMonitoringEvent({ labels: { zone: 'b' }, receivedAt, ...changes })
    }
    const events = [at(0, {}), at(1, { action: 'acknowledge' }), at(45, { dedupKey: 'late' })]
    expect(previewCorrelation(events, zone, times).incidents).toBe(1)
    expect(previewCorrelation(events, zone, { ...times, ackTimeoutMs: 0 }).incidents).toBe(2)
  })

  it('keeps two occurrences of a flapping alert one, though the second closes its only incident for minutes', () => {
    const at = (second: number, action: 'trigger' | 'resolve', dedupKey = 'link') =>
      sampleMonitoringEvent({ dedupKey, action, receivedAt: sampleStart + second * 1_000 })
    const flaps = [0, 10, 20].flatMap((second) => [at(second, 'trigger'), at(second + 1, 'resolve')])
    const count = (events: ReturnType<typeof at>[]) =>
      previewCorrelation([...events, at(150, 'trigger', 'other')], builtInRules, times).incidents
    expect(count(flaps)).toBe(1)
    expect(count(flaps.slice(0, 4))).toBe(2)
  })

  it('makes of a flapping alert one incident with a flap count, and names its key as chattering', () => {
    const flapping = Array.from({ length: 20 }, (_, index) =>
      sampleMonitoringEvent({
        action: index % 2 ? 'resolve' : 'trigger',
        receivedAt: sampleStart + index * 5_000,
      }),
    )
    const preview = previewCorrelation(flapping, builtInRules, times)
    expect(preview).toMatchObject({
      sentence: '20 events, 1 incident',
      largest: [{ alertCount: 1, flapCount: 9, eventCount: 20 }],
      chattering: [{ dedupKey: 'gateway/5xx', times: 10 }],
    })
  })
})
