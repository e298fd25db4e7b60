import { describe, expect, it } from 'vitest'
import { createFilterMatch, type FilterSubject } from '../../src-shared/filter/match-filter.ts'
import { parseFilter } from '../../src-shared/filter/parse-filter.ts'
import { suggestFilter } from '../../src-shared/filter/suggest-filter.ts'
import { sampleAlert, sampleIncident, sampleStart } from '../support/sample-incident.ts'

const subject: FilterSubject = {
  incident: sampleIncident({
    title: 'Disk full on /var',
    severity: 'error',
    priority: 'P3',
    assignee: 'Mira',
    alertCount: 2,
    flapCount: 4,
    flapping: { since: sampleStart, until: sampleStart + 3_600_000, worst: 'error' },
    snoozedUntil: sampleStart + 7_200_000,
    followUp: { at: sampleStart + 9_000_000, text: 'vendor calls', isDue: false },
    tickets: [
      { key: 'OPS-17', url: null },
      { key: 'VENDOR/9', url: 'https://vendor.example/9' },
    ],
  }),
  serviceNames: ['payments', 'Order database'],
  alerts: [
    sampleAlert({ labels: { env: 'production', host: 'db-7' }, count: 4 }),
    sampleAlert({ labels: { env: 'staging' }, title: 'Inodes at 99 %', sourceName: 'zabbix', count: 3 }),
  ],
}

function matches(text: string, changes: Partial<FilterSubject> = {}, me: string | null = 'Mira'): boolean {
  const reading = parseFilter(text)
  if (!reading.ok) throw new Error(reading.problem.message)
  return createFilterMatch(reading.filter, { me })({ ...subject, ...changes }, sampleStart + 3_600_000)
}

describe('a filter lets through', () => {
  it.each([
    '',
    'disk',
    '"full on"',
    '#1042',
    'inodes',
    'DB-7',
    'service:PAYMENTS',
    'service:checkout,order*',
    'service:*data*',
    'source:zabbix',
    'label.env:staging',
    'label.host:*',
    '-label.region:*',
    'severity>=error',
    'severity:error,info',
    'severity<critical',
    'priority<=P3',
    'priority>=P4',
    '-priority>P3',
    'number>=1042',
    'count>6',
    'alerts:2',
    'age<2h',
    'age>59m',
    'quiet>=1h',
    'triggered>=2026-11-23T14:30',
    'triggered<2026-11-23T15:31+01:00',
    '-resolved<2030-01-01',
    'assignee:me',
    'assignee:mira',
    '-assignee:none',
    'is:unresolved is:assigned is:grouped',
    'is:snoozed,grouped',
    'is:snoozed is:flapping is:followup -is:due -is:merged',
    'flaps>3',
    'ticket:ops-17',
    'ticket:none,vendor/*',
    'title:disk*var',
  ])('%s', (text) => expect(matches(text)).toBe(true))
})

describe('a filter leaves out', () => {
  it.each([
    'disk empty',
    '-disk',
    'service:pay',
    'service:ments*',
    'title:*full',
    'label.env:test',
    'label.toString:*',
    '-label.env:staging',
    'severity>error',
    'priority>P3',
    'priority:P1,P2',
    'age>2h',
    'acknowledged>2000-01-01',
    'resolved<2030-01-01',
    'assignee:none',
    'is:settling,due,merged',
    'ticket:OPS-1',
    '-ticket:*',
  ])('%s', (text) => expect(matches(text)).toBe(false))

  it('what no longer flaps, though it did, and what was let go', () => {
    const { incident } = subject
    const over = {
      ...incident,
      flapping: { since: sampleStart, until: sampleStart + 3_599_999, worst: null },
    }
    expect(matches('is:flapping', { incident: over })).toBe(false)
    expect(matches('flaps>0', { incident: over })).toBe(true)
    const free = { ...incident, flapping: null, snoozedUntil: null, followUp: null, tickets: [] }
    for (const text of ['is:flapping', 'is:snoozed', 'is:followup', 'ticket:*'])
      expect(matches(text, { incident: free })).toBe(false)
  })

  it('what is neither due nor merged', () => {
    const { incident } = subject
    const followUp = { at: sampleStart, text: '', isDue: true }
    expect(matches('is:due is:followup', { incident: { ...incident, followUp } })).toBe(true)
    const mergedInto = { id: incident.id, number: 7 }
    expect(matches('is:merged', { incident: { ...incident, mergedInto } })).toBe(true)
  })

  it('what is mine when there is no operator, and takes nobody for "me"', () => {
    expect(matches('assignee:me', {}, null)).toBe(false)
    const unassigned = { incident: sampleIncident({ assignee: null }) }
    expect(matches('assignee:me', unassigned, null)).toBe(false)
    expect(matches('assignee:none,jonas', unassigned)).toBe(true)
  })
})

describe('at the cursor it offers', () => {
  const known = {
    services: ['payments', 'Order database'],
    sources: ['zabbix'],
    operators: ['mira', 'jonas'],
    tickets: ['OPS-17', 'VENDOR/9'],
    labels: { env: ['staging', 'production'], 'odd name': ['x'] },
  }
  const offered = (written: string) => {
    const position = written.indexOf('|')
    const text = written.replace('|', '')
    const { span, items } = suggestFilter(text, position, known)
    return items.map((item) => text.slice(0, span.from) + item.insert + text.slice(span.to))
  }

  it('fields, then their operators, then values', () => {
    expect(offered('a -sev|')).toEqual(['a -severity:'])
    expect(offered('severity|')).toContain('severity>=')
    expect(offered('ag|')).toEqual(['age<'])
    expect(offered('label|')).toEqual(['label.env:', 'label."odd name":'])
    expect(offered('x severity>=e|')[0]).toBe('x severity>=error')
    expect(offered('label.env:|')).toEqual(['label.env:staging', 'label.env:production'])
    expect(offered('is:f|')).toEqual(['is:flapping', 'is:followup'])
    expect(offered('ticket:v|')).toEqual(['ticket:VENDOR/9'])
    expect(offered('assignee:m|')).toEqual(['assignee:me', 'assignee:mira'])
  })

  it('values after a comma and inside quotes, in quotes where they need them, replacing what is there', () => {
    expect(offered('service:payments,or| status:triggered')).toEqual([
      'service:payments,"Order database" status:triggered',
    ])
    expect(offered('service:"Order d| x')).toEqual(['service:"Order database"'])
    expect(offered('service:pa|yments b')).toEqual(['service:payments b'])
    expect(offered('"ser|')).toEqual([])
  })
})
