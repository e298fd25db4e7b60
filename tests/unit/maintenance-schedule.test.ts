import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { occurrenceAt } from '../../src-shared/domain/maintenance-schedule.ts'
import { maintenancePlanSchema, type Schedule } from '../../src-shared/domain/maintenance.ts'

type Weekly = Extract<Schedule, { kind: 'weekly' }>

const hour = 3_600_000
/** Sundays from 01:30 to 04:30 in Berlin, where the clocks change on Sundays at 02:00 and 03:00. */
const sundays: Weekly = {
  kind: 'weekly',
  timeZone: 'Europe/Berlin',
  weekdays: [0],
  startMinute: 90,
  durationMinutes: 180,
  from: 0,
  until: null,
}

function isOn(schedule: Schedule, at: number): boolean {
  const occurrence = occurrenceAt(schedule, at)
  return occurrence !== null && at >= occurrence.from
}

describe('a window that comes once', () => {
  const once: Schedule = { kind: 'once', startsAt: 1_000, endsAt: 2_000 }

  it('is on from its first instant up to its last, which is no longer part of it', () => {
    expect([999, 1_000, 1_999, 2_000].map((at) => isOn(once, at))).toEqual([false, true, true, false])
    expect(occurrenceAt(once, 2_000)).toBeNull()
  })
})

describe('a window that comes every week', () => {
  it('begins as the clocks of its place show it, in winter and in summer', () => {
    expect(occurrenceAt(sundays, Date.UTC(2026, 0, 7))?.from).toBe(Date.UTC(2026, 0, 11, 0, 30))
    expect(occurrenceAt(sundays, Date.UTC(2026, 6, 8))?.from).toBe(Date.UTC(2026, 6, 11, 23, 30))
  })

  it('lasts as long on the days on which the clocks change', () => {
    const spring = occurrenceAt(sundays, Date.UTC(2026, 2, 28))
    const autumn = occurrenceAt(sundays, Date.UTC(2026, 9, 24))
    for (const occurrence of [spring, autumn])
      expect((occurrence?.to ?? 0) - (occurrence?.from ?? 0)).toBe(3 * hour)
  })

  it('begins as much later, where the clocks skip its time', () => {
    const skipped = { ...sundays, startMinute: 150 }
    // 02:30 does not exist on 29 March 2026: the clocks go from 02:00 to 03:00, which is 01:00 UTC.
    expect(occurrenceAt(skipped, Date.UTC(2026, 2, 28))?.from).toBe(Date.UTC(2026, 2, 29, 1, 30))
  })

  it('begins the first time that its time is shown, where the clocks show it twice', () => {
    const twice = { ...sundays, startMinute: 150 }
    // 02:30 is shown at 00:30 UTC and again at 01:30 UTC on 25 October 2026.
    expect(occurrenceAt(twice, Date.UTC(2026, 9, 24))?.from).toBe(Date.UTC(2026, 9, 25, 0, 30))
  })

  it('is still on after midnight and on later days', () => {
    const long = { ...sundays, weekdays: [5], startMinute: 22 * 60, durationMinutes: 3 * 1_440 }
    expect(isOn(long, Date.UTC(2026, 0, 12, 20))).toBe(true)
    expect(isOn(long, Date.UTC(2026, 0, 12, 22))).toBe(false)
  })

  it('has no occurrence that begins before `from`, and none from `until` on', () => {
    const limited = { ...sundays, from: Date.UTC(2026, 0, 11, 1), until: Date.UTC(2026, 0, 25, 0, 30) }
    expect(occurrenceAt(limited, Date.UTC(2026, 0, 11, 2))?.from).toBe(Date.UTC(2026, 0, 18, 0, 30))
    expect(occurrenceAt(limited, Date.UTC(2026, 0, 20))).toBeNull()
  })

  const weeklies = fc.record({
    kind: fc.constant('weekly' as const),
    timeZone: fc.constantFrom(
      'UTC',
      'Europe/Berlin',
      'America/New_York',
      'Australia/Lord_Howe',
      'Asia/Kolkata',
    ),
    weekdays: fc.uniqueArray(fc.integer({ min: 0, max: 6 }), { minLength: 1 }),
    startMinute: fc.integer({ min: 0, max: 1_439 }),
    durationMinutes: fc.integer({ min: 1, max: 6 * 1_440 }),
    from: fc.constant(0),
    until: fc.constant(null),
  })
  const instants = fc.integer({ min: Date.UTC(2025, 0, 1), max: Date.UTC(2028, 0, 1) })

  it('is found the same from any instant before it, and ends after it has begun', () => {
    fc.assert(
      fc.property(weeklies, instants, fc.double({ min: 0, max: 1, noNaN: true }), (weekly, at, part) => {
        const next = occurrenceAt(weekly, at)
        expect(next).not.toBeNull()
        if (!next) return
        expect(next.to).toBeGreaterThan(at)
        expect(next.to - next.from).toBe(weekly.durationMinutes * 60_000)
        const between = at + Math.floor(Math.max(0, next.from - at) * part)
        expect(occurrenceAt(weekly, between)).toEqual(next)
      }),
      { numRuns: 150 },
    )
  })

  // Each alert that opens asks all windows: an error in one of them would stop them all.
  it('can be asked about, whatever its plan says, up to the last instant there is', () => {
    const last = 8_640_000_000_000_000
    const late = fc.integer({ min: last - 20 * 24 * hour, max: last })
    fc.assert(
      fc.property(weeklies, late, fc.option(late), fc.oneof(instants, late), (weekly, from, until, at) => {
        const plan = { title: 'One day', match: [{ field: 'service', anyOf: ['x'] }] }
        const { schedule } = maintenancePlanSchema.parse({ ...plan, schedule: { ...weekly, from, until } })
        expect(occurrenceAt(schedule, at)?.from ?? from).toBeGreaterThanOrEqual(from)
      }),
    )
  })
})

describe('a plan that cannot be', () => {
  const plan = { title: 'Upgrade', match: [{ field: 'service', anyOf: ['payments'] }] }

  it.each([
    ['schedule.endsAt', { kind: 'once', startsAt: 2_000, endsAt: 2_000 }],
    ['schedule.timeZone', { ...sundays, timeZone: 'Mars/Olympus' }],
    ['schedule.weekdays', { ...sundays, weekdays: [] }],
    ['schedule.durationMinutes', { ...sundays, durationMinutes: 7 * 1_440 }],
    ['schedule.durationMinutes', { ...sundays, durationMinutes: 0 }],
  ])('is refused by the name of its field: %s', (field, schedule) => {
    const parsed = maintenancePlanSchema.safeParse({ ...plan, schedule })
    expect(parsed.error?.issues[0]?.path.join('.')).toBe(field)
    // In words for people, not the schema's own.
    expect(parsed.error?.issues[0]?.message).not.toMatch(/expected/i)
  })

  it('has no condition with a word that is not known, which would be left out', () => {
    const schedule = { kind: 'once', startsAt: 1, endsAt: 2 }
    const match = [{ field: 'service', anyOf: ['payments'], negate: true }]
    expect(maintenancePlanSchema.safeParse({ ...plan, match, schedule }).success).toBe(false)
  })

  it('has to say what it covers', () => {
    const schedule = { kind: 'once', startsAt: 1, endsAt: 2 }
    expect(maintenancePlanSchema.safeParse({ title: 'All', match: [], schedule }).success).toBe(false)
  })
})
