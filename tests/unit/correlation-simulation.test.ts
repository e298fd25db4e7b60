import { expect, it } from 'vitest'
import { builtInRules } from '../../src-shared/correlation/rule.ts'
import { CorrelationSimulation } from '../../src-shared/correlation/simulation.ts'
import { sampleId, sampleMonitoringEvent, sampleStart } from '../support/sample-incident.ts'

const times = { settleMs: 30_000, flapSettleMs: 300_000, reopenMs: 300_000, ackTimeoutMs: 1_800_000 }
const most = 20_000

it('takes as long for each alert of a large incident as for one of a small one', () => {
  const simulation = new CorrelationSimulation(builtInRules, times)
  let at = sampleStart
  const sayOfAll = (changes: Parameters<typeof sampleMonitoringEvent>[0]): void => {
    for (let key = 0; key < most; key += 1)
      simulation.take(sampleMonitoringEvent({ ...changes, dedupKey: `key-${key}`, receivedAt: (at += 20) }))
  }
  const startedAt = performance.now()
  sayOfAll({ severity: 'critical' })
  // Those that were milder first count as that while the last become so; the others with one event, long afterwards.
  sayOfAll({ severity: 'error' })
  at += 600_000
  sayOfAll({ severity: 'error' })
  expect(simulation.incidents).toMatchObject([
    { severity: 'error', open: { critical: 0, error: most, warning: 0, info: 0 } },
  ])
  sayOfAll({ action: 'resolve' })
  expect(performance.now() - startedAt).toBeLessThan(20_000)
  expect(simulation.incidents).toHaveLength(1)
}, 60_000)

it('opens an alert again with the next repeat of what began before the end of the last one came', () => {
  const simulation = new CorrelationSimulation(builtInRules, times)
  const say = (action: 'trigger' | 'resolve', startedMs: number) =>
    simulation.take(sampleMonitoringEvent({ action, occurredAt: sampleStart + startedMs }))
  say('trigger', 0)
  say('trigger', 60_000)
  say('resolve', 0)
  say('trigger', 0)
  expect(simulation.incidents).toMatchObject([{ flapCount: 0 }])
  say('trigger', 60_000)
  expect(simulation.incidents).toMatchObject([{ flapCount: 1 }])
})

it('counts the event with which an alert outgrew its maintenance window', () => {
  const simulation = new CorrelationSimulation(builtInRules, times)
  const alertId = sampleId(7)
  simulation.take(sampleMonitoringEvent({ severity: 'warning', alertId, incidentId: null }))
  expect(simulation.incidents).toEqual([])
  simulation.take(sampleMonitoringEvent({ severity: 'critical', alertId, incidentId: sampleId(8) }))
  expect(simulation.incidents).toMatchObject([{ severity: 'critical', eventCount: 1 }])
  expect(simulation.suppressed).toBe(1)
})
