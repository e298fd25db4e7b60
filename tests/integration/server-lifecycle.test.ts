import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { startTimers } from '../../src-server/incidents/timers.ts'
import type { IncidentChange } from '../../src-shared/domain/incident.ts'
import { runDueTimers } from '../support/due-timers.ts'
import { disk, onIncident } from '../support/on-incident.ts'
import { openServerInside, type ServerInside } from '../support/server-inside.ts'

const minute = 60_000
const hour = 60 * minute
let inside: ServerInside
let id = ''

beforeEach(async () => {
  inside = openServerInside()
  await inside.send(disk)
  id = (await inside.theIncident()).incident.id
})
afterEach(() => inside.close())

const { act, incident, pass, changes } = onIncident(() => ({ inside, id }))

async function times(kind: IncidentChange['kind']): Promise<number> {
  return (await changes()).filter((change) => change.kind === kind).length
}

describe('an acknowledgement', () => {
  it('runs out when nobody acts on the incident, once, and says so', async () => {
    await act({ kind: 'acknowledge' })
    await pass(30 * minute - 1)
    expect(await incident()).toMatchObject({ status: 'acknowledged' })
    await pass(1)
    expect(await incident()).toMatchObject({ status: 'triggered', acknowledgedBy: null, ackExpiresAt: null })
    await pass(5 * hour)
    expect(await times('ackExpired')).toBe(1)
    expect((await changes()).at(-1)).toMatchObject({
      by: { kind: 'system' },
      from: 'acknowledged',
      reason: 'nobody has acted on it since it was acknowledged',
    })
  })

  it('lasts as long again after each action of a person', async () => {
    await act({ kind: 'acknowledge' })
    await pass(20 * minute)
    await act({ kind: 'note', text: 'still at it' }, 'jonas')
    await pass(20 * minute)
    expect(await incident()).toMatchObject({ status: 'acknowledged' })
    await pass(10 * minute)
    expect(await incident()).toMatchObject({ status: 'triggered' })
  })

  it('runs out likewise when a source gave it', async () => {
    await inside.send({ dedupKey: disk.dedupKey, action: 'acknowledge' })
    expect(await incident()).toMatchObject({ status: 'acknowledged', acknowledgedBy: { kind: 'source' } })
    await pass(30 * minute)
    expect(await incident()).toMatchObject({ status: 'triggered', acknowledgedBy: null })
  })

  it('lasts as long again after a merge into it, and after a split', async () => {
    await inside.send({ ...disk, dedupKey: 'db/disk2' })
    await inside.send({ service: 'edge', title: 'Many 5xx', dedupKey: 'edge/5xx' })
    const [other] = await inside.incidents()
    await act({ kind: 'acknowledge' })
    await pass(20 * minute)
    await inside.act({ kind: 'merge', incidentId: other?.id ?? '', intoId: id })
    await pass(20 * minute)
    expect(await incident()).toMatchObject({ status: 'acknowledged' })
    const alerts = (await inside.store.incident(id))?.alerts ?? []
    await act({ kind: 'split', alertIds: [alerts.at(-1)?.id ?? ''] })
    await pass(29 * minute)
    expect(await incident()).toMatchObject({ status: 'acknowledged' })
    await pass(minute)
    expect(await incident()).toMatchObject({ status: 'triggered' })
  })

  it('ends after its own time where its command gives one, and never where that says so', async () => {
    await act({ kind: 'acknowledge', forMs: 5 * minute })
    await pass(5 * minute)
    expect(await incident()).toMatchObject({ status: 'triggered' })
    await act({ kind: 'acknowledge', forMs: null })
    await pass(100 * hour)
    expect(await incident()).toMatchObject({ status: 'acknowledged' })
  })

  it.each([5 * minute, 2 * hour])(
    'that was given for %d ms lasts for that again, not for the usual time',
    async (forMs) => {
      await act({ kind: 'acknowledge', forMs })
      await pass(forMs - minute)
      await act({ kind: 'assign', assignee: 'jonas', seen: null })
      await pass(forMs - minute)
      expect(await incident()).toMatchObject({ status: 'acknowledged', ackLastsMs: forMs })
      await pass(minute)
      expect(await incident()).toMatchObject({ status: 'triggered', ackLastsMs: null })
    },
  )
})

