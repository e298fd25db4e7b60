import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { v7 as uuidv7 } from 'uuid'
import { createFiguresOf } from '../../src-server/search/log-figures.ts'
import { openServerInside } from '../support/server-inside.ts'
import { startTestServer, type TestServer } from '../support/test-server.ts'

let server: TestServer
beforeEach(async () => {
  server = await startTestServer()
})
afterEach(() => server.close())

const services = ['orders', 'billing', 'search', 'mail']
const events = Array.from({ length: 12 }, (_, index) => ({
  dedupKey: `key-${index}`,
  service: services[index % 4],
  title: `Problem ${index} of ${services[index % 4]}`,
  severity: index % 2 === 0 ? 'critical' : 'warning',
  labels: { env: index < 6 ? 'prod' : 'test' },
}))

interface Found {
  items: { id: string; number: number; title: string }[]
  next: string | null
}

async function find(q: string, more = ''): Promise<Found> {
  const { status, body } = await server.call(`/v1/incidents?q=${encodeURIComponent(q)}${more}`)
  expect(status).toBe(200)
  return body as Found
}

describe('GET /v1/incidents?q=', () => {
  it.each([
    ['service:orders,mail severity>=error', [9, 5, 1]],
    ['label.env:prod -service:orders', [6, 4, 3, 2]],
    ['"problem 11"', [12]],
    ['#3', [3]],
    ['is:unassigned status:resolved', []],
    ['source:prober number<3', [2, 1]],
    ['', [12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1]],
  ])('%s', async (q, numbers) => {
    await server.ingest(...events)
    const { items, next } = await find(q)
    expect(items.map((incident) => incident.number)).toEqual(numbers)
    expect(next).toBeNull()
  })

  it('takes a status beside it, and goes on where a page ended', async () => {
    await server.ingest(...events)
    const numbers: number[] = []
    let after = ''
    for (;;) {
      const page = await find('label.env:test', `&status=triggered&limit=4${after}`)
      numbers.push(...page.items.map((incident) => incident.number))
      if (page.next === null) break
      after = `&after=${page.next}`
    }
    expect(numbers).toEqual([12, 11, 10, 9, 8, 7])
    expect((await find('label.env:test', '&status=resolved')).items).toEqual([])
  })

  it('points at the characters that are wrong', async () => {
    const { status, body } = await server.call(
      `/v1/incidents?q=${encodeURIComponent('is:snoozed sevrity:error')}`,
    )
    expect(status).toBe(400)
    expect(body).toMatchObject({ error: { code: 'unknownField', field: 'q' } })
    const { message } = (body as { error: { message: string } }).error
    expect(message).toMatch(/^characters 12 to 18: .*severity/)
  })
})

