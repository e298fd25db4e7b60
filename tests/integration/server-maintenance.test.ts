import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Alert } from '../../src-shared/domain/alert.ts'
import type { MaintenancePlan } from '../../src-shared/domain/maintenance.ts'
import { runDueTimers } from '../support/due-timers.ts'
import { openServerInside, type ServerInside } from '../support/server-inside.ts'

const minute = 60_000
let inside: ServerInside

beforeEach(() => {
  inside = openServerInside()
})
afterEach(() => inside.close())

const disk = { service: 'orders-db', title: 'Disk full', dedupKey: 'db/disk', severity: 'critical' }
const other = { service: 'edge', title: 'Many 5xx', dedupKey: 'edge/5xx', severity: 'error' }

function planFor(minutes: number, changes: Partial<MaintenancePlan> = {}): MaintenancePlan {
  const startsAt = inside.clock.now()
  return {
    title: 'Upgrade of orders-db',
    match: [{ field: 'service', anyOf: ['orders-*'], negated: false }],
    schedule: { kind: 'once', startsAt, endsAt: startsAt + minutes * minute },
    ...changes,
  }
}

async function plan(given: MaintenancePlan): Promise<string> {
  const result = await inside.act({ kind: 'planMaintenance', windowId: null, seen: null, plan: given })
  await runDueTimers(inside)
  return result.madeId ?? ''
}

async function pass(minutes: number): Promise<void> {
  inside.clock.pass(minutes * minute)
  await runDueTimers(inside)
}

async function alerts(): Promise<Alert[]> {
  const newest = new Map<string, Alert>()
  for (const entry of await inside.log()) if (entry.kind === 'alert') newest.set(entry.alert.id, entry.alert)
  return [...newest.values()]
}

async function lastEffect(): Promise<unknown> {
  const events = (await inside.log()).flatMap((entry) => (entry.kind === 'event' ? [entry.event] : []))
  const { effect, effectReason, incidentId } = events.at(-1) ?? {}
  return { effect, effectReason, incidentId }
}

describe('while a maintenance window is on', () => {
  it('records the alerts that it covers, and opens no incident for them', async () => {
    const windowId = await plan(planFor(30))
    await inside.send(disk)
    await inside.send(other)
    expect(await lastEffect()).toMatchObject({ effect: 'opened' })
    const incidents = await inside.incidents()
    expect(incidents.map(({ title }) => title)).toEqual(['Many 5xx'])
    const [suppressed] = await alerts()
    expect(suppressed).toMatchObject({
      dedupKey: 'db/disk',
      isOpen: true,
      isSuppressed: true,
      maintenanceId: windowId,
      incidentId: null,
      groupReason: 'maintenance: Upgrade of orders-db',
    })
  })

  it('says of each event that it was suppressed, by which window, and counts repeats', async () => {
    await plan(planFor(30))
    await inside.send(disk)
    expect(await lastEffect()).toEqual({
      effect: 'suppressed',
      effectReason: 'maintenance: Upgrade of orders-db',
      incidentId: null,
    })
    await inside.send(disk)
    expect(await lastEffect()).toMatchObject({ effect: 'counted', incidentId: null })
    expect((await alerts())[0]).toMatchObject({ count: 2, isSuppressed: true })
  })

  it('keeps one alert for a key that comes and goes', async () => {
    await plan(planFor(30))
    for (let times = 0; times < 4; times += 1) {
      await inside.send(disk)
      await inside.send({ ...disk, action: 'resolve' })
    }
    expect(await alerts()).toMatchObject([{ isOpen: false, count: 4, isSuppressed: true }])
    await pass(31)
    expect(await inside.incidents()).toEqual([])
  })

  it('does not open again what was resolved before, but leaves alone what is open', async () => {
    await inside.send(disk)
    const { incident } = await inside.theIncident()
    await plan(planFor(30))
    await inside.send(disk)
    expect(await lastEffect()).toMatchObject({ effect: 'counted', incidentId: incident.id })
    await inside.send({ ...disk, action: 'resolve' })
    await pass(1)
    await inside.send(disk)
    expect(await lastEffect()).toMatchObject({ effect: 'suppressed' })
    expect((await inside.theIncident()).incident).toMatchObject({ status: 'resolved', flapCount: 0 })
  })

  it('covers by labels too, and only where all conditions hold', async () => {
    const match = [
      { field: 'service' as const, anyOf: ['orders-db'], negated: false },
      { field: 'label.zone' as const, anyOf: ['eu-1*'], negated: false },
    ]
    await plan(planFor(30, { match }))
    await inside.send({ ...disk, dedupKey: 'a', labels: { zone: 'eu-1b' } })
    await inside.send({ ...disk, dedupKey: 'b', labels: { zone: 'us-2' } })
    await inside.send({ ...disk, dedupKey: 'c' })
    expect((await alerts()).map(({ dedupKey, isSuppressed }) => [dedupKey, isSuppressed])).toEqual([
      ['a', true],
      ['b', false],
      ['c', false],
    ])
  })
})

