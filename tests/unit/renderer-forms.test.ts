import { describe, expect, it } from 'vitest'
import type { IncidentChange } from '../../src-shared/domain/incident.ts'
import { canOpenForm, formKeys, formNames, formOfKey } from '../../src-renderer/state/forms.ts'
import { labelsOf, labelsText } from '../../src-renderer/state/label-fields.ts'
import { mergeTargets } from '../../src-renderer/state/merge-targets.ts'
import { laterBy, nextMorning, readTime, toTimeField } from '../../src-renderer/state/time-fields.ts'
import { changeWords } from '../../src-renderer/texts/change-words.ts'
import { row } from '../support/renderer-harness/sample-rows.ts'

const by = { kind: 'operator' as const, name: 'mira' }
const change = (kind: IncidentChange['kind'], text: string | null): IncidentChange => ({
  kind,
  by,
  clientId: null,
  from: null,
  text,
  reason: null,
  alertId: null,
  eventId: null,
})
const when = (at: number): string => `[${at}]`

describe('the words of a change', () => {
  it('writes instants as the operator reads them, not as the wire has them', () => {
    const at = Date.UTC(2026, 10, 27, 15, 30)
    const iso = new Date(at).toISOString()
    expect(changeWords(change('snoozed', iso), when).detail).toBe(`until [${at}]`)
    const followUp = changeWords(change('followUpSet', `${iso} vendor calls back`), when)
    expect(followUp).toEqual({ what: `Follow-up set for [${at}]`, detail: 'vendor calls back', quote: null })
    expect(changeWords(change('followUpSet', iso), when).detail).toBeNull()
  })

  it('says what was taken away', () => {
    expect(changeWords(change('assigned', null), when).what).toBe('Assigned to nobody')
    expect(changeWords(change('followUpSet', null), when).what).toBe('Follow-up removed')
    expect(changeWords(change('causeSet', null), when).what).toBe('Cause taken back')
  })

  it('names the other incident, and quotes what a person wrote', () => {
    expect(changeWords(change('merged', '#7'), when).what).toBe('Merged into #7')
    expect(changeWords(change('splitFrom', '#7'), when).what).toBe('Split from #7')
    expect(changeWords(change('noted', 'paged'), when).quote).toBe('paged')
    expect(changeWords(change('causeSet', 'a bad fan'), when).quote).toBe('a bad fan')
  })
})

describe('times in fields', () => {
  it('hold an instant to the minute, and read it back', () => {
    const at = new Date(2026, 10, 27, 9, 5).getTime()
    expect(toTimeField(at)).toBe('2026-11-27 09:05')
    expect(readTime(toTimeField(at), 0)).toBe(at)
  })

  // A Monday, thirty seconds past 14:30.
  const now = new Date(2026, 10, 30, 14, 30, 30).getTime()
  const on = (month: number, day: number, hour: number, minute: number) =>
    new Date(2026, month - 1, day, hour, minute).getTime()

  it.each([
    ['14:31', on(11, 30, 14, 31)],
    ['14:30', on(11, 30, 14, 30)],
    ['14:29', on(12, 1, 14, 29)],
    ['9:05', on(12, 1, 9, 5)],
    ['00:00', on(12, 1, 0, 0)],
    ['today 9:05', on(11, 30, 9, 5)],
    ['Tomorrow 08:00', on(12, 1, 8, 0)],
    ['2026-12-01 14:30', on(12, 1, 14, 30)],
    ['2026-12-01T14:30', on(12, 1, 14, 30)],
    ['+2h', on(11, 30, 16, 31)],
    [' + 1h 30min ', on(11, 30, 16, 1)],
    ['+45m', on(11, 30, 15, 16)],
    ['+2d', on(12, 2, 14, 31)],
  ])('take %j as an operator means it', (text, at) => {
    expect(readTime(text, now)).toBe(at)
  })

  it.each([
    '',
    'soon',
    '+',
    '+0h',
    '24:00',
    '14:60',
    '2 pm',
    '02:30 PM',
    '14',
    '2026-02-30 10:00',
    '1e3',
    '+2h later',
  ])('take %j for no time', (text) => {
    expect(readTime(text, now)).toBeNull()
  })

  it('take the morning that comes, over the end of a month', () => {
    const late = new Date(2026, 10, 30, 23, 59).getTime()
    expect(nextMorning(late)).toBe(new Date(2026, 11, 1, 8).getTime())
    const early = new Date(2026, 10, 30, 0, 1).getTime()
    expect(nextMorning(early)).toBe(new Date(2026, 10, 30, 8).getTime())
  })

  it('never offer a time earlier than asked for', () => {
    expect(laterBy(30_001, 60_000)).toBe(120_000)
  })
})

describe('labels in a field', () => {
  it('are read back as they were, commas in their values too', () => {
    const labels = { env: 'prod', hosts: 'a,b', empty: '' }
    expect(labelsOf(labelsText(labels))).toEqual({ ok: true, value: labels })
    expect(labelsOf('')).toEqual({ ok: true, value: {} })
    expect(labelsOf('env=prod, rack').ok).toBe(false)
  })
})

describe('the forms', () => {
  it('have each a key of its own', () => {
    expect(new Set(Object.values(formKeys)).size).toBe(formNames.length)
    for (const name of formNames) expect(formOfKey(formKeys[name])).toBe(name)
    expect(formOfKey('j')).toBeNull()
  })

  it('open only where the server would take what they ask for', () => {
    const open = { status: 'triggered', alertCount: 1 } as const
    const over = { status: 'resolved', alertCount: 2 } as const
    expect(formNames.filter((name) => !canOpenForm(name, open))).toEqual(['split', 'cause'])
    expect(formNames.filter((name) => canOpenForm(name, over))).toEqual([
      'note',
      'followUp',
      'ticket',
      'cause',
      'service',
    ])
  })
})

describe('where an incident can be merged into', () => {
  const source = row(10, { serviceName: 'checkout' })
  const rows = [
    source,
    row(3, { serviceName: 'checkout', title: 'Disk full' }),
    row(31, { serviceName: 'ledger', title: 'Disk full' }),
    row(12, { serviceName: 'ledger', title: 'Latency', status: 'resolved' }),
    row(13, { serviceName: 'ledger', siteId: '00000001-0000-7000-8000-000000000002' }),
  ]
  const numbers = (typed: string): number[] => mergeTargets(rows, source, typed).map(({ number }) => number)

  it('leaves out itself, what is resolved and what is of another site', () => {
    expect(numbers('')).toEqual([3, 31])
  })

  it('puts the number that was typed first, and finds words of the title', () => {
    expect(numbers('31')).toEqual([31])
    expect(numbers('#3')).toEqual([3, 31])
    expect(numbers('full ledger')).toEqual([31])
    expect(numbers('latency')).toEqual([])
  })
})
