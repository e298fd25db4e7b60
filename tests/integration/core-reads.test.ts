import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import * as z from 'zod'
import { askServer, type AskContext } from '../../src-main/core/connection/ask-server.ts'
import { createCertificates } from '../../src-main/core/connection/certificates.ts'
import { systemClock } from '../../src-main/core/system-clock.ts'
import { success } from '../../src-shared/domain/result.ts'
import { startForwardProxy } from '../support/forward-proxy.ts'
import { startTestConsole, until, type TestConsole } from '../support/test-console.ts'
import { startTestServer, type TestServer } from '../support/test-server.ts'
import { certificateFile, startTlsFront } from '../support/tls-front.ts'

/** What a console asks a server itself, beside the stream. */

const dayMs = 86_400_000
let server: TestServer
let console_: TestConsole

beforeEach(async () => {
  server = await startTestServer()
  await server.ingest(
    ...Array.from({ length: 120 }, (_, index) => ({
      dedupKey: `orders/${index}`,
      service: 'orders',
      title: `pod ${index} restarts`,
      severity: index === 7 ? 'critical' : 'warning',
      labels: { zone: index % 2 === 0 ? 'eu-1' : 'us-2' },
    })),
  )
  console_ = await startTestConsole({ site: { url: server.url, token: server.tokens.responder } })
  await until('live', async () => (await console_.board()).freshness[0]?.state === 'live')
})
afterEach(async () => {
  await console_.dispose()
  await server.close()
})

const siteIdOf = async (of: TestConsole): Promise<string> => (await of.board()).sites[0]?.siteId ?? ''
const day = () => ({ from: Date.now() - dayMs, to: Date.now() + 1_000 })

describe('what the console asks its server itself', () => {
  it('has the figures that the server has', async () => {
    const siteId = await siteIdOf(console_)
    const window = day()
    const figures = await console_.call('figures', { siteId, ...window, team: null })
    const { body } = await server.call(`/v1/figures?from=${window.from}&to=${window.to}`)
    expect(figures).toEqual(body)
    expect(figures.counts).toMatchObject({ events: 120, triggered: 120 })
    await server.ingest({ service: 'db', title: 'slow', labels: { team: 'storage & co' } })
    const ofTeam = await console_.call('figures', { siteId, ...window, team: 'storage & co' })
    expect(ofTeam).toMatchObject({ team: 'storage & co', teams: ['storage & co'], counts: { events: 1 } })
    await expect(console_.call('figures', { siteId, ...window, team: 'nobody' })).rejects.toThrow(
      'no service is of the team nobody',
    )
  })

  it('finds events and incidents page by page, newest first', async () => {
    const siteId = await siteIdOf(console_)
    const question = { siteId, about: 'events', text: 'label.zone:eu-1 restarts' } as const
    const first = await console_.call('findInLog', { ...question, after: null })
    expect(first.events).toHaveLength(50)
    expect(first.events[0]).toMatchObject({ title: 'pod 118 restarts' })
    const second = await console_.call('findInLog', { ...question, after: first.next })
    expect(second.events.map(({ title }) => title)).toEqual(
      [18, 16, 14, 12, 10, 8, 6, 4, 2, 0].map((n) => `pod ${n} restarts`),
    )
    const incidents = { siteId, about: 'incidents', text: 'severity:critical', after: null } as const
    expect(await console_.call('findInLog', incidents)).toMatchObject({
      events: [],
      incidents: [{ title: 'pod 7 restarts', serviceNames: ['orders'] }],
    })
  })

  it('names the first services of the incidents that are found', async () => {
    const alerts = ['checkout', 'edge', 'ledger', 'identity'].map((service) => ({
      status: 'firing',
      labels: { alertname: 'Latency', service, severity: 'error' },
      startsAt: new Date().toISOString(),
      fingerprint: service,
    }))
    const body = { version: '4', groupKey: 'latency', alerts }
    await server.call('/v1/ingest/alertmanager', { token: server.tokens.source, body })
    await until('read', () => Promise.resolve(console_.rows.size === 121))
    const question = { siteId: await siteIdOf(console_), about: 'incidents', text: 'service:ledger' } as const
    const { incidents } = await console_.call('findInLog', { ...question, after: null })
    expect(incidents).toHaveLength(1)
    expect(incidents[0]?.serviceIds).toHaveLength(4)
    expect(incidents[0]?.serviceNames).toEqual(['checkout', 'edge', 'ledger'])
  })

  it('tries rules on what came, and touches nothing', async () => {
    const siteId = await siteIdOf(console_)
    const rules = [{ name: 'zone', reason: 'same zone', groupBy: ['label.zone'] }]
    const answer = await console_.console.call('previewRules', { siteId, rules })
    expect(answer).toMatchObject({ ok: true, value: { sentence: '120 events, 2 incidents' } })
    expect(console_.rows.size).toBe(120)
  })

  it('hands on what the server refuses, in its words', async () => {
    const siteId = await siteIdOf(console_)
    const question = { siteId, about: 'events', text: 'severity:eror', after: null }
    expect(await console_.console.call('findInLog', question)).toEqual({
      ok: false,
      code: 'unknownValue',
      message: expect.stringMatching(/^characters 10 to 13: .*error/) as string,
    })
    const rules = [{ name: 'zone', reason: 'same zone', groupBy: ['zone'] }]
    expect(await console_.console.call('previewRules', { siteId, rules })).toMatchObject({
      ok: false,
      message: expect.stringContaining('rules.0.groupBy.0') as string,
    })
  })

  it('says why there is no answer where the server is gone, or was never followed', async () => {
    const siteId = await siteIdOf(console_)
    await server.close()
    expect(await console_.console.call('figures', { siteId, ...day(), team: null })).toEqual({
      ok: false,
      code: 'unreachable',
      message: 'nothing answers at the address of the server',
    })
    expect(
      await console_.console.call('figures', {
        siteId: '0192f7a0-0000-7000-8000-000000000099',
        ...day(),
        team: null,
      }),
    ).toMatchObject({
      ok: false,
      code: 'unknownSite',
    })
  })

  it('takes the way of the stream: the proxy with its login, and the company’s authority', async () => {
    const front = await startTlsFront(Number(new URL(server.url).port), false)
    const proxy = await startForwardProxy()
    proxy.login = 'mira:secret'
    const via = proxy.url.replace('//', '//mira:secret@')
    const secure = await startTestConsole({
      site: { url: front.url, token: server.tokens.responder },
      ports: { proxies: { proxyFor: () => Promise.resolve(via) } },
      tls: { caFile: certificateFile('ca.pem') },
    })
    try {
      await until('live', async () => (await secure.board()).freshness[0]?.state === 'live')
      const before = proxy.connects
      const answer = await secure.call('figures', { siteId: await siteIdOf(secure), ...day(), team: null })
      expect(answer.counts.events).toBe(120)
      expect(proxy.connects).toBe(before + 1)
    } finally {
      await secure.dispose()
      await proxy.close()
      await front.close()
    }
  })
})

