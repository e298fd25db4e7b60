import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { correlationRuleSchema } from '../../src-shared/correlation/rule.ts'
import type { PreviewAnswer } from '../../src-shared/protocol/reads.ts'
import { createCorrelationPreview } from '../../src-server/incidents/correlation-preview.ts'
import { runDueTimers } from '../support/due-timers.ts'
import { openServerInside } from '../support/server-inside.ts'
import { startTestServer, type TestServer } from '../support/test-server.ts'

const times = { settleMs: 30_000, flapSettleMs: 300_000, reopenMs: 300_000 }
const byCluster = {
  name: 'cluster',
  reason: 'same cluster {label.cluster}',
  match: [{ field: 'label.env', anyOf: ['prod*'] }],
  groupBy: ['label.cluster'],
  withinMs: 600_000,
}

/** Three services in one production cluster, and one elsewhere. */
const events = ['orders', 'billing', 'search', 'elsewhere'].map((service) => ({
  dedupKey: service,
  service,
  title: `${service} is slow`,
  severity: 'error',
  labels: service === 'elsewhere' ? { cluster: 'eu-1' } : { cluster: 'eu-1', env: 'production' },
}))

let folder: string
const servers: TestServer[] = []
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'watchfloor-rules-'))
})
afterEach(async () => {
  for (const server of servers.splice(0)) await server.close()
  rmSync(folder, { recursive: true, force: true })
})

async function start(rules?: unknown): Promise<TestServer> {
  const file = join(folder, 'rules.json')
  if (rules !== undefined) writeFileSync(file, typeof rules === 'string' ? rules : JSON.stringify(rules))
  const server = await startTestServer(rules === undefined ? {} : { rules: file })
  servers.push(server)
  return server
}

async function incidents(server: TestServer): Promise<{ id: string; alertCount: number }[]> {
  const { body } = await server.call('/v1/incidents')
  return (body as { items: { id: string; alertCount: number }[] }).items
}

describe('a rules file', () => {
  it('groups what the built-in rules do not, with its reason in words', async () => {
    const server = await start([byCluster])
    await server.ingest(...events)
    const [alone, together, ...others] = await incidents(server)
    expect(others).toEqual([])
    expect([alone?.alertCount, together?.alertCount]).toEqual([1, 3])
    const { body } = await server.call(`/v1/incidents/${together?.id}`)
    const { alerts } = body as { alerts: { groupReason: string }[] }
    expect(alerts.map((alert) => alert.groupReason)).toEqual([
      'opened by its first alert',
      'same cluster eu-1',
      'same cluster eu-1',
    ])
  })

  it('is tried in its order: where two rules lead to two incidents, the first decides', async () => {
    const by = (label: string) => ({
      name: label,
      reason: `same ${label}`,
      groupBy: [`label.${label}`],
      withinMs: null,
    })
    const event = (dedupKey: string, labels: Record<string, string>) => {
      return { dedupKey, service: dedupKey, title: dedupKey, labels }
    }
    for (const order of [
      ['team', 'zone'],
      ['zone', 'team'],
    ]) {
      const server = await start(order.map(by))
      await server.ingest(event('a', { team: 'x' }), event('b', { zone: 'y' }))
      await server.ingest(event('c', { team: 'x', zone: 'y' }))
      const [ofZone, ofTeam] = await incidents(server)
      expect([ofTeam?.alertCount, ofZone?.alertCount]).toEqual(order[0] === 'team' ? [2, 1] : [1, 2])
    }
  })

  it('gives its priorities to incidents, and the preview says the same', async () => {
    const server = await start([{ ...byCluster, priority: 'P1' }])
    await server.ingest(...events)
    const { body } = await server.call('/v1/incidents')
    const { items } = body as { items: { priority: string; rulePriority: unknown }[] }
    expect(items).toMatchObject([
      { priority: 'P3', rulePriority: null },
      { priority: 'P1', rulePriority: { priority: 'P1', rule: 'cluster' } },
    ])
    const tried = await server.call('/v1/correlation/preview', {
      body: { rules: [{ name: 'all', priority: 'P2' }] },
      token: server.tokens.responder,
    })
    expect((tried.body as PreviewAnswer).largest).toMatchObject(
      events.map(() => ({ priority: 'P2', priorityRule: 'all' })),
    )
  })

  it('is read as an editor on Windows writes it, with a mark at its beginning', async () => {
    const server = await start(`\uFEFF${JSON.stringify([byCluster])}`)
    await server.ingest(...events.slice(0, 2))
    expect(await incidents(server)).toMatchObject([{ alertCount: 2 }])
  })

  it('leaves the built-in rules in force after it', async () => {
    const server = await start([byCluster])
    await server.ingest(
      ...['a', 'b'].map((dedupKey) => ({ dedupKey, service: 'mail', title: 'Queue grows' })),
    )
    expect(await incidents(server)).toMatchObject([{ alertCount: 2 }])
  })

  it.each([
    ['no JSON', '[{', /--rules .*rules\.json: .*JSON/],
    [
      'a wrong field',
      [{ ...byCluster, groupBy: ['colour'] }],
      /rules\.json: 0\.groupBy\.0: is no field of an event: use service, .* label\. and the name/,
    ],
    ['a misspelt word', [{ ...byCluster, matches: [] }], /rules\.json: 0: .*"matches"/],
    [
      'a misspelt condition',
      [{ ...byCluster, match: [{ field: 'label.env', anyOf: ['prod'], negate: true }] }],
      /rules\.json: 0\.match\.0: .*"negate"/,
    ],
    [
      'a misspelt reason',
      [{ ...byCluster, reason: 'same {cluster}' }],
      /0\.reason: \{cluster\} is no field of an event: write \{label\.cluster\}/,
    ],
    ['two of a name', [byCluster, byCluster], /1\.name: two rules are called cluster/],
  ])('with %s keeps the server from starting, and says where', async (_what, rules, message) => {
    await expect(start(rules)).rejects.toThrow(message)
  })
})

