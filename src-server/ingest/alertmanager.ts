import { createHash } from 'node:crypto'
import * as z from 'zod'
import { longestGroupKey, type NormalisedEvent, type SourceGroup } from '../../src-shared/domain/event.ts'
import { instantSchema, type Labels, type Link } from '../../src-shared/domain/ids.ts'
import type { Severity } from '../../src-shared/domain/severity.ts'
import { problemOf } from '../../src-shared/protocol/problem.ts'
import { nestedTooDeeply, rawTextOf, type Member, type Normaliser } from './normaliser.ts'

const textMap = z.record(z.string(), z.string())
const timeSchema = z.iso.datetime({ offset: true, error: 'must be a date and time as in RFC 3339' })

const alertSchema = z.object({
  status: z.enum(['firing', 'resolved']),
  labels: textMap,
  annotations: textMap.default({}),
  startsAt: timeSchema,
  endsAt: timeSchema.optional(),
  generatorURL: z.string().default(''),
  fingerprint: z.string().min(1).max(255),
})
type WebhookAlert = z.output<typeof alertSchema>

const payloadSchema = z.object({
  version: z.literal('4', { error: 'must be "4", the version of the webhook that this server knows' }),
  groupKey: z.string().min(1),
  receiver: z.string().default(''),
  groupLabels: textMap.default({}),
  externalURL: z.string().default(''),
  alerts: z.array(z.unknown()).min(1, 'has no alerts'),
})
type Payload = z.output<typeof payloadSchema>

/** Alertmanager's webhook, version 4. Each alert counts by its own status, never by the group's. */
export const normaliseAlertmanager: Normaliser = (body) => {
  const parsed = payloadSchema.safeParse(body)
  if (!parsed.success) return { ok: false, problem: problemOf(parsed.error) }
  const payload = parsed.data
  const group = groupOf(payload)
  const rawOf = createRawOf(body as object)
  if (rawOf === null) return nestedTooDeeply([])
  return {
    ok: true,
    members: payload.alerts.map((alert, index) => member(alert, index, payload, group, rawOf)),
  }
}

function member(value: unknown, index: number, payload: Payload, group: SourceGroup, rawOf: RawOf): Member {
  const parsed = alertSchema.safeParse(value)
  if (!parsed.success) return { ok: false, problem: problemOf(parsed.error, ['alerts', index]) }
  const alert = parsed.data
  // Always firing by intent: it proves that the way from Prometheus to here works, and is no problem. Resolved it proves that
  // Alertmanager waits for Prometheus in vain.
  if (alert.labels['alertname'] === 'Watchdog')
    return { ok: true, heartbeat: true, hasEnded: alert.status === 'resolved' }
  const raw = rawOf(value)
  if (raw === null) return nestedTooDeeply(['alerts', index])
  return { ok: true, event: normalised(alert, payload, group), raw, isServiceGuessed: true }
}

/** What is kept of one alert; null when it is nested too deeply. */
type RawOf = (alert: unknown) => string | null

/** Characters: what is around the alerts is kept with each of them until it comes to this, or a request could fill the disk. */
const mostAround = 4_000_000

/** Each event keeps the payload as it came, but for the other alerts of its group. */
function createRawOf(body: object): RawOf | null {
  const around = rawTextOf({ ...body, alerts: undefined })
  if (around === null) return null
  let kept = 0
  return (alert) => {
    const own = rawTextOf(alert)
    if (own === null) return null
    kept += around.length
    if (kept > mostAround)
      return `{"alerts":[${own}],"payload":"kept with the first alerts of the same request"}`
    return `${around.slice(0, -1)},"alerts":[${own}]}`
  }
}

function normalised(alert: WebhookAlert, payload: Payload, group: SourceGroup): NormalisedEvent {
  const { labels, annotations } = alert
  const name = labels['alertname'] ?? 'alert'
  const where = labels['instance'] ?? labels['host'] ?? labels['pod']
  const said = [annotations['summary'], annotations['title']].find((text) => text?.trim())
  const title = said ?? (where ? `${name} on ${where}` : name)
  return {
    // A webhook has no ids: what repeats is recognised by its dedup key and its start.
    eventId: null,
    action: alert.status === 'firing' ? 'trigger' : 'resolve',
    dedupKey: alert.fingerprint,
    severity: severityOf(labels['severity']),
    // Rules say which it is, the built-in ones by its labels.
    service: cut(name, 200),
    title: cut(title, 1024),
    description: (annotations['description'] ?? annotations['message'] ?? '').slice(0, 16_384),
    labels: boundedLabels(labels),
    links: linksOf(alert, payload),
    occurredAt: instantOf(alert.startsAt),
    group,
  }
}

/** A map: a label's value is anybody's word, `constructor` too. */
const severityWords: ReadonlyMap<string, Severity> = new Map([
  ['critical', 'critical'],
  ['page', 'critical'],
  ['emergency', 'critical'],
  ['error', 'error'],
  ['major', 'error'],
  ['high', 'error'],
  ['warning', 'warning'],
  ['warn', 'warning'],
  ['minor', 'warning'],
  ['low', 'warning'],
  ['info', 'info'],
  ['information', 'info'],
  ['none', 'info'],
])

/** Alertmanager's severity is a label that people choose; an unknown or absent one is taken as a warning. */
export function severityOf(label: string | undefined): Severity {
  return severityWords.get((label ?? '').toLowerCase()) ?? 'warning'
}

/** Go writes a time that was never set as the year 1: then nobody has said when it began. */
function instantOf(time: string): number | null {
  return instantSchema.safeParse(Date.parse(time)).data ?? null
}

function groupOf(payload: Payload): SourceGroup {
  const labels = Object.entries(payload.groupLabels)
    .map(([name, value]) => `${name}=${value}`)
    .join(', ')
  const reason = labels === '' ? 'same Alertmanager group' : `same Alertmanager group: ${labels}`
  return { key: boundedKey(payload.groupKey), reason: cut(reason, 512) }
}

/** A longer key ends in its hash instead: two that begin alike are two groups all the same. */
function boundedKey(key: string): string {
  if (key.length <= longestGroupKey) return key
  const end = `…${createHash('sha256').update(key).digest('hex')}`
  return key.slice(0, longestGroupKey - end.length) + end
}

function linksOf(alert: WebhookAlert, payload: Payload): Link[] {
  const candidates = [
    { href: alert.annotations['runbook_url'] ?? alert.annotations['runbook'] ?? '', text: 'Runbook' },
    { href: alert.annotations['dashboard_url'] ?? alert.annotations['dashboard'] ?? '', text: 'Dashboard' },
    { href: alert.generatorURL, text: 'Source' },
    { href: payload.externalURL, text: 'Alertmanager' },
  ]
  return candidates.filter(({ href }) => /^https?:\/\//i.test(href) && href.length <= 2048)
}

function boundedLabels(labels: Labels): Labels {
  return Object.fromEntries(
    Object.entries(labels).map(([name, value]) => [name.slice(0, 256), value.slice(0, 4096)]),
  )
}

function cut(text: string, most: number): string {
  return text.length > most ? `${text.slice(0, most - 1)}…` : text.trim() ? text : '–'
}
