import { afterEach, beforeEach, expect, it } from 'vitest'
import type { Figures } from '../../src-shared/figures/figures.ts'
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

  const result = await figuresSince(from)
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
})

const disk = { service: 'db', title: 'Disk full', dedupKey: 'disk', severity: 'error' }

it.each([
  { afterMs: 60_000, counts: { resolved: 1, reopened: 0, takenBack: 1, resolvedUnseen: 0 }, meanMs: 780_000 },
  { afterMs: 60_001, counts: { resolved: 2, reopened: 1, takenBack: 0, resolvedUnseen: 1 }, meanMs: 360_000 },
])(
  'a resolution that a person takes back after $afterMs ms is one that never was up to a minute',
  async ({ afterMs, counts, meanMs }) => {
    const { clock } = inside
    const from = clock.now()
    await inside.send(disk)
    const incidentId = (await inside.theIncident()).incident.id
    clock.pass(300_000)
    await inside.act({ kind: 'acknowledge', incidentId })
    clock.pass(300_000)
    await inside.act({ kind: 'resolve', incidentId })
    expect((await figuresSince(from, 1)).counts).toMatchObject({ resolved: 1, takenBack: 0 })
    clock.pass(afterMs)
    await inside.act({ kind: 'reopen', incidentId })
    clock.pass(5_000)
    // Its monitor says that it is over: it did not come and go within a minute, it was there all the time.
    await inside.send({ ...disk, action: 'resolve' })
    clock.pass(115_000)
    if (counts.takenBack > 0) await inside.act({ kind: 'unacknowledge', incidentId })
    if (counts.takenBack > 0) await inside.act({ kind: 'acknowledge', incidentId })
    await inside.act({ kind: 'resolve', incidentId })
    clock.pass(1)
    const { resolved, acknowledged, health, ...figures } = await figuresSince(from)
    expect(figures.counts).toMatchObject(counts)
    expect(resolved.meanMs).toBe(meanMs)
    expect(acknowledged).toMatchObject({ count: 1, meanMs: 300_000, medianMs: 300_000 })
    expect(health).toMatchObject({ annunciated: 1, fleeting: 0 })
  },
)

it('a snooze is an acknowledgement, a merge ends nothing, and what is split off begins there', async () => {
  const { clock } = inside
  const from = clock.now()
  await inside.send([disk, { ...disk, dedupKey: 'web', service: 'web', title: 'Web is slow' }])
  const [web, db] = await inside.incidents()
  if (!web || !db) throw new Error('there are not two incidents')
  clock.pass(60_000)
  await inside.act({ kind: 'snooze', incidentId: db.id, until: clock.now() + 3_600_000 })
  await inside.act({ kind: 'snooze', incidentId: db.id, until: clock.now() + 7_200_000 })
  clock.pass(60_000)
  await inside.act({ kind: 'merge', incidentId: web.id, intoId: db.id })
  const joined = await inside.store.incident(db.id)
  const alert = joined?.alerts.find(({ dedupKey }) => dedupKey === 'web')
  clock.pass(60_000)
  const { madeId } = await inside.act({ kind: 'split', incidentId: db.id, alertIds: [alert?.id ?? ''] })
  clock.pass(30_000)
  await inside.act({ kind: 'acknowledge', incidentId: madeId ?? '' })
  clock.pass(10_000)
  await inside.act({ kind: 'resolve', incidentId: madeId ?? '' })
  clock.pass(1)
  expect(await figuresSince(from)).toMatchObject({
    counts: { triggered: 2, splitOff: 1, acknowledged: 2, resolved: 1, merged: 1, resolvedUnseen: 0 },
    acknowledged: { count: 2, longest: [{ tookMs: 60_000 }, { tookMs: 30_000 }] },
    resolved: { count: 1, longest: [{ incidentId: madeId, tookMs: 40_000 }] },
    health: { annunciated: 2 },
  })
})

it('reopenings of an incident that is known to flap are told to nobody, until one is worse', async () => {
  const { clock } = inside
  const from = clock.now()
  const times = async (severity: string, count: number) => {
    for (let time = 0; time < count; time += 1) {
      await inside.send({ ...disk, severity })
      clock.pass(10_000)
      await inside.send({ ...disk, severity, action: 'resolve' })
      clock.pass(5_000)
    }
  }
  await times('error', 5)
  await times('critical', 2)
  const { health } = await figuresSince(from)
  expect(health).toMatchObject({
    annunciated: 4,
    damped: 3,
    dampedKeys: [{ dedupKey: 'disk', times: 3 }],
    chattering: [{ dedupKey: 'disk', times: 7 }],
  })
})

/** Of what was logged up to now, or shortly after; they are those of the recomputation, or it throws. */
async function figuresSince(from: number, moreMs = 0): Promise<Figures> {
  const to = inside.clock.now() + moreMs
  const figures = new LogFigures({ from, to })
  const log = await inside.log()
  for (const entry of log) figures.take(entry)
  const result = figures.result()
  assertSameFigures(result, recomputeFigures(log, from, to))
  return result
}
