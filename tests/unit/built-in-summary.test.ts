import { describe, expect, it } from 'vitest'
import { createBuiltInProvider } from '../../src-server/summaries/built-in-provider.ts'
import type { SummaryInput } from '../../src-server/summaries/summary-provider.ts'
import {
  changeEntry,
  eventEntry,
  sampleAlert,
  sampleId,
  sampleIncident,
  sampleStart,
} from '../support/sample-incident.ts'

const seconds = 1000

async function claimsOf(input: Partial<SummaryInput>) {
  const whole: SummaryInput = {
    incident: sampleIncident(),
    alerts: [sampleAlert()],
    services: [],
    timeline: [eventEntry(1)],
    at: sampleStart + 372 * seconds,
    ...input,
  }
  return createBuiltInProvider().summarise(whole, () => undefined)
}

describe('the built-in summary', () => {
  it('says what is happening and since when, with the events behind it', async () => {
    const claims = await claimsOf({ alerts: [sampleAlert({ count: 412 })] })
    expect(claims[0]).toEqual({
      section: 'happening',
      text: '5xx above 5 %: critical, triggered; 412 events, 1 of 1 alert still open.',
      cites: [sampleId(201)],
    })
    expect(claims[1]).toMatchObject({ section: 'since', text: '14:30:00 UTC, for 6 min.' })
  })

  it('names the service that was first and those that followed', async () => {
    const claims = await claimsOf({
      timeline: [
        eventEntry(1),
        eventEntry(2, { service: 'checkout', effect: 'joined', receivedAt: sampleStart + 40 * seconds }),
        eventEntry(3, { service: 'ledger', effect: 'joined', receivedAt: sampleStart + 42 * seconds }),
      ],
    })
    expect(claims).toContainEqual({
      section: 'affected',
      text: 'payment-gateway, checkout and ledger. payment-gateway was first; checkout and ledger followed after 40 s.',
      cites: [sampleId(201), sampleId(202), sampleId(203)],
    })
  })

  it('says which labels all alerts share, and no others', async () => {
    const labels = { zone: 'eu-1b', host: 'a', severity: 'critical' }
    const claims = await claimsOf({
      alerts: [sampleAlert({ labels }), sampleAlert({ id: sampleId(101), labels: { ...labels, host: 'b' } })],
    })
    expect(claims.map((claim) => claim.text)).toContain('All 2 alerts share zone=eu-1b.')
  })

  it('says what people did, with what they wrote, and nothing when nobody did', async () => {
    const untouched = await claimsOf({})
    expect(untouched.filter((claim) => claim.section === 'done')).toEqual([])
    const claims = await claimsOf({
      timeline: [
        eventEntry(1),
        changeEntry(2, sampleStart + 60 * seconds, { kind: 'acknowledged', from: 'triggered' }),
        changeEntry(3, sampleStart + 90 * seconds, { kind: 'noted', text: 'gateway team\npaged' }),
      ],
    })
    const done = claims.filter((claim) => claim.section === 'done').map((claim) => claim.text)
    expect(done).toEqual([
      'mira acknowledged at 14:31:00 UTC.',
      'mira noted: “gateway team paged” at 14:31:30 UTC.',
    ])
  })

  it('cites only events of the incident, and each only once in a claim', async () => {
    const timeline = [
      eventEntry(1),
      eventEntry(2, { effect: 'raised' }),
      eventEntry(3, { effect: 'counted' }),
    ]
    const known = new Set(timeline.flatMap((entry) => (entry.kind === 'event' ? [entry.event.id] : [])))
    for (const { cites } of await claimsOf({ timeline })) {
      expect(cites.every((id) => known.has(id))).toBe(true)
      expect(new Set(cites).size).toBe(cites.length)
    }
  })

  it('leads to the runbook, with the event that named it', async () => {
    const links = [{ href: 'https://runbooks.example/gateway', text: 'Runbook' }]
    const claims = await claimsOf({ alerts: [sampleAlert({ links })], timeline: [eventEntry(1, { links })] })
    expect(claims).toContainEqual({
      section: 'next',
      text: 'The runbook: https://runbooks.example/gateway',
      cites: [sampleId(201)],
    })
  })
})
