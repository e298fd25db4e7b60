import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Incident, IncidentChange } from '../../src-shared/domain/incident.ts'
import { runDueTimers } from '../support/due-timers.ts'
import { openServerInside, type ServerInside } from '../support/server-inside.ts'

const minute = 60_000
const disk = { service: 'orders-db', title: 'Disk full', dedupKey: 'db/disk', severity: 'critical' }
const edge = { service: 'edge', title: 'Many 5xx', dedupKey: 'edge/5xx', severity: 'warning' }

let inside: ServerInside
let id = ''
beforeEach(async () => {
  inside = openServerInside()
  await inside.send(disk)
  id = (await inside.theIncident()).incident.id
})
afterEach(() => inside.close())

async function incident(of = id): Promise<Incident | undefined> {
  return (await inside.store.incident(of))?.incident
}

async function pass(ms: number): Promise<void> {
  inside.clock.pass(ms)
  await runDueTimers(inside)
}

async function kinds(): Promise<IncidentChange['kind'][]> {
  return (await inside.log()).flatMap((entry) => (entry.kind === 'incident' ? [entry.change.kind] : []))
}

describe('an alert that its source repeats with a milder severity', () => {
  it('is milder once that has stayed so for five minutes, and its incident with it, quietly', async () => {
    await inside.act({ kind: 'acknowledge', incidentId: id })
    await inside.send({ ...disk, severity: 'warning' })
    await pass(5 * minute - 1)
    expect(await incident()).toMatchObject({ severity: 'critical', priority: 'P2' })
    await pass(1)
    expect(await incident()).toMatchObject({
      status: 'acknowledged',
      severity: 'warning',
      priority: 'P4',
      ackExpiresAt: inside.clock.now() + 25 * minute,
    })
    const { alerts } = await inside.theIncident()
    expect(alerts).toMatchObject([{ severity: 'warning', milder: null, count: 2 }])
    const entry = (await inside.log()).findLast(({ kind }) => kind === 'incident')
    expect(entry).toMatchObject({
      change: {
        kind: 'severityLowered',
        by: { kind: 'system' },
        from: null,
        text: 'Disk full',
        reason: 'prometheus has said nothing worse than warning for a while',
      },
    })
  })

  it('stays as it is while the severity swings, and nothing is written but its counters', async () => {
    for (let times = 0; times < 20; times += 1) {
      await inside.send({ ...disk, severity: times % 2 ? 'critical' : 'info' })
      await pass(50_000)
    }
    expect(await incident()).toMatchObject({ severity: 'critical', revision: 1 })
    expect(await kinds()).toEqual(['triggered'])
    // What has stayed so for long enough counts from the last swing on.
    await inside.send({ ...disk, severity: 'info' })
    await inside.send({ ...disk, severity: 'error' })
    await pass(5 * minute)
    expect(await incident()).toMatchObject({ severity: 'error' })
  })

  it('is never milder than the worst that was said within the last five minutes', async () => {
    const say = (severity: string) => inside.send({ ...disk, severity })
    await say('warning')
    await pass(minute)
    await say('error')
    await pass(minute)
    await say('warning')
    await pass(minute)
    await say('info')
    await pass(2 * minute - 1)
    expect(await incident()).toMatchObject({ severity: 'critical' })
    await pass(1)
    expect(await incident()).toMatchObject({ severity: 'error' })
    await pass(2 * minute)
    expect(await incident()).toMatchObject({ severity: 'warning' })
    await pass(minute)
    expect(await incident()).toMatchObject({ severity: 'info', revision: 4 })
    expect((await inside.theIncident()).alerts).toMatchObject([{ milder: null }])
  })

  it('falls at once to what was settled while the server was down, and no further', async () => {
    for (const severity of ['error', 'warning', 'info']) {
      await inside.send({ ...disk, severity })
      await pass(minute)
    }
    inside.clock.pass(3 * minute)
    await runDueTimers(inside)
    expect(await incident()).toMatchObject({ severity: 'warning', revision: 2 })
    await pass(minute)
    expect(await incident()).toMatchObject({ severity: 'info', revision: 3 })
  })

  it('goes on from what earlier versions kept of it', async () => {
    await inside.send({ ...disk, severity: 'error' })
    const { database } = inside.store
    database.exec("update thing set json = json_remove(json, '$.alert.milder.later')")
    await inside.store.close()
    const { dataDir, clock } = inside
    inside = openServerInside(dataDir)
    inside.clock.at = clock.at
    await pass(minute)
    await inside.send({ ...disk, severity: 'info' })
    await pass(4 * minute)
    expect(await incident()).toMatchObject({ severity: 'error' })
    await pass(minute)
    expect(await incident()).toMatchObject({ severity: 'info' })
  })

  it('is written once for a thousand swings in one request', async () => {
    const swings = Array.from({ length: 1000 }, (_, index) => ({
      ...disk,
      severity: index % 2 ? 'critical' : 'info',
    }))
    const before = inside.store.head()
    await inside.send(swings)
    const written = (await inside.log()).filter(({ seq, kind }) => seq > before && kind !== 'event')
    expect(written).toMatchObject([
      { kind: 'alert', alert: { severity: 'critical', count: 1001, milder: null } },
    ])
  })

  it('counts as soon as it rises again, from what it is by then', async () => {
    await inside.send({ ...disk, severity: 'warning' })
    await pass(5 * minute)
    await inside.act({ kind: 'snooze', incidentId: id, until: inside.clock.now() + 60 * minute })
    await inside.send({ ...disk, severity: 'error' })
    expect(await incident()).toMatchObject({ status: 'triggered', severity: 'error', snoozedUntil: null })
    expect(await kinds()).toEqual(['triggered', 'severityLowered', 'snoozed', 'severityRaised'])
  })

  it('leaves the incident at its worst alert, which need not be this one', async () => {
    await inside.send({ ...disk, dedupKey: 'db/two' })
    await inside.send({ ...disk, severity: 'warning' })
    await pass(5 * minute)
    expect(await incident()).toMatchObject({ severity: 'critical', revision: 2 })
    const { alerts } = await inside.theIncident()
    expect(alerts.map(({ severity }) => severity)).toEqual(['warning', 'critical'])
    await inside.send({ dedupKey: 'db/two', action: 'resolve' })
    expect(await incident()).toMatchObject({ severity: 'warning' })
  })

  it('does not become milder by what is late, nor after it closed', async () => {
    const at = (second: number) => ({ occurredAt: `2026-11-23T14:00:${second}Z` })
    await inside.send({ ...disk, ...at(20) })
    await inside.send({ ...disk, ...at(10), severity: 'info' })
    await pass(6 * minute)
    expect(await incident()).toMatchObject({ severity: 'critical' })
    await inside.send({ ...disk, ...at(30), severity: 'info' })
    await inside.send({ ...disk, action: 'resolve' })
    await inside.send({ ...disk, ...at(40) })
    await pass(6 * minute)
    expect(await incident()).toMatchObject({ severity: 'critical', flapCount: 1 })
  })

  it('is so after a restart too, and where a person closed and reopened its incident', async () => {
    await inside.send({ ...disk, severity: 'warning' })
    await inside.act({ kind: 'resolve', incidentId: id })
    await inside.act({ kind: 'reopen', incidentId: id })
    await inside.send({ ...disk, severity: 'warning' })
    await inside.store.close()
    const { dataDir, clock } = inside
    inside = openServerInside(dataDir)
    inside.clock.at = clock.at
    await pass(5 * minute)
    expect(await incident()).toMatchObject({ severity: 'warning' })
  })

  it('is so when maintenance ends, which had suppressed it', async () => {
    const startsAt = inside.clock.now()
    const match = [{ field: 'service' as const, anyOf: ['edge'], negated: false }]
    const schedule = { kind: 'once' as const, startsAt, endsAt: startsAt + 20 * minute }
    const plan = { title: 'Works', match, schedule }
    await inside.act({ kind: 'planMaintenance', windowId: null, seen: null, plan })
    await inside.send({ ...edge, severity: 'critical' })
    await inside.send(edge)
    await pass(20 * minute)
    expect((await inside.incidents())[0]).toMatchObject({ title: 'Many 5xx', severity: 'warning' })
  })
})

