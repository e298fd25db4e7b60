import fc from 'fast-check'
import { expect, it } from 'vitest'
import { builtInRules } from '../../src-shared/correlation/rule.ts'
import { CorrelationSimulation } from '../../src-shared/correlation/simulation.ts'
import { severities, worstOf, type Severity } from '../../src-shared/domain/severity.ts'
import { sampleMonitoringEvent, sampleStart } from '../support/sample-incident.ts'

const minute = 60_000
const times = { settleMs: 30_000, flapSettleMs: 5 * minute, reopenMs: 300_000, ackTimeoutMs: 0 }

interface Said {
  at: number
  severity: Severity
}

/** What was in force at some time of the last five minutes, the worst of it. */
function worstLately(said: readonly Said[], now: number): Severity | null {
  const since = now - times.flapSettleMs
  const before = said.findLast(({ at }) => at <= since)
  return worstOf([...said.filter(({ at }) => at > since), ...(before ? [before] : [])].map(severityOf))
}

function severityOf({ severity }: Said): Severity {
  return severity
}

it('a preview takes an alert for the worst that its source said of it within five minutes', () => {
  const step = fc.record({ after: fc.integer({ min: 1, max: 6 }), severity: fc.constantFrom(...severities) })
  fc.assert(
    fc.property(fc.array(step, { minLength: 3, maxLength: 30 }), (steps) => {
      const simulation = new CorrelationSimulation(builtInRules, times)
      const said: Said[] = []
      let at = sampleStart
      for (const { after, severity } of steps) {
        at += (after * minute) / 2
        said.push({ at, severity })
        simulation.take(sampleMonitoringEvent({ severity, receivedAt: at, occurredAt: null }))
        expect(simulation.incidents.map((incident) => incident.severity)).toEqual([worstLately(said, at)])
      }
    }),
    { numRuns: 1_000 },
  )
})
