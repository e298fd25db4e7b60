import { describe, expect, it } from 'vitest'
import { createEventMatch, type EventSubject } from '../../src-shared/filter/match-event.ts'
import { parseFilter } from '../../src-shared/filter/parse-filter.ts'
import { printFilter } from '../../src-shared/filter/print-filter.ts'
import { suggestFilter } from '../../src-shared/filter/suggest-filter.ts'

const receivedAt = Date.UTC(2026, 10, 23, 14, 0)
const event: EventSubject = {
  title: 'Disk full on /var',
  description: 'The volume has 12 MB left',
  service: 'Orders',
  sourceName: 'zabbix',
  labels: { env: 'production', host: 'db-7' },
  severity: 'error',
  action: 'trigger',
  effect: 'counted',
  receivedAt,
  dedupKey: 'db-7/disk',
}

function matches(text: string): boolean {
  const reading = parseFilter(text, 'events')
  if (!reading.ok) throw new Error(reading.problem.message)
  return createEventMatch(reading.filter)(event, receivedAt + 3_600_000)
}

function problem(text: string) {
  const reading = parseFilter(text, 'events')
  if (reading.ok) throw new Error(`it was read: ${printFilter(reading.filter)}`)
  const { code, message, span, instead } = reading.problem
  return { code, message, at: text.slice(span.from, span.to), instead }
}

describe('a filter of events', () => {
  it.each([
    '',
    'disk',
    '"FULL on"',
    '"12 mb"',
    'orders',
    'DB-7',
    'service:ord*',
    'source:zabbix,prober',
    'title:*/var',
    'label.env:prod*',
    '-label.region:*',
    'severity>=error',
    'action:trigger,resolve',
    'effect:opened,counted',
    'key:db-7/disk',
    'key:other,"db-7/disk"',
    '-key:db-7',
    'age<2h',
    'age>=1h',
    'received>=2026-11-23T14:00',
    'received<2026-11-24 -resolved',
  ])('%s lets it through', (text) => {
    expect(matches(text)).toBe(true)
  })

  it.each([
    'prober',
    'env',
    'service:order',
    'label.ENV:production',
    'severity>error',
    'action:resolve',
    '-effect:counted',
    'key:db-7',
    'key:DB-7/disk',
    'age<1h',
    'received>2026-11-23T14:00',
    'disk staging',
  ])('%s keeps it out', (text) => {
    expect(matches(text)).toBe(false)
  })

  it('has fields of its own, and says at the characters whose a field is', () => {
    expect(problem('disk status:triggered')).toMatchObject({
      code: 'otherField',
      at: 'status',
      message: expect.stringContaining('status is a field of incidents, not of events') as string,
    })
    expect(problem('triggered>2026-11-23')).toMatchObject({ at: 'triggered', instead: 'received' })
    expect(problem('-#12')).toMatchObject({ code: 'otherField', at: '-#12', instead: '-"#12"' })
    expect(problem('key:db-7*')).toMatchObject({ code: 'unknownValue', at: 'db-7*', instead: '"db-7*"' })
    expect(problem('actoin:resolve')).toMatchObject({ code: 'unknownField', instead: 'action' })
    expect(problem('stauts:triggered')).toMatchObject({ code: 'unknownField', instead: null })
    const ofIncidents = parseFilter('disk effect:opened')
    expect(ofIncidents).toMatchObject({
      ok: false,
      problem: { code: 'otherField', span: { from: 5, to: 11 } },
    })
  })

  it('is completed with the fields of events', () => {
    const known = { services: [], sources: [], operators: [], tickets: [], labels: {} }
    const fields = suggestFilter('', 0, known, 'events').items.map(({ label }) => label)
    expect(fields).toEqual([
      'service',
      'source',
      'title',
      'severity',
      'age',
      'received',
      'action',
      'effect',
      'key',
    ])
    expect(suggestFilter('', 0, known).items.map(({ label }) => label)).not.toContain('effect')
    expect(suggestFilter('action:r', 8, known, 'events').items[0]?.label).toBe('resolve')
  })
})