describe('a snooze', () => {
  it('ends at its time, once, though the server was down then and its clock jumped', async () => {
    const until = inside.clock.now() + hour
    await act({ kind: 'snooze', until })
    expect(await incident()).toMatchObject({ status: 'acknowledged', snoozedUntil: until })
    await inside.store.close()
    const { dataDir, clock } = inside
    inside = openServerInside(dataDir)
    // Set back by two hours, then forward over the end.
    inside.clock.at = clock.at - 2 * hour
    await runDueTimers(inside)
    expect(await incident()).toMatchObject({ status: 'acknowledged' })
    inside.clock.at = until + 9 * hour
    await runDueTimers(inside)
    expect(await incident()).toMatchObject({ status: 'triggered', snoozedUntil: null })
    inside.clock.at = until - 1
    await runDueTimers(inside)
    inside.clock.at = until + 1
    await runDueTimers(inside)
    expect(await times('snoozeEnded')).toBe(1)
  })

  it('ends early when another service joins, not with an alert of the same one', async () => {
    const webhook = (service: string, fingerprint: string) => {
      const labels = { alertname: 'Latency', service, severity: 'error' }
      const alerts = [{ status: 'firing', labels, startsAt: '2026-11-23T13:59:00Z', fingerprint }]
      return inside.send({ version: '4', groupKey: 'latency', alerts }, 'alertmanager')
    }
    await webhook('checkout', 'a')
    id = (await inside.incidents())[0]?.id ?? ''
    await act({ kind: 'snooze', until: inside.clock.now() + hour })
    await webhook('checkout', 'b')
    expect(await incident()).toMatchObject({ status: 'acknowledged', alertCount: 2 })
    await webhook('payments', 'c')
    expect(await incident()).toMatchObject({ status: 'triggered', snoozedUntil: null, alertCount: 3 })
    expect((await changes()).at(-1)).toMatchObject({ kind: 'alertJoined', from: 'acknowledged' })
  })

  it('ends early when the severity rises, not with a repeat', async () => {
    await act({ kind: 'snooze', until: inside.clock.now() + hour })
    await inside.send(disk)
    expect(await incident()).toMatchObject({ status: 'acknowledged' })
    await inside.send({ ...disk, severity: 'critical' })
    expect(await incident()).toMatchObject({ status: 'triggered', snoozedUntil: null, severity: 'critical' })
    await pass(2 * hour)
    expect(await times('snoozeEnded')).toBe(0)
  })

  it('does not end with a row that came too early, which is set again for its time', async () => {
    const until = inside.clock.now() + hour
    await act({ kind: 'snooze', until })
    await inside.store.write((turn) => turn.setTimer({ kind: 'snooze', key: id, dueAt: turn.now }))
    await runDueTimers(inside)
    expect(await incident()).toMatchObject({ status: 'acknowledged', snoozedUntil: until })
    await pass(hour)
    expect(await incident()).toMatchObject({ status: 'triggered' })
  })

  it('is taken over by the later of two people, and given back by unacknowledging', async () => {
    await act({ kind: 'snooze', until: inside.clock.now() + hour })
    await act({ kind: 'snooze', until: inside.clock.now() + 3 * hour }, 'jonas')
    await pass(2 * hour)
    expect(await incident()).toMatchObject({ status: 'acknowledged', acknowledgedBy: { name: 'jonas' } })
    await act({ kind: 'unacknowledge' })
    await pass(2 * hour)
    expect([await incident(), await times('snoozeEnded')]).toMatchObject([{ status: 'triggered' }, 0])
  })

  it('is refused when its time has passed while it waited', async () => {
    const late = await act({ kind: 'snooze', until: inside.clock.now() })
    expect(late).toMatchObject({
      status: 'conflict',
      code: 'timeHasPassed',
      incident: { status: 'triggered' },
    })
  })
})