describe('POST /v1/correlation/preview', () => {
  const ask = (server: TestServer, body: unknown, token = server.tokens.responder) =>
    server.call('/v1/correlation/preview', { body, token })

  it('says what rules would have made of what came, and changes nothing', async () => {
    const server = await start()
    await server.ingest(...events)
    const before = await server.call('/v1/incidents')
    const asIs = await ask(server, { rules: [] })
    expect(asIs).toMatchObject({ status: 200, body: { sentence: '4 events, 4 incidents', isCut: false } })
    const changed = await ask(server, { rules: [byCluster], hours: 1 })
    expect(changed).toMatchObject({ status: 200, body: { events: 4, alerts: 4, incidents: 2 } })
    const [largest] = (changed.body as PreviewAnswer).largest
    expect(largest?.reasons).toContainEqual({ rule: 'cluster', reason: 'same cluster eu-1', alerts: 2 })
    expect((await server.call('/v1/incidents')).body).toEqual(before.body)
  })

  it('is for those who act, and names the field that is wrong', async () => {
    const server = await start()
    for (const role of ['viewer', 'source'] as const) {
      expect((await ask(server, { rules: [] }, server.tokens[role])).status).toBe(403)
    }
    expect((await ask(server, { rules: [] }, server.tokens.admin)).status).toBe(200)
    const wrong = await ask(server, { rules: [{ ...byCluster, withinMs: 5 }] })
    expect(wrong).toMatchObject({ status: 400, body: { error: { field: 'rules.0.withinMs' } } })
    const tooLong = await ask(server, { rules: [], hours: 25 })
    expect(tooLong).toMatchObject({ status: 400, body: { error: { field: 'hours' } } })
  })

  it('knows what maintenance suppressed, and what was still open when it ended', async () => {
    const inside = openServerInside()
    try {
      const startsAt = inside.clock.now()
      const schedule = { kind: 'once' as const, startsAt, endsAt: startsAt + 600_000 }
      const match = [{ field: 'service' as const, anyOf: ['mail'], negated: false }]
      const plan = { title: 'Works', match, schedule }
      await inside.act({ kind: 'planMaintenance', windowId: null, seen: null, plan })
      for (const dedupKey of ['a', 'b', 'c', 'd'])
        await inside.send({ dedupKey, service: 'mail', title: `Queue ${dedupKey}` })
      for (const dedupKey of ['a', 'b']) await inside.send({ dedupKey, action: 'resolve' })
      const preview = createCorrelationPreview({ ...inside, times: { ...times, ackTimeoutMs: 0 } })
      const ask = () => preview([], 24, new AbortController().signal)
      expect(await ask()).toMatchObject({ events: 6, alerts: 4, suppressed: 4, incidents: 0 })
      inside.clock.pass(600_000)
      await runDueTimers(inside)
      expect(await ask()).toMatchObject({ alerts: 4, suppressed: 4, incidents: 2 })
      expect(await inside.incidents()).toHaveLength(2)
    } finally {
      await inside.close()
    }
  })

  it('looks at these hours only, and at the newest entries when there are too many', async () => {
    const inside = openServerInside()
    try {
      await inside.send({ dedupKey: 'old', service: 'mail', title: 'Old' })
      inside.clock.pass(2 * 3_600_000)
      for (let index = 0; index < 20; index += 1)
        await inside.send({ dedupKey: `k${index}`, service: 'mail', title: `T${index}` })
      const options = { ...inside, times: { ...times, ackTimeoutMs: 0 } }
      const rules = [correlationRuleSchema.parse(byCluster)]
      const stop = new AbortController()
      const whole = createCorrelationPreview(options)
      expect(await whole(rules, 24, stop.signal)).toMatchObject({ events: 21, isCut: false })
      expect(await whole(rules, 1, stop.signal)).toMatchObject({
        events: 20,
        from: inside.clock.at,
        isCut: false,
      })
      const cut = await createCorrelationPreview({ ...options, maxEntries: 10 })(rules, 24, stop.signal)
      expect(cut.isCut).toBe(true)
      expect(cut.events).toBeLessThan(10)
      stop.abort(new Error('stopping'))
      await expect(whole(rules, 24, stop.signal)).rejects.toThrow('stopping')
    } finally {
      await inside.close()
    }
  })
})
