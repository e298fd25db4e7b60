import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { runDueTimers } from '../support/due-timers.ts'
import { openServerInside, type ServerInside } from '../support/server-inside.ts'

const minutes = 60_000
let inside: ServerInside

beforeEach(() => {
  inside = openServerInside()
})
afterEach(() => inside.close())

const disk = { service: 'orders-db', title: 'Disk full', severity: 'error', dedupKey: 'db-1/disk' }

describe('an event becomes an incident', () => {
  it('opens one, logged as service, source, event, alert and incident in one gapless run', async () => {
    const answer = await inside.send(disk)
    expect(answer).toMatchObject({
      status: 202,
      body: { accepted: 1, items: [{ dedupKey: 'db-1/disk', duplicate: false }] },
    })
    const log = await inside.log()
    expect(log.map((entry) => entry.kind)).toEqual(['source', 'service', 'event', 'alert', 'incident'])
    expect(log.map((entry) => entry.seq)).toEqual([1, 2, 3, 4, 5])
    const { incident, alerts } = await inside.theIncident()
    expect(incident).toMatchObject({
      number: 1,
      status: 'triggered',
      severity: 'error',
      priority: 'P3',
      title: 'Disk full',
    })
    expect(alerts).toMatchObject([{ count: 1, isOpen: true, incidentId: incident.id }])
  })

  it('feeds the open alert with repeats: counters move in one entry, the incident does not', async () => {
    await inside.send(disk)
    const { incident: before } = await inside.theIncident()
    await inside.send(Array.from({ length: 50 }, () => disk))
    const { incident, alerts } = await inside.theIncident()
    expect(alerts).toMatchObject([{ count: 51, revision: 2 }])
    expect(incident).toEqual(before)
    const kinds = (await inside.log()).slice(5).map((entry) => entry.kind)
    expect(kinds.filter((kind) => kind === 'event')).toHaveLength(50)
    expect(kinds.filter((kind) => kind !== 'event')).toEqual(['alert'])
  })

  it('finds an alert by the key that is kept, also where that came with half a character', async () => {
    const key = 'db-1/\uD83D'
    for (const severity of ['info', 'warning', 'error', 'critical'])
      await inside.send([
        { ...disk, dedupKey: 'db-1/\uD83E' },
        { ...disk, dedupKey: key, severity },
        { ...disk, dedupKey: 'db-1/\uD83E' },
      ])
    const { alerts } = await inside.theIncident()
    expect(alerts).toMatchObject([{ dedupKey: 'db-1/\uFFFD', count: 12, severity: 'critical' }])
    const states = (await inside.log()).flatMap((entry) => (entry.kind === 'alert' ? [entry.alert] : []))
    const revisions = states.map(({ revision }) => revision)
    expect(revisions).toEqual([...new Set(revisions)])
  })

  it('takes the same source and event id once, and answers it as before', async () => {
    const first = await inside.send({ ...disk, id: 'e-1' })
    const again = await inside.send({ ...disk, id: 'e-1', title: 'told differently' })
    expect(again.body.items).toEqual([{ ...first.body.items[0], duplicate: true }])
    expect((await inside.log()).filter((entry) => entry.kind === 'event')).toHaveLength(1)
  })

  it('refuses an event id with half a character, and takes what came with it: two such ids would be one', async () => {
    const { status, body } = await inside.send([
      { ...disk, id: 'e-\uD83D' },
      { ...disk, id: 'e-\uD83E' },
      { ...disk, id: 'e-\u{1F600}' },
    ])
    expect({ status, accepted: body.accepted }).toEqual({ status: 202, accepted: 1 })
    const refused = (index: number) => ({ error: { code: 'invalid', field: `${index}.id` } })
    expect(body.items).toMatchObject([refused(0), refused(1), { duplicate: false }])
    expect(await inside.send({ ...disk, id: 'e-\uDE00' })).toMatchObject({
      status: 400,
      body: { error: { field: 'id', message: expect.stringContaining('half a character') } },
    })
  })

  it('announces a rising severity on alert and incident', async () => {
    await inside.send({ ...disk, severity: 'warning' })
    await inside.send({ ...disk, severity: 'critical' })
    const { incident, alerts } = await inside.theIncident()
    expect(incident).toMatchObject({ severity: 'critical', priority: 'P2', revision: 2 })
    expect(alerts).toMatchObject([{ severity: 'critical', count: 2 }])
    expect((await inside.log()).at(-1)).toMatchObject({
      kind: 'incident',
      change: { kind: 'severityRaised' },
    })
  })

  it('records a resolve of an unknown key, and says that it did nothing', async () => {
    await inside.send({ action: 'resolve', dedupKey: 'nothing' })
    expect(await inside.incidents()).toEqual([])
    expect((await inside.log()).at(-1)).toMatchObject({
      kind: 'event',
      event: { effect: 'none', effectReason: 'no open alert has this key' },
    })
  })

  it('groups by service and title within five minutes, with the reason in words', async () => {
    await inside.send({ ...disk, dedupKey: 'a' })
    await inside.send({ ...disk, dedupKey: 'b' })
    inside.clock.pass(6 * minutes)
    await inside.send({ ...disk, dedupKey: 'c' })
    expect((await inside.incidents()).map((incident) => incident.alertCount)).toEqual([1, 2])
    const joined = (await inside.log()).find(
      (entry) => entry.kind === 'alert' && entry.alert.dedupKey === 'b',
    )
    expect(joined).toMatchObject({ alert: { groupReason: 'same service and title within 5 minutes' } })
  })
})

