import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { normaliseAlertmanager, severityOf } from '../../src-server/ingest/alertmanager.ts'
import { normaliseEvents } from '../../src-server/ingest/events.ts'
import type { Normaliser } from '../../src-server/ingest/normaliser.ts'
import { normalisedEventSchema } from '../../src-shared/domain/event.ts'

const newKey = () => 'made-key'
const run = (normalise: Normaliser, body: unknown) => normalise(body, JSON.stringify(body), { newKey })

function membersOf(normalise: Normaliser, body: unknown) {
  const result = run(normalise, body)
  if (!result.ok) throw new Error(result.problem.message)
  return result.members
}

const alert = (more: object = {}) => ({
  status: 'firing',
  labels: { alertname: 'HighLatency', job: 'checkout', instance: 'web-1:9090', severity: 'page' },
  annotations: {
    summary: 'p99 above 2 s',
    description: 'for 5 min',
    runbook_url: 'https://run.example/latency',
  },
  startsAt: '2026-11-23T14:00:00.123Z',
  endsAt: '0001-01-01T00:00:00Z',
  generatorURL: 'http://prometheus.example/graph',
  fingerprint: 'c0ffee',
  ...more,
})
const webhook = (alerts: unknown[], more: object = {}) => ({
  version: '4',
  groupKey: '{}:{alertname="HighLatency"}',
  truncatedAlerts: 0,
  receiver: 'watchfloor',
  status: 'firing',
  groupLabels: { alertname: 'HighLatency' },
  commonLabels: {},
  commonAnnotations: {},
  externalURL: 'http://alertmanager.example',
  alerts,
  ...more,
})