describe('GET /v1/figures', () => {
  it('has response times, counts and alarm health of the last day, each with its offenders', async () => {
    await server.ingest(...events)
    const { items } = await find('#1')
    const { status, body } = await server.call('/v1/figures')
    expect(status).toBe(200)
    expect(body).toMatchObject({
      counts: { events: 12, triggered: 12, acknowledged: 0 },
      acknowledged: { count: 0, meanMs: null },
      health: { annunciated: 12 },
      isCut: false,
    })
    expect(items).toHaveLength(1)
    const past = await server.call('/v1/figures?from=2020-01-01T00:00:00Z&to=2020-01-02T00:00:00Z')
    expect(past).toMatchObject({ status: 200, body: { counts: { events: 0 } } })
  })

  it('are of the services of a team, as those are when it is asked', async () => {
    const labels = { team: ' payments ' }
    await server.ingest(...events.map((event) => (event.service === 'orders' ? { ...event, labels } : event)))
    const all = await server.call('/v1/figures')
    expect(all.body).toMatchObject({ team: null, teams: ['payments'], counts: { events: 12 } })
    const counts = { events: 3, triggered: 3, services: [{ name: 'orders', events: 3 }] }
    const ofOne = await server.call('/v1/figures?team=payments')
    expect(ofOne.body).toMatchObject({ team: 'payments', counts, health: { annunciated: 3 } })
    const { items } = (await server.call('/v1/services?name=billing')).body as { items: { id: string }[] }
    const serviceId = items[0]?.id ?? ''
    const body = { kind: 'editService', serviceId, seen: 1, team: 'payments' }
    const ids = { id: uuidv7(), clientId: uuidv7(), number: 1 }
    const command = { ...ids, author: 'mira', issuedAt: Date.now(), body }
    const edited = await server.call('/v1/commands', { body: { command } })
    expect(edited.body).toMatchObject({ result: { status: 'done' } })
    const ofTwo = await server.call('/v1/figures?team=payments')
    expect(ofTwo.body).toMatchObject({ counts: { events: 6, triggered: 6 }, health: { annunciated: 6 } })
  })

  it('say that no service is of a team', async () => {
    const { status, body } = await server.call('/v1/figures?team=payment%20s')
    expect(status).toBe(400)
    const message = 'no service is of the team payment s: name another, or none for all services'
    expect(body).toMatchObject({ error: { field: 'team', message } })
  })

  it.each(['from=5&to=4', 'from=0&to=9999999999', 'from=yesterday'])('refuses %s', async (query) => {
    const { status, body } = await server.call(`/v1/figures?${query}`)
    expect(status).toBe(400)
    const message = query === 'from=yesterday' ? /2026-11-23T14:30:00Z/ : /31 days at most/
    expect(body).toMatchObject({
      error: { field: 'from', message: expect.stringMatching(message) as string },
    })
  })

  it.each(['to=', 'to=%20', 'to=0x10', 'to=1969-01-01T00:00:00Z', 'to=9000000000000000'])(
    'takes %s for no instant',
    async (query) => {
      expect(await server.call(`/v1/figures?${query}`)).toMatchObject({
        status: 400,
        body: { error: { field: 'to' } },
      })
    },
  )

  it('says how far back it looked when that was not far enough', async () => {
    const inside = openServerInside()
    try {
      const window = { from: inside.clock.at, to: inside.clock.at + 3_600_000 }
      for (const event of events) {
        inside.clock.pass(60_000)
        await inside.send(event)
      }
      const { id } = (await inside.incidents())[11] ?? { id: '' }
      await inside.act({ kind: 'acknowledge', incidentId: id })
      const stop = new AbortController()
      const whole = await createFiguresOf(inside.store)({ window, team: null }, stop.signal)
      expect(whole).toMatchObject({ counts: { events: 12 }, isCut: false })
      expect(whole?.acknowledged).toMatchObject({ count: 1, meanMs: 660_000, longest: [{ number: 1 }] })
      const part = await createFiguresOf(inside.store, 10)({ window, team: null }, stop.signal)
      expect(part?.isCut).toBe(true)
      expect(part?.readFrom).toBeGreaterThan(window.from)
      stop.abort(new Error('stopping'))
      await expect(createFiguresOf(inside.store)({ window, team: null }, stop.signal)).rejects.toThrow(
        'stopping',
      )
    } finally {
      await inside.close()
    }
  })
})