describe('a timer that fails', () => {
  it('is told, tried again later, and keeps no other from its time', async () => {
    const { clock, store } = inside
    const schedule = { kind: 'once', startsAt: clock.now(), endsAt: clock.now() + minute } as const
    const match = [{ field: 'service' as const, anyOf: ['edge'], negated: false }]
    const plan = { title: 'Works', match, schedule }
    await inside.act({ kind: 'planMaintenance', windowId: null, seen: null, plan })
    await runDueTimers(inside)
    await inside.send({ service: 'edge', title: 'Slow', dedupKey: 'edge/slow' })
    await act({ kind: 'snooze', until: clock.now() + 2 * minute })
    clock.pass(3 * minute)
    const errors: unknown[] = []
    const correlate = () => {
      throw new Error('no rule says what to do')
    }
    const stop = startTimers({
      store,
      clock,
      release: { ...inside.placing, correlate },
      requestSummary: () => undefined,
      onError: (error) => errors.push(error),
      tickMs: 1,
    })
    while (await store.hasDueTimer(clock.now())) await new Promise((resolve) => setTimeout(resolve, 2))
    await stop()
    expect(errors).toHaveLength(1)
    expect(await incident()).toMatchObject({ status: 'triggered', snoozedUntil: null })
    await pass(minute)
    expect(await inside.incidents()).toMatchObject([{ title: 'Slow' }, { title: 'Disk full' }])
  })
})

describe('what people write on an incident', () => {
  it('keeps a priority by hand through any severity, until it is given back', async () => {
    await act({ kind: 'prioritise', priority: 'P1', seen: 'P3' })
    await inside.send({ ...disk, severity: 'critical' })
    expect(await incident()).toMatchObject({ priority: 'P1', prioritySetBy: { name: 'mira' } })
    await act({ kind: 'prioritise', priority: null, seen: 'P1' })
    expect(await incident()).toMatchObject({ priority: 'P2', prioritySetBy: null })
  })

  it('keeps one that is the severity’s own too, where a person set it', async () => {
    await act({ kind: 'prioritise', priority: 'P3', seen: 'P3' })
    await inside.send({ ...disk, severity: 'critical' })
    expect(await incident()).toMatchObject({ severity: 'critical', priority: 'P3' })
  })

  it('announces a follow-up once at its time, also after it was resolved, and not when it was taken back', async () => {
    const at = inside.clock.now() + hour
    await act({ kind: 'followUp', followUp: { at, text: 'vendor calls' }, seen: null })
    await act({ kind: 'resolve' })
    await pass(hour)
    expect(await incident()).toMatchObject({ followUp: { at, text: 'vendor calls', isDue: true } })
    await pass(hour)
    expect(await times('followUpDue')).toBe(1)
    await act({ kind: 'followUp', followUp: { at: at + 9 * hour, text: '' }, seen: at })
    await act({ kind: 'followUp', followUp: null, seen: at + 9 * hour })
    await pass(20 * hour)
    expect(await times('followUpDue')).toBe(1)
  })

  it('takes a ticket once, replaces its address, and bounds their number', async () => {
    const ticket = { key: 'OPS-7', url: null }
    const first = await act({ kind: 'addTicket', ticket })
    expect(await act({ kind: 'addTicket', ticket })).toMatchObject({ status: 'done', seq: null })
    const url = 'https://tickets.example/OPS-7'
    await act({ kind: 'addTicket', ticket: { ...ticket, url } })
    expect(first.seq).not.toBeNull()
    expect(await incident()).toMatchObject({ tickets: [{ key: 'OPS-7', url }] })
    for (let number = 1; number < 20; number += 1)
      await act({ kind: 'addTicket', ticket: { key: `OPS-1${number}`, url: null } })
    const tooMany = await act({ kind: 'addTicket', ticket: { key: 'OPS-99', url: null } })
    expect(tooMany).toMatchObject({ status: 'conflict', code: 'tooManyTickets' })
  })

  it('says each of it in the timeline, with who, from where and what', async () => {
    const { clientId } = inside.command({ kind: 'note', incidentId: id, text: 'another of this console' })
    await act({ kind: 'assign', assignee: 'jonas', seen: null })
    await act({ kind: 'resolve' })
    await act({ kind: 'setCause', cause: 'a log that nobody rotated', seen: null })
    expect(await changes()).toMatchObject([
      { kind: 'triggered', by: { kind: 'source' }, clientId: null },
      { kind: 'assigned', by: { name: 'mira' }, clientId, text: 'jonas' },
      { kind: 'resolved', clientId, from: 'triggered' },
      { kind: 'causeSet', clientId, text: 'a log that nobody rotated' },
    ])
  })
})

