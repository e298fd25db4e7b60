import fc from 'fast-check'
import { expect, it } from 'vitest'
import { startTimers } from '../../src-server/incidents/timers.ts'
import { CorrelationSimulation } from '../../src-shared/correlation/simulation.ts'
import { builtInRules } from '../../src-shared/correlation/rule.ts'
import { severities } from '../../src-shared/domain/severity.ts'
import { openServerInside, type ServerInside } from '../support/server-inside.ts'

const step = fc.record({
  passMs: fc.constantFrom(0, 1_000, 5_000, 20_000, 31_000, 200_000, 301_000),
  key: fc.nat(4),
  title: fc.nat(1),
  action: fc.constantFrom('trigger', 'trigger', 'resolve', 'acknowledge'),
  severity: fc.constantFrom(...severities),
  occurred: fc.constantFrom('unsaid', 'now', 'early'),
})

it('a preview with the rules in force makes of the logged events what the server made of them', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 10, maxLength: 40 }), async (steps) => {
      const inside = openServerInside()
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
        for (const { passMs, key, title, action, severity, occurred } of steps) {
          clock.pass(passMs)
          while (await store.hasDueTimer(clock.now())) await new Promise((resolve) => setTimeout(resolve, 1))
          const at = { unsaid: undefined, now: clock.now(), early: start }[occurred]
          const occurredAt = at === undefined ? {} : { occurredAt: new Date(at).toISOString() }
          await inside.send({
            ...occurredAt,
            dedupKey: `key-${key}`,
            service: `service-${key % 2}`,
            title: `title ${title}`,
            action,
            severity,
          })
        }
        expect(await simulated(inside)).toEqual(await made(inside))
      } finally {
        await stopTimers()
        await inside.close()
      }
    }),
    { numRuns: 15 },
  )
}, 60_000)

async function simulated(inside: ServerInside) {
  const simulation = new CorrelationSimulation(builtInRules, {
    settleMs: 30_000,
    flapSettleMs: 300_000,
    reopenMs: 300_000,
  })
  for (const entry of await inside.log()) if (entry.kind === 'event') simulation.take(entry.event)
  return simulation.incidents.map((incident) => ({
    alerts: incident.alerts.map(({ dedupKey, reason }) => ({ dedupKey, reason })),
    flapCount: incident.flapCount,
    severity: incident.severity,
    openAlerts: incident.openAlerts.size,
    events: incident.eventCount,
    services: incident.services.size,
  }))
}

async function made(inside: ServerInside) {
  const events = (await inside.log()).flatMap((entry) => (entry.kind === 'event' ? [entry.event] : []))
  const incidents = (await inside.incidents()).toSorted((a, b) => a.number - b.number)
  return Promise.all(
    incidents.map(async ({ id, flapCount, severity, openAlertCount, serviceIds }) => {
      const alerts = (await inside.store.incident(id))?.alerts ?? []
      return {
        alerts: alerts
          .toSorted((a, b) => (a.id < b.id ? -1 : 1))
          .map(({ dedupKey, groupReason }) => ({ dedupKey, reason: groupReason })),
        flapCount,
        severity,
        openAlerts: openAlertCount,
        events: events.filter((event) => event.incidentId === id).length,
        services: serviceIds.length,
      }
    }),
  )
}