describe('GET /v1/events?q=', () => {
  interface Events {
    items: { title: string }[]
    next: string | null
    index: { indexedTo: number; head: number; isBuilding: boolean }
  }

  async function search(q: string, more = '', on = server): Promise<Events> {
    const { status, body } = await on.call(`/v1/events?q=${encodeURIComponent(q)}${more}`)
    expect(status).toBe(200)
    return body as Events
  }

  it('finds what was answered as accepted at once, newest first, and says how far its index is', async () => {
    await server.ingest(...events)
    const { items, next, index } = await search('severity:critical label.env:test -mail')
    expect(items.map(({ title }) => title)).toEqual([
      'Problem 10 of search',
      'Problem 8 of orders',
      'Problem 6 of search',
    ])
    expect(next).toBeNull()
    expect(index.head).toBeGreaterThan(0)
    const first = await search('problem', '&limit=5')
    expect(first.items).toHaveLength(5)
    const rest = await search('problem', `&after=${first.next}`)
    expect(rest.items).toHaveLength(7)
    const { items: incidents } = await find('"problem 3"')
    const ofOne = await search('problem', `&incidentId=${incidents[0]?.id}`)
    expect(ofOne.items.map(({ title }) => title)).toEqual(['Problem 3 of mail'])
  })

  it('goes on with its index after a restart, and without one goes through the log', async () => {
    await server.ingest(...events)
    await expect
      .poll(async () => (await search('orders')).index, { timeout: 10_000 })
      .toMatchObject({ isBuilding: false })
    const until = async (on: TestServer) => {
      const { index } = await search('orders', '', on)
      return index.head - index.indexedTo
    }
    await expect.poll(() => until(server), { timeout: 10_000 }).toBe(0)
    server = await server.restart()
    expect((await search('orders')).items).toHaveLength(3)
    expect(await until(server)).toBe(0)
    const plain = await startTestServer({ searchIndex: false })
    try {
      await plain.ingest(...events)
      const found = await search('orders', '', plain)
      expect(found.items).toHaveLength(3)
      expect(found.index.indexedTo).toBe(0)
    } finally {
      await plain.close()
    }
  })

  it.each([
    ['status:triggered', 'otherField', /^characters 1 to 6: status is a field of incidents/],
    ['disk "full', 'unclosedQuote', /^characters 6 to 10: /],
    ['severity>=wors', 'unknownValue', /^characters 11 to 14: /],
    ['😀😀 foo:bar', 'unknownField', /^characters 4 to 6: /],
    ['"a"😀', 'strayCharacter', /^character 4: a space has to come before 😀$/],
    ['- x', 'strayCharacter', /^character 1: a - leaves out what follows it: nothing does$/],
  ])('points at the characters of %s', async (q, code, message) => {
    const { status, body } = await server.call(`/v1/events?q=${encodeURIComponent(q)}`)
    expect(status).toBe(400)
    expect(body).toMatchObject({
      error: { code, field: 'q', message: expect.stringMatching(message) as string },
    })
  })

  it.each([
    ['syntax of the index', '"a AND b NOT (c) NEAR" -"*" "^x" "title : y"'],
    ['quotes', String.raw`"say \"\"\" to ' them"`],
    ['a NUL', '"nu\0l" x\0y'],
    ['stars alone', 'title:* service:** label.x:*'],
    ['many alternatives', `service:${Array.from({ length: 400 }, (_, index) => `s${index}`).join(',')}`],
    ['a long word', 'x'.repeat(2_000)],
    ['many words', 'abc '.repeat(500)],
    ['many short words', '-a b '.repeat(400)],
    ['half a character', '"\u{1F600}" é\u0301 ﬀ'],
  ])('takes %s for what it is', async (_what, q) => {
    await server.ingest(...events)
    expect((await search(q)).items.length).toBeLessThan(13)
    expect((await find(q)).items.length).toBeLessThan(13)
  })

  it('refuses what is too long, and a place that no page named', async () => {
    expect((await server.call(`/v1/events?q=${'x'.repeat(2_049)}`)).status).toBe(400)
    expect((await server.call('/v1/events?q=x&after=abc')).status).toBe(400)
  })

  it('makes nobody wait longer than it is worth', async () => {
    await server.ingest(...events)
    const answers = await Promise.all(Array.from({ length: 60 }, () => server.call('/v1/events?q=problem')))
    const busy = answers.filter(({ status }) => status === 429)
    expect(answers.filter(({ status }) => status === 200).length).toBeGreaterThanOrEqual(16)
    for (const { headers, body } of busy) {
      expect(headers.get('retry-after')).toBe('1')
      expect(body).toMatchObject({ error: { code: 'busy' } })
    }
  })
})