describe('a question to what is no server of ours', () => {
  let other: Server
  const listen = async (answer: Parameters<typeof createServer>[1]): Promise<string> => {
    other = createServer(answer as () => void)
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve))
    return `http://127.0.0.1:${(other.address() as AddressInfo).port}`
  }
  afterEach(() => {
    other.closeAllConnections()
    other.close()
  })
  const ask = (url: string, changes: Partial<AskContext> = {}) =>
    askServer(
      {
        clock: systemClock,
        proxies: { proxyFor: () => Promise.resolve(null) },
        certificates: createCertificates({}),
        ...changes,
      },
      () => Promise.resolve(success({ url, token: 'any' })),
      { path: 'v1/figures', answer: z.object({ events: z.int() }), withinMs: 100 },
    )

  it('is given up after its time', async () => {
    const url = await listen(() => undefined)
    expect(await ask(url)).toEqual({
      ok: false,
      code: 'unreachable',
      message: 'the server has not answered in time',
    })
  })

  it('is given up where nobody says which proxy to use', async () => {
    const url = await listen((_request, response) => response.end())
    const silent = { proxyFor: () => new Promise<never>(() => undefined) }
    expect(await ask(url, { proxies: silent })).toMatchObject({ ok: false, code: 'unreachable' })
  })

  it.each([
    [502, 'text/html', '<h1>', 'a proxy is there, but the server behind it does not answer'],
    [200, 'text/html', '<h1>', 'the server gave an answer that cannot be understood'],
    [200, 'application/json', '{"events":"many"}', 'the server gave an answer that cannot be understood'],
    [200, 'application/json', '{"events"', 'the server gave an answer that cannot be understood'],
    [500, 'application/json', '{}', 'something on the way answered 500 instead of the server'],
  ])('says what %i %s %s means', async (status, type, body, message) => {
    const url = await listen((_request, response) =>
      response.writeHead(status, { 'content-type': type }).end(body),
    )
    expect(await ask(url)).toMatchObject({ ok: false, message })
  })

  it('hands on when a refusal says to ask again', async () => {
    const error = { code: 'busy', message: 'one at a time', field: null }
    const url = await listen((_request, response) =>
      response
        .writeHead(429, { 'content-type': 'application/json', 'retry-after': '7' })
        .end(JSON.stringify({ error })),
    )
    expect(await ask(url)).toEqual({
      ok: false,
      code: 'busy',
      message: 'one at a time',
      retryAfterMs: 7_000,
    })
  })
})