describe('repeats in several requests of one commit', () => {
  const alertEntries = async () => (await inside.log()).filter((entry) => entry.kind === 'alert')

  it('move the counters of an alert in one entry', async () => {
    await inside.send(disk)
    await Promise.all([inside.send(disk), inside.send([disk, disk]), inside.send(disk)])
    expect((await inside.theIncident()).alerts).toMatchObject([{ count: 5, revision: 2 }])
    expect(await alertEntries()).toHaveLength(2)
  })

  it('are part of what comes of the alert in the same commit', async () => {
    await inside.send(disk)
    await Promise.all([inside.send(disk), inside.send({ ...disk, action: 'resolve' }), inside.send(disk)])
    const { incident, alerts } = await inside.theIncident()
    expect(alerts).toMatchObject([{ count: 3, isOpen: true }])
    expect(incident).toMatchObject({ flapCount: 1, openAlertCount: 1 })
  })

  it('are kept when another member of the commit fails after them', async () => {
    await inside.send(disk)
    const [, failed] = await Promise.allSettled([
      inside.send(disk),
      inside.store.write(() => {
        throw new Error('decided against it')
      }),
      inside.send({ ...disk, dedupKey: 'db-2/disk' }),
    ])
    expect(failed?.status).toBe('rejected')
    expect((await inside.theIncident()).alerts).toMatchObject([{ count: 2 }, { count: 1 }])
  })
})