describe('when a maintenance window ends', () => {
  it('opens an incident for what is still open, and none for what has ended', async () => {
    await plan(planFor(30))
    await inside.send(disk)
    await inside.send({ ...disk, dedupKey: 'db/cpu', title: 'Busy' })
    await inside.send({ dedupKey: 'db/cpu', action: 'resolve' })
    await pass(29)
    expect(await inside.incidents()).toEqual([])
    await pass(1)
    const { incident, alerts: mine } = await inside.theIncident()
    expect(incident).toMatchObject({ status: 'triggered', title: 'Disk full', severity: 'critical' })
    expect(incident.triggeredAt).toBe(inside.clock.now())
    expect(mine).toMatchObject([{ isSuppressed: false, maintenanceId: null, count: 1 }])
    const change = (await inside.log()).findLast((entry) => entry.kind === 'incident')
    expect(change).toMatchObject({
      change: { by: { kind: 'system' }, reason: 'maintenance is over: Upgrade of orders-db' },
    })
  })

  it('groups what it lets go as if it had opened now, by the source’s own group too', async () => {
    const labels = { alertname: 'DiskFull', service: 'orders-db' }
    await plan(planFor(30))
    const alert = (fingerprint: string, instance: string) => ({
      status: 'firing',
      labels: { ...labels, instance },
      annotations: { summary: `Disk of ${instance}` },
      startsAt: '2026-11-23T13:59:00Z',
      endsAt: '0001-01-01T00:00:00Z',
      fingerprint,
    })
    await inside.send(
      {
        version: '4',
        groupKey: '{}:{alertname="DiskFull"}',
        truncatedAlerts: 0,
        status: 'firing',
        receiver: 'watchfloor',
        groupLabels: { alertname: 'DiskFull' },
        commonLabels: labels,
        commonAnnotations: {},
        externalURL: 'http://alerts.example',
        alerts: [alert('f1', 'db-1'), alert('f2', 'db-2'), alert('f3', 'db-3')],
      },
      'alertmanager',
    )
    await pass(31)
    const { incident, alerts: mine } = await inside.theIncident()
    expect(incident).toMatchObject({ alertCount: 3, openAlertCount: 3 })
    expect(mine.map(({ groupReason }) => groupReason)).toEqual([
      'opened by its first alert',
      'same Alertmanager group: alertname=DiskFull',
      'same Alertmanager group: alertname=DiskFull',
    ])
  })

  it('groups what it lets go after all else that is due in the same instant', async () => {
    const match = [{ field: 'label.zone' as const, anyOf: ['eu-1b'], negated: false }]
    const startsAt = inside.clock.now()
    await plan(planFor(0, { match, schedule: { kind: 'once', startsAt, endsAt: startsAt + 30_000 } }))
    await inside.send({ ...disk, dedupKey: 'suppressed', labels: { zone: 'eu-1b' } })
    await inside.send(disk)
    await inside.send({ ...disk, action: 'resolve' })
    // Half a minute after its last alert has ended the incident resolves itself.
    await pass(0.5)
    const made = (await inside.incidents()).toSorted((a, b) => a.number - b.number)
    expect(made.map(({ status, alertCount }) => [status, alertCount])).toEqual([
      ['resolved', 1],
      ['triggered', 1],
    ])
  })

  it('lets go of hundreds of alerts over several turns, each of them once', async () => {
    await plan(planFor(30))
    const many = Array.from({ length: 450 }, (_, index) => ({ ...disk, dedupKey: `db/${index}` }))
    await inside.send(many)
    await pass(30)
    const { incident, alerts: mine } = await inside.theIncident()
    expect([incident.alertCount, mine.length]).toEqual([450, 450])
    expect(mine.every(({ isSuppressed, revision }) => !isSuppressed && revision === 2)).toBe(true)
  })

  it('does so at once where a person ends it early, and after a restart where it ended while the server was down', async () => {
    const first = await plan(planFor(600))
    await inside.send(disk)
    await inside.act({ kind: 'endMaintenance', windowId: first })
    await runDueTimers(inside)
    expect(await inside.incidents()).toHaveLength(1)

    await plan(planFor(30, { match: [{ field: 'service', anyOf: ['edge'], negated: false }] }))
    await inside.send(other)
    await inside.store.close()
    const { dataDir, clock } = inside
    inside = openServerInside(dataDir)
    inside.clock.at = clock.at + 45 * minute
    await runDueTimers(inside)
    expect((await inside.incidents()).map(({ title }) => title)).toEqual(['Many 5xx', 'Disk full'])
  })

  it('hands over what another window covers too, and lets go of what a changed one covers no more', async () => {
    const first = await plan(planFor(30))
    const second = await plan(planFor(60, { title: 'Move of the rack' }))
    await inside.send(disk)
    await pass(30)
    expect(await alerts()).toMatchObject([
      { maintenanceId: second, groupReason: 'maintenance: Move of the rack' },
    ])
    expect(first).not.toBe(second)
    const narrower = planFor(60, { match: [{ field: 'service', anyOf: ['orders-api'], negated: false }] })
    const changed = { kind: 'planMaintenance', windowId: second, seen: 1, plan: narrower } as const
    expect(await inside.act(changed)).toMatchObject({ status: 'done' })
    await runDueTimers(inside)
    expect((await inside.theIncident()).incident.title).toBe('Disk full')
  })

  it('lets go of an alert that gets worse than what its window covers, and keeps the others', async () => {
    await plan(planFor(30, { match: [{ field: 'severity', anyOf: ['warning'], negated: false }] }))
    await inside.send({ ...disk, severity: 'warning' })
    await inside.send({ ...other, severity: 'warning' })
    expect(await inside.incidents()).toEqual([])
    await inside.send(disk)
    expect(await inside.incidents()).toMatchObject([{ title: 'Disk full', severity: 'critical' }])
    const free = (await alerts()).filter(({ isSuppressed }) => !isSuppressed)
    expect(free).toMatchObject([{ title: 'Disk full', maintenanceId: null }])
    expect((await inside.log()).at(-1)).toMatchObject({
      change: { kind: 'triggered', reason: 'maintenance does not cover it: Upgrade of orders-db' },
    })
    await pass(30)
    expect(await inside.incidents()).toHaveLength(2)
  })

  it('keeps an alert that gets worse while it is covered, be it by another window', async () => {
    const first = await plan(
      planFor(30, { match: [{ field: 'severity', anyOf: ['warning'], negated: false }] }),
    )
    const second = await plan(planFor(60))
    await inside.send({ ...disk, severity: 'warning' })
    expect(await alerts()).toMatchObject([{ maintenanceId: first }])
    await inside.send({ ...disk, severity: 'error' })
    const handedOver = { maintenanceId: second, groupReason: 'maintenance: Upgrade of orders-db' }
    expect(await alerts()).toMatchObject([{ ...handedOver, severity: 'error', isSuppressed: true }])
    await inside.send(disk)
    expect(await alerts()).toMatchObject([{ ...handedOver, severity: 'critical', isSuppressed: true }])
    expect(await inside.incidents()).toEqual([])
    await pass(60)
    expect(await inside.incidents()).toHaveLength(1)
  })

  it('comes again every week, without anybody planning it anew', async () => {
    const { clock } = inside
    const weekday = new Date(clock.now()).getUTCDay()
    await plan(
      planFor(0, {
        schedule: {
          kind: 'weekly',
          timeZone: 'UTC',
          weekdays: [weekday],
          startMinute: 15 * 60,
          durationMinutes: 60,
          from: 0,
          until: null,
        },
      }),
    )
    for (const week of [0, 1]) {
      // 14:00, 15:10 and 16:00 of that day.
      await pass(70)
      await inside.send({ ...disk, dedupKey: `week ${week}`, title: `Disk ${week}` })
      expect(await lastEffect()).toMatchObject({ effect: 'suppressed' })
      await pass(50)
      expect(await inside.incidents()).toHaveLength(week + 1)
      await pass(7 * 24 * 60 - 120)
    }
  })
})

