import { describe, expect, it } from 'vitest'
import {
  coversWords,
  fieldsOf,
  placeOf,
  planOf,
  type PlanFields,
} from '../../src-renderer/state/maintenance-form.ts'

const now = new Date(2026, 10, 27, 14, 0).getTime()
const hour = 3_600_000
const fields = (changes: Partial<PlanFields> = {}): PlanFields => ({
  ...fieldsOf(null, now),
  title: 'Firmware',
  services: 'orders-db, pay*',
  ...changes,
})

describe('the form of a maintenance window', () => {
  it('begins with the coming hour, in the time zone of this machine', () => {
    const begun = planOf(fields(), now)
    expect(begun).toEqual({
      ok: true,
      value: {
        title: 'Firmware',
        match: [{ field: 'service', anyOf: ['orders-db', 'pay*'], negated: false }],
        schedule: { kind: 'once', startsAt: now, endsAt: now + hour },
      },
    })
    expect(fields().timeZone).toBe(new Intl.DateTimeFormat().resolvedOptions().timeZone)
  })

  it('counts its end from its beginning', () => {
    const plan = planOf(fields({ startsAt: 'tomorrow 22:00', endsAt: '+4h' }), now)
    const startsAt = new Date(2026, 10, 28, 22, 0).getTime()
    expect(plan.ok && plan.value.schedule).toEqual({ kind: 'once', startsAt, endsAt: startsAt + 4 * hour })
    const clock = planOf(fields({ startsAt: '22:00', endsAt: '02:00' }), now)
    expect(clock.ok && clock.value.schedule).toMatchObject({ endsAt: new Date(2026, 10, 28, 2, 0).getTime() })
  })

  it('reads labels, several values of one name together', () => {
    const plan = planOf(fields({ services: '', labels: 'env=staging, rack=a=1,env=test' }), now)
    expect(plan.ok && plan.value.match).toEqual([
      { field: 'label.env', anyOf: ['staging', 'test'], negated: false },
      { field: 'label.rack', anyOf: ['a=1'], negated: false },
    ])
  })

  it('plans every week, at a time of the day of a place', () => {
    const weekly = fields({
      kind: 'weekly',
      weekdays: [6, 0],
      time: '02:30',
      minutes: '90',
      timeZone: 'Europe/Berlin',
    })
    const plan = planOf(weekly, now)
    expect(plan.ok && plan.value.schedule).toEqual({
      kind: 'weekly',
      timeZone: 'Europe/Berlin',
      weekdays: [0, 6],
      startMinute: 150,
      durationMinutes: 90,
      from: now,
      until: null,
    })
  })

  it.each([
    [{ title: ' ' }, 'A title is needed'],
    [{ services: ' , ' }, 'Say what it covers'],
    [{ labels: 'env' }, 'env is no label'],
    [{ endsAt: '2026-11-27 13:00' }, 'It has to begin before it ends'],
    [{ endsAt: '2 pm' }, 'Write both times as 14:30'],
    [{ startsAt: '2026-11-26 13:00', endsAt: '2026-11-26 14:00' }, 'It would be over already'],
    [{ kind: 'weekly', weekdays: [] }, 'Choose a day'],
    [{ kind: 'weekly', time: '' }, 'Write a time of day'],
    [{ kind: 'weekly', time: '2:30 PM' }, 'Write a time of day'],
    [{ kind: 'weekly', minutes: '0' }, 'From 1 to 8,640 minutes'],
    [{ kind: 'weekly', timeZone: 'Berlin' }, 'Berlin is no time zone'],
  ] as const)('says what is wrong with %j', (changes, message) => {
    const plan = planOf(fields(changes), now)
    expect(plan.ok ? '' : plan.message).toContain(message)
  })

  it('keeps the end of a weekly window that is changed, and says where none of its days comes before that', () => {
    const schedule = {
      kind: 'weekly' as const,
      timeZone: 'UTC',
      weekdays: [3],
      startMinute: 120,
      durationMinutes: 60,
      from: now,
      until: now + 7 * 24 * hour,
    }
    const match = [{ field: 'service' as const, anyOf: ['ledger'], negated: false }]
    const begun = fieldsOf({ title: 'Old', match, schedule }, now)
    expect(planOf(begun, now)).toMatchObject({ ok: true, value: { schedule } })
    const late = planOf({ ...begun, weeklyUntil: now + hour }, now)
    expect(late).toMatchObject({ ok: false, message: expect.stringContaining('It ends on ') })
  })

  it('changes a window and keeps what it has no field for', () => {
    const match = [
      { field: 'service' as const, anyOf: ['ledger'], negated: false },
      { field: 'severity' as const, anyOf: ['info'], negated: true },
    ]
    const schedule = { kind: 'once' as const, startsAt: now, endsAt: now + 2 * hour }
    const plan = planOf({ ...fieldsOf({ title: 'Old', match, schedule }, now), title: 'New' }, now)
    expect(plan.ok && plan.value).toEqual({ title: 'New', match, schedule })
    expect(coversWords(match)).toBe('service: ledger · not severity: info')
  })
})

describe('where a window stands', () => {
  const window = {
    id: '00000001-0000-7000-8000-000000000001',
    revision: 1,
    title: 'Firmware',
    match: [],
    schedule: { kind: 'once' as const, startsAt: now, endsAt: now + hour },
    plannedBy: { kind: 'operator' as const, name: 'mira' },
    endedAt: null,
    endedBy: null,
  }

  it('is coming, on and over, and over at once when somebody ends it', () => {
    expect(placeOf(window, now - 1).place).toBe('coming')
    expect(placeOf(window, now).place).toBe('on')
    expect(placeOf(window, now + hour).place).toBe('ended')
    expect(placeOf({ ...window, endedAt: now + 1 }, now + 2).place).toBe('ended')
  })
})
