import { afterEach, beforeEach, expect, it } from 'vitest'
import { LogFigures } from '../../src-shared/figures/log-figures.ts'
import { assertSameFigures } from '../support/figures/compare-figures.ts'
import { recomputeFigures } from '../support/figures/recomputed-figures.ts'
import { openServerInside, type ServerInside } from '../support/server-inside.ts'

let inside: ServerInside
beforeEach(() => {
  inside = openServerInside()
})
afterEach(() => inside.close())

it('the figures of a log that the server wrote are those that a person would work out', async () => {
  const { clock } = inside
  const from = clock.now()
  const certificate = { service: 'edge', title: 'Certificate expires', dedupKey: 'cert', severity: 'warning' }
  const disk = { service: 'db', title: 'Disk full', dedupKey: 'disk', severity: 'error' }
  await inside.send(certificate)
  const incidentId = (await inside.theIncident()).incident.id
  clock.pass(120_000)
  await inside.act({ kind: 'acknowledge', incidentId })
  clock.pass(60_000)
  await inside.act({ kind: 'unacknowledge', incidentId })
  await inside.act({ kind: 'acknowledge', incidentId }, 'jonas')
  await inside.send({ ...certificate, severity: 'critical' })
  clock.pass(420_000)
  await inside.act({ kind: 'resolve', incidentId })
  for (let times = 0; times < 3; times += 1) {
    await inside.send(disk)
    clock.pass(10_000)
    await inside.send({ ...disk, action: 'resolve' })
    clock.pass(10_000)
  }
  await inside.send({ ...disk, dedupKey: 'other', title: 'Other disk full' })
  clock.pass(5_000)
  await inside.send({ ...disk, dedupKey: 'other', title: 'Other disk full', action: 'resolve' })
  clock.pass(1_000)

  const figures = new LogFigures({ from, to: clock.now() })
  const log = await inside.log()
  for (const entry of log) figures.take(entry)
  const result = figures.result()
  expect(result).toMatchObject({
    acknowledged: { count: 1, meanMs: 120_000 },
    resolved: { count: 1, meanMs: 600_000 },
    counts: { events: 10, triggered: 3, acknowledged: 2, resolved: 1, resolvedUnseen: 0 },
    health: {
      annunciated: 6,
      chattering: [{ dedupKey: 'disk', times: 3 }],
      fleeting: 1,
      fleetingKeys: [{ dedupKey: 'other' }],
      byPriority: { low: 1, medium: 4, high: 1 },
    },
  })
  assertSameFigures(result, recomputeFigures(log, from, clock.now()))
})