describe('when clocks were a day ahead and are put right', () => {
  const day = 24 * 60
  async function beAhead(): Promise<void> {
    await pass(day)
    await plan(planFor(30, { match: [{ field: 'service', anyOf: ['nothing'], negated: false }] }))
    await inside.send(other)
    await pass(-day)
  }
  const weekly = (): MaintenancePlan['schedule'] => ({
    kind: 'weekly',
    timeZone: 'UTC',
    weekdays: [new Date(inside.clock.now()).getUTCDay()],
    startMinute: 14 * 60,
    durationMinutes: 60,
    from: 0,
    until: null,
  })

  it.each(['once', 'weekly'])(
    'a window that is on %s lets go at its end of what it suppresses now',
    async (kind) => {
      await plan(planFor(60, kind === 'weekly' ? { schedule: weekly() } : {}))
      await beAhead()
      await inside.send(disk)
      expect(await lastEffect()).toMatchObject({ effect: 'suppressed' })
      await pass(59)
      expect(await inside.incidents()).toHaveLength(1)
      await pass(1)
      expect((await inside.incidents()).map(({ title }) => title)).toEqual(['Disk full', 'Many 5xx'])
    },
  )

  it('one that takes over from another lets go at its own end', async () => {
    await plan(planFor(30))
    await plan(planFor(60, { title: 'Move of the rack' }))
    await beAhead()
    await inside.send(disk)
    await pass(30)
    expect(await inside.incidents()).toHaveLength(1)
    await pass(30)
    expect(await inside.incidents()).toHaveLength(2)
  })

  it('one that a person ended meanwhile stays ended', async () => {
    const windowId = await plan(planFor(3 * day))
    await pass(day)
    await inside.act({ kind: 'endMaintenance', windowId })
    await pass(-day)
    await inside.send(disk)
    expect((await inside.theIncident()).incident.title).toBe('Disk full')
  })
})