describe('a merge into an incident that is snoozed', () => {
  async function mergeIntoSnoozed(): Promise<Incident | undefined> {
    const until = inside.clock.now() + 60 * minute
    const [source, target] = await inside.incidents()
    await inside.act({ kind: 'snooze', incidentId: target?.id ?? '', until })
    const merge = { kind: 'merge' as const, incidentId: source?.id ?? '', intoId: target?.id ?? '' }
    expect(await inside.act(merge)).toMatchObject({ status: 'done' })
    return incident(target?.id)
  }

  it('ends the snooze when it becomes worse by it', async () => {
    await inside.act({ kind: 'resolve', incidentId: id })
    await inside.send(edge)
    await inside.send({ ...edge, title: 'All 5xx', dedupKey: 'edge/all', severity: 'critical' })
    expect(await mergeIntoSnoozed()).toMatchObject({
      status: 'triggered',
      severity: 'critical',
      snoozedUntil: null,
      acknowledgedBy: null,
    })
    const entry = (await inside.log()).findLast(({ kind }) => kind === 'incident')
    expect(entry).toMatchObject({ change: { kind: 'mergedFrom', from: 'acknowledged' } })
    await pass(61 * minute)
    expect(await kinds()).not.toContain('snoozeEnded')
  })

  it('ends the snooze when another service joins by it', async () => {
    await inside.send(edge)
    expect(await mergeIntoSnoozed()).toMatchObject({ status: 'triggered', snoozedUntil: null })
  })

  it('leaves it snoozed for more of the same, and for what has ended; and so does a split', async () => {
    await inside.send({ ...disk, title: 'Disk slow', dedupKey: 'db/slow', severity: 'warning' })
    expect(await mergeIntoSnoozed()).toMatchObject({ status: 'acknowledged', alertCount: 2 })
    await inside.send(edge)
    await inside.send({ ...edge, action: 'resolve' })
    const [ended] = await inside.incidents()
    await inside.act({ kind: 'merge', incidentId: ended?.id ?? '', intoId: id })
    expect(await incident()).toMatchObject({ status: 'acknowledged', alertCount: 3 })

    const alerts = (await inside.store.incident(id))?.alerts ?? []
    const result = await inside.act({ kind: 'split', incidentId: id, alertIds: [alerts[0]?.id ?? ''] })
    expect(await incident(result.madeId ?? '')).toMatchObject({ status: 'triggered', snoozedUntil: null })
    expect(await incident()).toMatchObject({ status: 'acknowledged', snoozedUntil: expect.any(Number) })
  })
})