describe("Alertmanager's webhook", () => {
  it('becomes one event an alert, by its fingerprint, with the group and its reason', () => {
    const [member] = membersOf(normaliseAlertmanager, webhook([alert()]))
    const event = member?.ok && !member.heartbeat ? normalisedEventSchema.parse(member.event) : null
    expect(event).toEqual({
      eventId: null,
      action: 'trigger',
      dedupKey: 'c0ffee',
      severity: 'critical',
      service: 'HighLatency',
      title: 'p99 above 2 s',
      description: 'for 5 min',
      labels: alert().labels,
      links: [
        { href: 'https://run.example/latency', text: 'Runbook' },
        { href: 'http://prometheus.example/graph', text: 'Source' },
        { href: 'http://alertmanager.example', text: 'Alertmanager' },
      ],
      occurredAt: Date.UTC(2026, 10, 23, 14, 0, 0, 123),
      group: {
        key: '{}:{alertname="HighLatency"}',
        reason: 'same Alertmanager group: alertname=HighLatency',
      },
    })
  })

  it.each([
    [{ alertname: 'DiskFull', instance: 'db-1' }, { summary: ' ', title: '' }, 'DiskFull on db-1'],
    [{ alertname: ' ' }, {}, '–'],
  ])('has a title to read, with the labels %j and the annotations %j', (labels, annotations, title) => {
    const members = membersOf(normaliseAlertmanager, webhook([alert({ labels, annotations })]))
    expect(members).toMatchObject([{ event: { title } }])
  })

  it("goes by each alert's own status, never by the group's", () => {
    const members = membersOf(normaliseAlertmanager, webhook([alert(), alert({ status: 'resolved' })]))
    expect(members).toMatchObject([{ event: { action: 'trigger' } }, { event: { action: 'resolve' } }])
  })

  it('keeps each alert with the payload around it, and what it does not know', () => {
    const body = webhook([alert({ extra: 1 }), alert()], { notificationReason: 'new' })
    const [member] = membersOf(normaliseAlertmanager, body)
    const raw = member?.ok && !member.heartbeat ? JSON.parse(member.raw) : null
    expect(raw).toEqual({ ...body, alerts: [alert({ extra: 1 })] })
  })

  it('keeps what is around the alerts with the first of them only, where that is much', () => {
    const commonAnnotations = { notes: 'x'.repeat(250_000) }
    const body = webhook(
      Array.from({ length: 2_000 }, (_, index) => alert({ fingerprint: String(index) })),
      { commonAnnotations },
    )
    const raws = membersOf(normaliseAlertmanager, body).map((member) =>
      member.ok && !member.heartbeat ? member.raw : '',
    )
    const [first, last] = [raws[0], raws.at(-1)].map((raw) => JSON.parse(raw ?? '') as object)
    expect(first).toEqual({ ...body, alerts: [alert({ fingerprint: '0' })] })
    expect(last).toMatchObject({ alerts: [alert({ fingerprint: '1999' })] })
    expect(raws.join('').length).toBeLessThan(6_000_000)
  })

  it('does not know when an alert began whose time was never set', () => {
    const never = alert({ startsAt: '0001-01-01T00:00:00Z' })
    expect(membersOf(normaliseAlertmanager, webhook([never]))).toMatchObject([
      { event: { occurredAt: null } },
    ])
  })

  it('takes Watchdog as a sign of life', () => {
    const watchdog = alert({ labels: { alertname: 'Watchdog' } })
    const ended = { ...watchdog, status: 'resolved' }
    expect(membersOf(normaliseAlertmanager, webhook([watchdog, ended]))).toEqual([
      { ok: true, heartbeat: true, hasEnded: false },
      { ok: true, heartbeat: true, hasEnded: true },
    ])
  })

  it('keeps groups apart whose long keys begin alike, and the same key the same', () => {
    const keyOf = (groupKey: string) => {
      const [member] = membersOf(normaliseAlertmanager, webhook([alert()], { groupKey }))
      return member?.ok && !member.heartbeat ? normalisedEventSchema.parse(member.event).group?.key : null
    }
    const long = 'x'.repeat(2_048)
    expect(keyOf(long)).toBe(long)
    const keys = ['a', 'b', 'ab'].map((end) => keyOf(long + end))
    expect(new Set([long, ...keys]).size).toBe(4)
    expect(keyOf(`${long}a`)).toBe(keys[0])
  })

  it('keeps the good alerts and says which was bad, and where', () => {
    const members = membersOf(normaliseAlertmanager, webhook([alert(), alert({ startsAt: 'yesterday' })]))
    expect(members).toMatchObject([{ ok: true }, { ok: false, problem: { field: 'alerts.1.startsAt' } }])
  })

  it.each([
    [{ version: '3' }, 'version'],
    [{ groupKey: 7 }, 'groupKey'],
    [{ alerts: 'none' }, 'alerts'],
    [{ alerts: [] }, 'alerts'],
  ])('is refused as a whole with %j', (wrong, field) => {
    const result = run(normaliseAlertmanager, { ...webhook([alert()]), ...wrong })
    expect(result).toMatchObject({ ok: false, problem: { field } })
  })

  it.each([
    ['critical', 'critical'],
    ['PAGE', 'critical'],
    ['high', 'error'],
    ['minor', 'warning'],
    ['none', 'info'],
    ['purple', 'warning'],
    ['constructor', 'warning'],
    ['__proto__', 'warning'],
    [undefined, 'warning'],
  ])('reads the severity label %s as %s', (label, severity) => {
    expect(severityOf(label)).toBe(severity)
  })
})

