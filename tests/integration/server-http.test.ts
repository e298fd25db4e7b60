import { randomUUID } from 'node:crypto'
import { connect } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startTestServer, type CallOptions, type TestServer } from '../support/test-server.ts'

let server: TestServer
beforeAll(async () => {
  server = await startTestServer({ allowOrigin: 'https://wall.example' })
})
afterAll(() => server.close())

const event = { service: 'gateway', title: 'broken', dedupKey: 'gateway/5xx' }

describe('without a token', () => {
  it('nothing answers but health', async () => {
    for (const path of ['/healthz', '/readyz']) {
      expect(await server.call(path, { token: null })).toMatchObject({ status: 200, body: { status: 'ok' } })
    }
    const paths = [
      '/v1/incidents',
      '/v1/events',
      '/v1/openapi.json',
      '/metrics',
      '/v1/stream',
      '/nowhere',
      '/',
    ]
    for (const path of paths) {
      const answer = await server.call(path, { token: null })
      expect({ path, ...answer }).toMatchObject({
        path,
        status: 401,
        body: { error: { code: 'unauthorized', field: null } },
      })
    }
    for (const path of ['/v1/ingest/events', '/v1/poll', '/v1/commands']) {
      const answer = await server.call(path, { token: 'wf_wrong', body: {} })
      expect({ path, ...answer }).toMatchObject({ path, status: 401 })
    }
  })
})

describe('a role', () => {
  it('that may not do it is refused', async () => {
    const { source, viewer, responder } = server.tokens
    expect(await server.call('/v1/incidents', { token: source })).toMatchObject({
      status: 403,
      body: { error: { code: 'forbidden' } },
    })
    expect(await server.call('/v1/poll', { token: source, body: {} })).toMatchObject({ status: 403 })
    for (const token of [viewer, responder]) {
      expect(await server.call('/v1/ingest/events', { token, body: event })).toMatchObject({ status: 403 })
    }
  })

  it('of a source is accepted as a password too, by senders that know no other way', async () => {
    const pair = Buffer.from(`any:${server.tokens.source}`).toString('base64')
    const headers = { authorization: `Basic ${pair}` }
    const sent = await server.call('/v1/ingest/events', { token: null, body: event, headers })
    expect(sent.status).toBe(202)
    const reader = Buffer.from(`any:${server.tokens.viewer}`).toString('base64')
    const read = await server.call('/v1/incidents', {
      token: null,
      headers: { authorization: `Basic ${reader}` },
    })
    expect(read.status).toBe(401)
  })
})

describe('a web page', () => {
  it('is refused unless its origin was allowed', async () => {
    const from = (origin: string) => server.call('/v1/incidents', { headers: { origin } })
    expect(await from('https://evil.example')).toMatchObject({
      status: 403,
      body: { error: { code: 'originNotAllowed' } },
    })
    expect(await from('null')).toMatchObject({ status: 403 })
    expect(await from('https://wall.example')).toMatchObject({ status: 200 })
  })
})