describe('a command about a window', () => {
  it('is refused by the name of its field where its window could never be on', async () => {
    const at = inside.clock.now()
    const weekly = { kind: 'weekly', timeZone: 'UTC', startMinute: 0, durationMinutes: 60, from: at } as const
    const today = new Date(at).getUTCDay()
    const schedules = [
      [{ kind: 'once', startsAt: at, endsAt: at }, 'endsAt: has to be after startsAt'],
      [{ kind: 'once', startsAt: at - 2 * minute, endsAt: at }, 'endsAt: has passed'],
      [{ ...weekly, weekdays: [today], until: at }, 'until: has to be after from'],
      [{ ...weekly, weekdays: [today], until: at + 60 * minute }, 'until: none of its days'],
    ] as const
    for (const [schedule, message] of schedules) {
      const body = {
        kind: 'planMaintenance',
        windowId: null,
        seen: null,
        plan: planFor(0, { schedule: { ...schedule } as MaintenancePlan['schedule'] }),
      } as const
      const result = await inside.act(body)
      expect(result).toMatchObject({ status: 'rejected', code: 'neverOn' })
      expect(result.message).toContain(`plan.schedule.${message}`)
    }
    expect((await inside.log()).filter(({ kind }) => kind === 'maintenance')).toEqual([])
  })

  it('is told when somebody else was first, and when there is no such window', async () => {
    const windowId = await plan(planFor(30))
    const change = { kind: 'planMaintenance', windowId, seen: 1, plan: planFor(40) } as const
    expect(await inside.act(change)).toMatchObject({ status: 'done', madeId: windowId })
    expect(await inside.act(change, 'jonas')).toMatchObject({ status: 'conflict', code: 'windowChanged' })
    expect(await inside.act({ kind: 'endMaintenance', windowId })).toMatchObject({ status: 'done' })
    const late = await inside.act({ kind: 'endMaintenance', windowId }, 'jonas')
    expect(late).toMatchObject({
      status: 'conflict',
      code: 'windowEnded',
      message: 'it was already ended by mira',
    })
    const unknown = { kind: 'endMaintenance', windowId: inside.source.id } as const
    expect(await inside.act(unknown)).toMatchObject({ status: 'rejected', code: 'unknownWindow' })
  })
})

it('takes back what a failed turn planned: its window suppresses nothing', async () => {
  const given = planFor(30)
  const failed = inside.store.write(async (turn) => {
    const by = { kind: 'operator', name: 'mira' } as const
    const window = {
      id: inside.source.id,
      revision: 1,
      ...given,
      plannedBy: by,
      endedAt: null,
      endedBy: null,
    }
    turn.append({ kind: 'maintenance', window })
    expect(await turn.maintenanceWindows()).toHaveLength(1)
    throw new Error('decided against it')
  })
  await expect(failed).rejects.toThrow('decided against it')
  await inside.send(disk)
  expect(await inside.incidents()).toHaveLength(1)
})