describe('a reopening by a person', () => {
  it('opens the alerts that the resolution closed, so that a monitor can close them', async () => {
    await act({ kind: 'acknowledge' })
    await act({ kind: 'resolve' })
    inside.clock.pass(3_000)
    await act({ kind: 'reopen' })
    expect(await incident()).toMatchObject({
      status: 'triggered',
      openAlertCount: 1,
      resolvedAt: null,
      acknowledgedBy: null,
    })
    await inside.send({ ...disk, action: 'resolve' })
    await pass(30_000)
    expect(await incident()).toMatchObject({ status: 'resolved', resolvedBy: { kind: 'system' } })
  })

  it('leaves closed what its monitor has opened anew meanwhile: one key has one open alert', async () => {
    await inside.send({ ...disk, dedupKey: 'db/load', severity: 'warning' })
    await act({ kind: 'resolve' })
    await pass(6 * minute)
    await inside.send(disk)
    await act({ kind: 'reopen' })
    expect(await incident()).toMatchObject({ status: 'triggered', openAlertCount: 1, severity: 'warning' })
    for (const { dedupKey } of [disk, { dedupKey: 'db/load' }])
      await inside.send({ dedupKey, action: 'resolve' })
    await pass(30_000)
    expect((await inside.incidents()).map(({ status }) => status)).toEqual(['resolved', 'resolved'])
  })

  it('leaves closed what its monitor ended in the same instant: nobody would say so again', async () => {
    await inside.send({ ...disk, dedupKey: 'db/load' })
    await inside.send({ ...disk, action: 'resolve' })
    await act({ kind: 'resolve' })
    await act({ kind: 'reopen' })
    const found = await inside.store.incident(id)
    expect(found?.alerts.map(({ dedupKey, isOpen }) => [dedupKey, isOpen])).toEqual([
      ['db/disk', false],
      ['db/load', true],
    ])
    expect(found?.incident.openAlertCount).toBe(1)
  })

  it('keeps open what has no open alert, until somebody resolves it', async () => {
    await inside.send({ ...disk, action: 'resolve' })
    await pass(30_000)
    expect(await incident()).toMatchObject({ status: 'resolved' })
    await act({ kind: 'reopen' })
    await pass(10 * hour)
    expect(await incident()).toMatchObject({ status: 'triggered', openAlertCount: 0, settlesAt: null })
  })
})

describe('the shift log and the catalogue', () => {
  it('keep what operators write, with who wrote it', async () => {
    const result = await inside.act({ kind: 'writeShift', text: 'Power works in hall 2 until 18:00.' })
    const entry = (await inside.log()).at(-1)
    expect(entry).toMatchObject({
      kind: 'shift',
      shift: { id: result.madeId, author: 'mira', at: inside.clock.now(), revision: 1 },
    })
  })

  it('change a service once for the state that was seen', async () => {
    const service = (await inside.log()).flatMap((entry) =>
      entry.kind === 'service' ? [entry.service] : [],
    )[0]
    const edit = {
      kind: 'editService',
      serviceId: service?.id ?? '',
      seen: 1,
      team: 'Storage',
      runbookUrl: 'https://runbooks.example/orders-db',
      labels: { tier: '1' },
    } as const
    expect(await inside.act(edit)).toMatchObject({ status: 'done' })
    expect((await inside.log()).at(-1)).toMatchObject({
      service: { name: 'orders-db', revision: 2, team: 'Storage' },
    })
    expect(await inside.act({ ...edit, team: 'Databases' }, 'jonas')).toMatchObject({
      status: 'conflict',
      code: 'serviceChanged',
    })
  })
})