describe('an incident ends', () => {
  it('resolves itself once every alert has ended and stayed so for the settle time', async () => {
    await inside.send(disk)
    await inside.send({ ...disk, action: 'resolve' })
    expect((await inside.theIncident()).incident).toMatchObject({ status: 'triggered', openAlertCount: 0 })
    inside.clock.pass(29_000)
    await runDueTimers(inside)
    expect((await inside.theIncident()).incident.status).toBe('triggered')
    inside.clock.pass(1_000)
    await runDueTimers(inside)
    const { incident } = await inside.theIncident()
    expect(incident).toMatchObject({ status: 'resolved', resolvedBy: { kind: 'system' } })
  })

  it('does not resolve when the alert came back within the settle time', async () => {
    await inside.send(disk)
    await inside.send({ ...disk, action: 'resolve' })
    inside.clock.pass(20_000)
    await inside.send(disk)
    inside.clock.pass(60_000)
    await runDueTimers(inside)
    expect((await inside.theIncident()).incident).toMatchObject({ status: 'triggered', flapCount: 1 })
  })

  it('reopens within five minutes of the end, and opens a new one later', async () => {
    await inside.send(disk)
    const { incident } = await inside.theIncident()
    await inside.act({ kind: 'resolve', incidentId: incident.id })
    inside.clock.pass(4 * minutes)
    await inside.send(disk)
    expect((await inside.theIncident()).incident).toMatchObject({
      status: 'triggered',
      flapCount: 1,
      acknowledgedBy: null,
    })
    await inside.act({ kind: 'resolve', incidentId: incident.id })
    inside.clock.pass(6 * minutes)
    await inside.send(disk)
    expect(await inside.incidents()).toHaveLength(2)
  })

  it('is not undone by a monitor that repeats the occurrence that a person resolved', async () => {
    const firing = { ...disk, occurredAt: '2026-11-23T13:59:00Z' }
    await inside.send(firing)
    const { incident } = await inside.theIncident()
    await inside.act({ kind: 'resolve', incidentId: incident.id })
    await inside.send(firing)
    expect((await inside.theIncident()).incident.status).toBe('resolved')
    await inside.send({ ...firing, occurredAt: '2026-11-23T14:00:30Z' })
    expect((await inside.theIncident()).incident.status).toBe('triggered')
  })

  it('is not undone by a repeat that comes late, after one that was sent before it', async () => {
    const firing = (seconds: number) => ({ ...disk, occurredAt: inside.clock.at + seconds * 1_000 })
    const [first, second] = [firing(-20), firing(-10)]
    await inside.send([first, second, first])
    const { incident } = await inside.theIncident()
    await inside.act({ kind: 'resolve', incidentId: incident.id })
    await inside.send([second, first])
    expect((await inside.theIncident()).incident.status).toBe('resolved')
  })

  it('is not undone by a repeat of an occurrence that ended, though the one after it said no start', async () => {
    const firing = { ...disk, occurredAt: '2026-11-23T13:59:00Z' }
    for (const event of [firing, disk]) {
      await inside.send(event)
      await inside.send({ ...disk, action: 'resolve' })
    }
    await inside.send(firing)
    expect((await inside.theIncident()).incident).toMatchObject({ openAlertCount: 0, flapCount: 1 })
    inside.clock.pass(6 * minutes)
    for (const action of ['trigger', 'resolve']) await inside.send({ ...disk, action })
    await inside.send(firing)
    expect((await inside.incidents()).map(({ openAlertCount }) => openAlertCount)).toEqual([0, 0])
  })

  it('goes on with the next repeat of what began before the end of the last one came', async () => {
    const first = { ...disk, occurredAt: inside.clock.now() }
    const second = { ...disk, occurredAt: inside.clock.now() + 2 * minutes }
    inside.clock.pass(3 * minutes)
    for (const event of [first, second, { ...first, action: 'resolve' }]) await inside.send(event)
    await inside.send(first)
    expect((await inside.theIncident()).incident.openAlertCount).toBe(0)
    await inside.send(second)
    expect((await inside.theIncident()).incident).toMatchObject({ openAlertCount: 1, flapCount: 1 })
  })

  it('does not silence what begins later by the right clock, where the sender’s was ahead', async () => {
    await inside.send({ ...disk, occurredAt: inside.clock.at + 60 * minutes })
    await inside.send({ ...disk, action: 'resolve' })
    inside.clock.pass(2 * minutes)
    await inside.send({ ...disk, occurredAt: inside.clock.at })
    expect((await inside.theIncident()).incident).toMatchObject({ status: 'triggered', openAlertCount: 1 })
  })
})

describe('summaries are asked for', () => {
  it('when the incident has settled after opening, when asked, and when it is resolved', async () => {
    await inside.send(disk)
    const { incident } = await inside.theIncident()
    expect(await runDueTimers(inside)).toEqual([])
    inside.clock.pass(20_000)
    expect(await runDueTimers(inside)).toEqual([{ incidentId: incident.id, trigger: 'settled' }])
    await inside.act({ kind: 'summarise', incidentId: incident.id })
    expect(await runDueTimers(inside)).toEqual([{ incidentId: incident.id, trigger: 'requested' }])
    await inside.act({ kind: 'resolve', incidentId: incident.id })
    inside.clock.pass(1_000)
    expect(await runDueTimers(inside)).toEqual([{ incidentId: incident.id, trigger: 'resolved' }])
  })
})