describe('our own events', () => {
  it('need a service and a title, and get the rest', () => {
    const [member] = membersOf(normaliseEvents, { service: 'edge', title: 'slow', anything: { else: true } })
    expect(member).toMatchObject({
      event: { action: 'trigger', severity: 'error', dedupKey: 'made-key', labels: {}, occurredAt: null },
      raw: '{"service":"edge","title":"slow","anything":{"else":true}}',
    })
  })

  it.each([
    [{ title: 't' }, 'service'],
    [{ service: 's' }, 'title'],
    [{ service: ' \t', title: 't' }, 'service'],
    [{ service: 's', title: '' }, 'title'],
    [{ service: 's', title: '\n ' }, 'title'],
    [{ action: 'resolve' }, 'dedupKey'],
    [{ service: 's', title: 't', severity: 'bad' }, 'severity'],
    [{ service: 's', title: 't', labels: { a: 1 } }, 'labels.a'],
    [{ service: 's', title: 't', links: [{ href: 'javascript:alert(1)', text: 'x' }] }, 'links.0.href'],
    [{ service: 's', title: 't', occurredAt: 'soon' }, 'occurredAt'],
    [{ service: 's', title: 't', occurredAt: -1 }, 'occurredAt'],
    [{ service: 's', title: 't', occurredAt: '0000-01-01T00:00:00Z' }, 'occurredAt'],
    [{ service: 's', title: 't', occurredAt: Number.MAX_SAFE_INTEGER }, 'occurredAt'],
    [{ service: 's', title: 't', dedupKey: 'x'.repeat(256) }, 'dedupKey'],
  ])('name the field that is wrong in %j', (body, field) => {
    expect(membersOf(normaliseEvents, body)).toMatchObject([{ ok: false, problem: { field } }])
    expect(membersOf(normaliseEvents, [body])).toMatchObject([
      { ok: false, problem: { field: `0.${field}` } },
    ])
  })

  it.each([[[]], [Array.from({ length: 1001 }, () => ({}))]])('come 1 to 1000 at a time', (body) => {
    expect(run(normaliseEvents, body)).toMatchObject({ ok: false })
  })

  it('are refused where one is nested so deeply that it cannot be written down again, and only that one', () => {
    const deep = JSON.parse(`${'['.repeat(100_000)}${']'.repeat(100_000)}`) as unknown
    const good = { service: 's', title: 't' }
    const members = normaliseEvents([{ ...good, deep }, good], '', { newKey })
    expect(members).toMatchObject({ members: [{ ok: false, problem: { field: '0' } }, { ok: true }] })
    const nested = normaliseAlertmanager(webhook([alert({ deep }), alert()]), '', { newKey })
    expect(nested).toMatchObject({ members: [{ ok: false, problem: { field: 'alerts.0' } }, { ok: true }] })
    expect(normaliseAlertmanager(webhook([alert()], { deep }), '', { newKey })).toMatchObject({ ok: false })
  })

  it.each([['text'], [7], [null]])('are objects, not %j', (body) => {
    expect(membersOf(normaliseEvents, body)).toMatchObject([{ ok: false }])
  })
})

describe('whatever is accepted', () => {
  const text = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 20 }),
    fc.constantFrom(1, 199, 256, 2_048, 20_000).map((length) => 'x'.repeat(length)),
  )
  const time = fc.oneof(
    fc.constantFrom('0000-01-01T00:00:00Z', '0001-01-01T00:00:00+23:59', '9999-12-31T23:59:59-23:59'),
    fc.constantFrom(0, 1.5, -1, 8.64e15, 8.64e15 + 1, Number.MAX_SAFE_INTEGER, 1e300),
    text,
  )
  const labels = fc.dictionary(text, text, { maxKeys: 3 })
  const oddEvent = fc.record(
    {
      id: text,
      action: fc.constantFrom('trigger', 'acknowledge', 'resolve'),
      dedupKey: text,
      service: text,
      title: text,
      description: text,
      labels,
      links: fc.array(fc.record({ href: text.map((rest) => `https://${rest}`), text }), { maxLength: 33 }),
      occurredAt: fc.option(time),
    },
    { requiredKeys: ['service', 'title'] },
  )
  const oddAlert = fc.record(
    {
      status: fc.constantFrom('firing', 'resolved'),
      labels: fc.oneof(
        labels,
        text.map((alertname) => ({ alertname })),
        fc.oneof(text, fc.constantFrom('constructor', '__proto__')).map((severity) => ({ severity })),
      ),
      annotations: fc.oneof(
        labels,
        text.map((summary) => ({ summary, description: summary })),
      ),
      startsAt: time,
      generatorURL: text,
      fingerprint: text,
    },
    { requiredKeys: ['status', 'labels', 'startsAt', 'fingerprint'] },
  )

  // A console that cannot read one entry of the log can read none after it.
  it('fits what every console reads', () => {
    const fitting = (normalise: Normaliser, body: unknown): void => {
      const result = run(normalise, body)
      for (const member of result.ok ? result.members : []) {
        if (!member.ok || member.heartbeat) continue
        expect(normalisedEventSchema.safeParse(member.event).error).toBeUndefined()
      }
    }
    fc.assert(fc.property(oddEvent, (event) => fitting(normaliseEvents, event)))
    fc.assert(
      fc.property(oddAlert, text, (each, groupKey) =>
        fitting(normaliseAlertmanager, webhook([each], { groupKey, groupLabels: { group: groupKey } })),
      ),
    )
  })
})