describe('a critical alert that comes and goes beside a warning that stays', () => {
  const steady = { ...disk, dedupKey: 'db/slow', severity: 'warning' }
  async function comeAndGo(): Promise<void> {
    await inside.send({ ...disk, action: 'resolve' })
    await pass(5_000)
    await inside.send(disk)
    await pass(5_000)
  }

  it('ends no snooze once it is known to flap, and something else that is as bad does', async () => {
    await inside.send(steady)
    for (let times = 0; times < 3; times += 1) await comeAndGo()
    expect((await incident())?.flapping).toMatchObject({ worst: 'critical' })
    await inside.act({ kind: 'snooze', incidentId: id, until: inside.clock.now() + 60 * minute })
    await comeAndGo()
    expect(await incident()).toMatchObject({ status: 'acknowledged', severity: 'critical', flapCount: 4 })
    await inside.send({ ...disk, action: 'resolve' })
    expect(await incident()).toMatchObject({ status: 'acknowledged', severity: 'warning' })
    await inside.send({ ...steady, severity: 'critical' })
    expect(await incident()).toMatchObject({ status: 'triggered', severity: 'critical', snoozedUntil: null })
  })

  it('ends a snooze while nobody knows yet that it flaps', async () => {
    await inside.send(steady)
    await inside.send({ ...disk, action: 'resolve' })
    await inside.act({ kind: 'snooze', incidentId: id, until: inside.clock.now() + 60 * minute })
    await pass(5_000)
    await inside.send(disk)
    expect(await incident()).toMatchObject({ status: 'triggered', severity: 'critical' })
  })
})
