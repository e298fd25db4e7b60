import fc from 'fast-check'
import { expect, it } from 'vitest'
import { startTimers } from '../../src-server/incidents/timers.ts'
import { CorrelationSimulation } from '../../src-shared/correlation/simulation.ts'
import { builtInRules, correlationRulesSchema } from '../../src-shared/correlation/rule.ts'
import { severities, usualPriority, type Severity } from '../../src-shared/domain/severity.ts'
import { openServerInside, type ServerInside } from '../support/server-inside.ts'

const minute = 60_000
const times = { settleMs: 30_000, flapSettleMs: 300_000, reopenMs: 300_000, ackTimeoutMs: 1_800_000 }
const rules = correlationRulesSchema.parse([
  { name: 'zone', reason: 'same zone', groupBy: ['label.zone'], withinMs: 35 * minute, priority: 'P3' },
  { name: 'critical', match: [{ field: 'severity', anyOf: ['critical'] }], priority: 'P1' },
])

const step = fc.record({
  passMs: fc.constantFrom(0, 5_000, 20_000, 35_000, 200_000, 305_000, 31 * minute),
  key: fc.nat(4),
  title: fc.nat(1),
  action: fc.constantFrom('trigger', 'trigger', 'resolve', 'acknowledge'),
  severity: fc.constantFrom(...severities),
  occurred: fc.constantFrom('unsaid', 'now', 'early'),
  /** Of maintenance of the service, planned before the event; 0: none. */
  maintainMs: fc.constantFrom(0, 0, 0, 0, 5 * minute, 20 * minute),
  /** It covers no more than this: what gets worse is let go. */
  maintained: fc.constantFrom(...severities),
})

it('a preview with the rules in force makes of the logged events what the server made of them', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 10, maxLength: 40 }), async (steps) => {
      const inside = openServerInside(undefined, rules)
      const { clock, store } = inside
      const stopTimers = startTimers({
        store,
        clock,
        release: inside.placing,
        requestSummary: () => {},
        onError: (error) => expect.unreachable(String(error)),
        tickMs: 1,
      })
      try {
        const start = clock.now()
        const timersDone = async (): Promise<void> => {
          while (await store.hasDueTimer(clock.now())) await new Promise((resolve) => setTimeout(resolve, 1))
        }
        for (const { passMs, key, title, action, severity, occurred, maintainMs, maintained } of steps) {
          const service = `service-${key % 2}`
          // So that every timer is punctual.
          for (const until = clock.now() + passMs; clock.now() < until; clock.pass(5_000)) await timersDone()
          await timersDone()
          if (maintainMs > 0) await maintain(inside, service, maintained, maintainMs)
          const at = { unsaid: undefined, now: clock.now(), early: start }[occurred]
          const occurredAt = at === undefined ? {} : { occurredAt: new Date(at).toISOString() }
          await inside.send({
            ...occurredAt,
            dedupKey: `key-${key}`,
            service,
            title: `title ${title}`,
            action,
            severity,
            labels: key < 2 ? { zone: 'eu-1' } : {},
          })
        }
        expect(await simulated(inside)).toEqual(await made(inside))
      } finally {
        await stopTimers()
        await inside.close()
      }
    }),
    // Named as it came: making it smaller may take longer than the test has.
    { numRuns: 15, endOnFailure: true },
  )
}, 60_000)

async function maintain(
  inside: ServerInside,
  service: string,
  worst: Severity,
  forMs: number,
): Promise<void> {
  const startsAt = inside.clock.now()
  const covered = severities.slice(0, severities.indexOf(worst) + 1)
  const match = [
    { field: 'service' as const, anyOf: [service], negated: false },
    { field: 'severity' as const, anyOf: [...covered], negated: false },
  ]
  const schedule = { kind: 'once' as const, startsAt, endsAt: startsAt + forMs }
  const plan = { title: `works on ${service}`, match, schedule }
  await inside.act({ kind: 'planMaintenance', windowId: null, seen: null, plan })
}

async function simulated(inside: ServerInside) {
  const simulation = new CorrelationSimulation([...rules, ...builtInRules], times)
  for (const entry of await inside.log()) {
    if (entry.kind === 'event') simulation.take(entry.event)
    if (entry.kind === 'alert') simulation.letGo(entry.alert, entry.at)
  }
  return simulation.incidents.map((incident) => ({
    alerts: incident.alerts.map(({ dedupKey, reason }) => ({ dedupKey, reason })),
    flapCount: incident.flapCount,
    severity: incident.severity,
    priority: usualPriority(incident),
    rule: incident.rulePriority?.rule,
    openAlerts: Object.values(incident.open).reduce((sum, count) => sum + count),
    events: incident.eventCount,
    services: incident.services.size,
  }))
}

async function made(inside: ServerInside) {
  const log = await inside.log()
  const events = log.flatMap((entry) => (entry.kind === 'event' ? [entry.event] : []))
  const joined = log.flatMap((entry) =>
    entry.kind === 'alert' && entry.alert.incidentId ? [entry.alert.id] : [],
  )
  const incidents = (await inside.incidents()).toSorted((a, b) => a.number - b.number)
  return Promise.all(
    incidents.map(async ({ id, flapCount, severity, priority, rulePriority, openAlertCount, serviceIds }) => {
      const alerts = (await inside.store.incident(id))?.alerts ?? []
      return {
        alerts: alerts
          .toSorted((a, b) => joined.indexOf(a.id) - joined.indexOf(b.id))
          .map(({ dedupKey, groupReason }) => ({ dedupKey, reason: groupReason })),
        flapCount,
        severity,
        priority,
        rule: rulePriority?.rule,
        openAlerts: openAlertCount,
        events: events.filter((event) => event.incidentId === id).length,
        services: serviceIds.length,
      }
    }),
  )
}