describe('bad input', () => {
  const ingest = (options: CallOptions) =>
    server.call('/v1/ingest/events', { token: server.tokens.source, ...options })
  const sent = (path: string, body: unknown) => server.call(path, { body })
  const hello = { protocol: 1, clientId: randomUUID(), channels: ['incidents'] }
  const command = {
    id: randomUUID(),
    clientId: randomUUID(),
    number: 1,
    author: 'mira',
    issuedAt: 1,
    body: { kind: 'acknowledge', incidentId: randomUUID() },
  }

  it.each([
    ['/v1/incidents?status=open', 'status.0'],
    ['/v1/incidents?limit=0', 'limit'],
    ['/v1/incidents?limit=many', 'limit'],
    ['/v1/incidents?after=', 'after'],
    ['/v1/incidents?state=triggered', null],
    ['/v1/incidents/42', 'id'],
    [`/v1/incidents/${randomUUID()}?limit=1001`, 'limit'],
    ['/v1/events?incidentId=x', 'incidentId'],
    [`/v1/events?dedupKey=${'k'.repeat(256)}`, 'dedupKey'],
    ['/v1/events/x/raw', 'id'],
    ['/v1/incidents?limit=1&limit=2', 'limit'],
    ['/v1/figures?team=a&team=b', 'team'],
  ])('in the address %s is named', async (path, field) => {
    expect(await server.call(path)).toMatchObject({
      status: 400,
      body: { error: { code: 'invalid', field } },
    })
  })

  it.each([
    ['no protocol', { ...hello, protocol: undefined }, 'protocol'],
    ['an unknown channel', { ...hello, channels: ['incidents', 'gossip'] }, 'channels.1'],
    ['a wrong cursor', { ...hello, cursor: { seq: 1 } }, 'cursor.epoch'],
    ['too long a hold', { ...hello, holdMs: 15_001 }, 'holdMs'],
    ['another protocol', { ...hello, protocol: 2 }, 'protocol'],
  ])('in a poll, with %s, is named', async (_what, body, field) => {
    expect(await sent('/v1/poll', body)).toMatchObject({ status: 400, body: { error: { field } } })
  })

  it('in a command is named', async () => {
    expect(await sent('/v1/commands', {})).toMatchObject({
      status: 400,
      body: { error: { field: 'command' } },
    })
    const wrong = { command: { ...command, body: { kind: 'acknowledge' } } }
    expect(await sent('/v1/commands', wrong)).toMatchObject({
      status: 400,
      body: { error: { field: 'command.body.incidentId' } },
    })
  })

  it('in an event is named', async () => {
    expect(await ingest({ body: { ...event, severity: 'awful' } })).toMatchObject({
      status: 400,
      body: { error: { field: 'severity' } },
    })
  })

  it('that is no JSON, of another type, empty or too large has a status of its own', async () => {
    expect(await ingest({ body: '{"title":' })).toMatchObject({
      status: 400,
      body: { error: { code: 'notJson' } },
    })
    expect(await ingest({ method: 'POST' })).toMatchObject({
      status: 400,
      body: { error: { code: 'notJson' } },
    })
    expect(await ingest({ body: '' })).toMatchObject({ status: 400, body: { error: { code: 'notJson' } } })
    const headers = { 'content-type': 'text/plain' }
    expect(await ingest({ body: 'a=1', headers })).toMatchObject({
      status: 415,
      body: { error: { code: 'unsupportedMediaType' } },
    })
    expect(await ingest({ body: { ...event, description: 'x'.repeat(600_000) } })).toMatchObject({
      status: 413,
      body: { error: { code: 'tooLarge' } },
    })
    expect(await sent('/v1/commands', { command, more: 'x'.repeat(70_000) })).toMatchObject({ status: 413 })
  })

  it('in the path or the method has a status of its own', async () => {
    expect(await server.call('/v1/nowhere')).toMatchObject({
      status: 404,
      body: { error: { code: 'notFound' } },
    })
    const kind = await server.call('/v1/ingest/carrier-pigeon', { token: server.tokens.source, body: event })
    expect(kind).toMatchObject({ status: 404, body: { error: { code: 'unknownKind' } } })
    const wrong = await server.call('/v1/incidents', { method: 'DELETE' })
    expect(wrong).toMatchObject({ status: 405, body: { error: { code: 'methodNotAllowed' } } })
    expect(wrong.headers.get('allow')).toBe('GET, HEAD')
    expect(await server.call(`/v1/incidents/${randomUUID()}`, { method: 'PUT' })).toMatchObject({
      status: 405,
    })
    expect(await server.call('/v1/stream')).toMatchObject({
      status: 426,
      body: { error: { code: 'upgradeRequired' } },
    })
    expect(await server.call(`/v1/incidents/${randomUUID()}`)).toMatchObject({ status: 404 })
    expect(await server.call(`/v1/events/${randomUUID()}/raw`)).toMatchObject({ status: 404 })
    expect(await server.call('/v1/incidents/%zz')).toMatchObject({
      status: 400,
      body: { error: { field: null } },
    })
  })

  it('that is given twice is told to be given once', async () => {
    const message = 'status: is given more than once: give it once'
    expect(await server.call('/v1/incidents?status=triggered&status=resolved')).toMatchObject({
      status: 400,
      body: { error: { message } },
    })
  })

  it('in an address that is too long is told so, and the longest filter has room', async () => {
    const asked = (filter: string) => server.call(`/v1/incidents?q=${encodeURIComponent(filter)}`)
    expect(await asked('漢'.repeat(2048))).toMatchObject({ status: 200, body: { items: [] } })
    expect(await asked('漢'.repeat(4096))).toMatchObject({
      status: 431,
      body: { error: { code: 'tooLarge', message: expect.stringContaining('32 KiB') as string } },
    })
  })

  it('that is no HTTP does not hurt', async () => {
    const socket = connect(Number(new URL(server.url).port), '127.0.0.1')
    socket.on('error', () => undefined)
    socket.resume()
    socket.end('HELO watchfloor\r\n\r\n')
    await new Promise((resolve) => socket.once('close', resolve))
    expect(await server.call('/healthz')).toMatchObject({ status: 200 })
  })
})

describe('the OpenAPI description', () => {
  it('has each route with its answers, and refers to nothing that is not there', async () => {
    const { body } = await server.call('/v1/openapi.json')
    const text = JSON.stringify(body)
    const api = body as { paths: Record<string, object>; components: { schemas: Record<string, object> } }
    expect(Object.keys(api.paths).toSorted()).toEqual([
      '/healthz',
      '/metrics',
      '/readyz',
      '/v1/commands',
      '/v1/correlation/preview',
      '/v1/events',
      '/v1/events/{id}/raw',
      '/v1/figures',
      '/v1/incidents',
      '/v1/incidents/{id}',
      '/v1/incidents/{id}/alerts',
      '/v1/ingest/{kind}',
      '/v1/openapi.json',
      '/v1/poll',
      '/v1/services',
      '/v1/services/{id}',
      '/v1/sources',
      '/v1/sources/{id}',
      '/v1/stream',
    ])
    for (const [, name] of text.matchAll(/"#\/components\/schemas\/([^"]+)"/g)) {
      expect(Object.keys(api.components.schemas)).toContain(name)
    }
    const named = [
      'MonitoringEvent',
      'Alert',
      'Incident',
      'IncidentChange',
      'Summary',
      'Service',
      'Source',
      'ShiftEntry',
    ]
    expect(Object.keys(api.components.schemas)).toEqual(expect.arrayContaining(named))
    expect(text).not.toContain('$defs')
  })
})

describe('the metrics', () => {
  it('count what happened', async () => {
    await server.ingest(event)
    const { body } = await server.call('/metrics')
    expect(body).toMatch(/watchfloor_ingest_requests_total\{status="202"\} [1-9]/)
    expect(body).toMatch(/watchfloor_store_available 1/)
  })
})

describe('reading', () => {
  it('gives the incident, its alerts and timeline, the event and its payload as it came', async () => {
    const sent = { ...event, dedupKey: randomUUID(), service: 'reading', extra: { kept: [1, 2] } }
    const { items } = await server.ingest(sent)
    const events = await server.call(`/v1/events?dedupKey=${sent.dedupKey}`)
    expect(events.body).toMatchObject({ items: [{ id: items[0]?.id, effect: 'opened' }], next: null })
    const [{ incidentId } = { incidentId: '' }] = (events.body as { items: { incidentId: string }[] }).items
    const detail = await server.call(`/v1/incidents/${incidentId}`)
    expect(detail.body).toMatchObject({
      incident: { id: incidentId, status: 'triggered' },
      alerts: [{ dedupKey: sent.dedupKey }],
      alertsNext: null,
      timeline: { next: null },
    })
    const raw = await server.call(`/v1/events/${items[0]?.id}/raw`)
    expect(raw.body).toMatchObject({ extra: { kept: [1, 2] } })
  })

  it('gives the alerts of an incident in pages, in the order in which they opened', async () => {
    const together = Array.from({ length: 5 }, (_, n) => ({
      service: 'hall',
      title: 'Node down',
      dedupKey: `node-${n}`,
    }))
    await server.ingest(...together)
    const { body } = await server.call('/v1/incidents?limit=1')
    const [incident] = (body as { items: { id: string; alertCount: number }[] }).items
    type Page = { items: { dedupKey: string }[]; next: string | null }
    const detail = (await server.call(`/v1/incidents/${incident?.id}?limit=2`)).body as {
      alerts: Page['items']
      alertsNext: string | null
    }
    const keys = detail.alerts.map(({ dedupKey }) => dedupKey)
    for (let next = detail.alertsNext; next !== null;) {
      // It opened before what is still to come, and what it is now moves no page.
      await server.ingest({ action: 'resolve', dedupKey: 'node-0' })
      const answer = await server.call(`/v1/incidents/${incident?.id}/alerts?limit=2&after=${next}`)
      const page = answer.body as Page
      keys.push(...page.items.map(({ dedupKey }) => dedupKey))
      next = page.next
    }
    expect(incident?.alertCount).toBe(5)
    expect(keys).toEqual(together.map(({ dedupKey }) => dedupKey))
    expect(await server.call(`/v1/incidents/${randomUUID()}/alerts`)).toMatchObject({ status: 404 })
  })

  it('goes in pages, and filters by status', async () => {
    for (let n = 0; n < 5; n += 1)
      await server.ingest({ service: `paged-${n}`, title: 'x', dedupKey: `paged-${n}` })
    const seen: number[] = []
    let after = ''
    do {
      const { body } = await server.call(`/v1/incidents?status=triggered,acknowledged&limit=2${after}`)
      const page = body as { items: { number: number }[]; next: string | null }
      seen.push(...page.items.map(({ number }) => number))
      after = page.next === null ? '' : `&after=${encodeURIComponent(page.next)}`
    } while (after !== '')
    expect(seen.length).toBeGreaterThanOrEqual(5)
    expect(seen).toEqual([...new Set(seen)].toSorted((a, b) => b - a))
    expect(await server.call('/v1/incidents?status=resolved')).toMatchObject({
      body: { items: [], next: null },
    })
  })
})
