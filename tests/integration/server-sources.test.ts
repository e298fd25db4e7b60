import { randomUUID } from 'node:crypto'
import { afterEach, describe, expect, it } from 'vitest'
import type { Source } from '../../src-shared/domain/service.ts'
import { startTimers } from '../../src-server/incidents/timers.ts'
import { openServerInside, type ServerInside } from '../support/server-inside.ts'
import { connectStream, helloFrame } from '../support/stream-client.ts'
import { startTestServer } from '../support/test-server.ts'

const closing: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close()
})

const minute = 60_000
const loose = () => ({ action: 'resolve', dedupKey: randomUUID() })
const watchdog = {
  version: '4',
  groupKey: '{}:{alertname="Watchdog"}',
  alerts: [
    {
      status: 'firing',
      labels: { alertname: 'Watchdog' },
      startsAt: '2026-11-23T10:00:00Z',
      fingerprint: '1',
    },
  ],
}

function open(): ServerInside & { sourceStates(): Promise<Source[]>; now(): Promise<Source | undefined> } {
  const inside = openServerInside()
  const stop = startTimers({
    store: inside.store,
    clock: inside.clock,
    release: inside.placing,
    requestSummary: () => undefined,
    onError: (error) => {
      throw error
    },
    tickMs: 5,
  })
  closing.push(() => inside.close(), stop)
  const sourceStates = async () =>
    (await inside.log()).flatMap((entry) => (entry.kind === 'source' ? [entry.source] : []))
  return { ...inside, sourceStates, now: async () => (await sourceStates()).at(-1) }
}

/** Long enough for the timers to have looked several times. */
const someTicks = () => new Promise((resolve) => setTimeout(resolve, 60))

describe('a source', () => {
  it('that nobody expects is never silent, and its last-heard instant is written once a minute', async () => {
    const inside = open()
    for (let second = 0; second <= 120; second += 10) {
      await inside.send(loose())
      inside.clock.pass(10_000)
    }
    expect((await inside.sourceStates()).map(({ revision }) => revision)).toEqual([1, 2, 3])
    inside.clock.pass(30 * 86_400_000)
    await someTicks()
    expect(await inside.now()).toMatchObject({ expectedEveryMs: null, silentSince: null })
  })

  it('of a Watchdog is expected three times as often as two of them came apart', async () => {
    const inside = open()
    await inside.send(watchdog, 'alertmanager')
    expect(await inside.now()).toMatchObject({ expectedEveryMs: null })
    inside.clock.pass(500)
    await inside.send(watchdog, 'alertmanager')
    expect(await inside.now()).toMatchObject({ expectedEveryMs: null })
    inside.clock.pass(5 * minute - 500)
    await inside.send(watchdog, 'alertmanager')
    expect(await inside.now()).toMatchObject({ expectedEveryMs: 15 * minute, silentSince: null })
  })

  it('that is not heard in time is said to be silent once, since when, and to be back when it is heard', async () => {
    const inside = open()
    await inside.send(watchdog, 'alertmanager')
    inside.clock.pass(minute)
    await inside.send(watchdog, 'alertmanager')
    const heardAt = inside.clock.at
    inside.clock.pass(3 * minute)
    await someTicks()
    expect(await inside.now()).toMatchObject({ expectedEveryMs: 3 * minute, silentSince: null })
    inside.clock.pass(minute)
    await expect.poll(async () => (await inside.now())?.silentSince).toBe(heardAt)
    inside.clock.pass(30 * minute)
    await someTicks()
    const states = await inside.sourceStates()
    expect(states.map(({ silentSince }) => silentSince)).toEqual([null, null, heardAt])
    await inside.send(loose())
    expect(await inside.now()).toMatchObject({ silentSince: null, lastHeardAt: inside.clock.at, revision: 4 })
  })

  it('is not heard by a Watchdog that has ended: it falls silent, and stays so until the Watchdog fires', async () => {
    const inside = open()
    const [alert] = watchdog.alerts
    const ended = { ...watchdog, alerts: [{ ...alert, status: 'resolved' }] }
    await inside.send(watchdog, 'alertmanager')
    inside.clock.pass(minute)
    await inside.send(watchdog, 'alertmanager')
    const heardAt = inside.clock.at
    inside.clock.pass(3 * minute)
    expect(await inside.send(ended, 'alertmanager')).toMatchObject({
      status: 202,
      body: { items: [{ heartbeat: false }] },
    })
    inside.clock.pass(minute)
    await expect.poll(async () => (await inside.now())?.silentSince).toBe(heardAt)
    await inside.send(ended, 'alertmanager')
    expect(await inside.now()).toMatchObject({ silentSince: heardAt, lastHeardAt: heardAt })
    await inside.send(watchdog, 'alertmanager')
    expect(await inside.now()).toMatchObject({ silentSince: null, expectedEveryMs: 3 * minute })
  })

  it('does not learn how often to expect it from the time between an end of its Watchdog and the next', async () => {
    const inside = open()
    const ended = { ...watchdog, alerts: watchdog.alerts.map((alert) => ({ ...alert, status: 'resolved' })) }
    await inside.send(ended, 'alertmanager')
    expect(await inside.now()).toMatchObject({ lastHeardAt: null, expectedEveryMs: null })
    await inside.send(watchdog, 'alertmanager')
    inside.clock.pass(minute)
    await inside.send(ended, 'alertmanager')
    inside.clock.pass(60 * minute)
    await inside.send(watchdog, 'alertmanager')
    expect(await inside.now()).toMatchObject({ expectedEveryMs: null })
    inside.clock.pass(2 * minute)
    await inside.send(watchdog, 'alertmanager')
    expect(await inside.now()).toMatchObject({ expectedEveryMs: 6 * minute })
  })

  it('is not silent while it is heard, however short its time is', async () => {
    const inside = open()
    await inside.send(watchdog, 'alertmanager')
    inside.clock.pass(2_000)
    await inside.send(watchdog, 'alertmanager')
    for (let n = 0; n < 20; n += 1) {
      inside.clock.pass(1_000)
      await inside.send(loose())
      await new Promise((resolve) => setTimeout(resolve, 10))
      const source = await inside.now()
      expect(source).toMatchObject({ expectedEveryMs: 6_000, silentSince: null })
      expect(inside.clock.at - (source?.lastHeardAt ?? 0)).toBeLessThan(1_500)
    }
  })

  it('is given its whole time after a restart of the server, which heard nothing while it was down', async () => {
    const inside = open()
    await inside.send(watchdog, 'alertmanager')
    inside.clock.pass(minute)
    await inside.send(watchdog, 'alertmanager')
    for (const stop of closing.splice(1)) await stop()
    const heardAt = inside.clock.at
    inside.clock.pass(10 * minute)
    const { store, clock, placing: release } = inside
    const options = {
      store,
      clock,
      release,
      requestSummary: () => undefined,
      onError: () => undefined,
      tickMs: 5,
    }
    closing.push(startTimers(options))
    inside.clock.pass(3 * minute)
    await someTicks()
    expect(await inside.now()).toMatchObject({ silentSince: null })
    inside.clock.pass(minute)
    await expect.poll(async () => (await inside.now())?.silentSince).toBe(heardAt)
  })
})

describe('a source that is heard while clocks are a day ahead', () => {
  const day = 86_400_000

  it('is expected from when they are put right, by a server that was started meanwhile, too', async () => {
    const inside = open()
    await inside.send(watchdog, 'alertmanager')
    inside.clock.pass(minute)
    await inside.send(watchdog, 'alertmanager')
    inside.clock.pass(-day)
    await someTicks()
    await inside.send(watchdog, 'alertmanager')
    const heardAt = inside.clock.at
    expect(await inside.now()).toMatchObject({ lastHeardAt: heardAt, expectedEveryMs: 3 * minute })
    inside.clock.pass(4 * minute)
    await expect.poll(async () => (await inside.now())?.silentSince).toBe(heardAt)
  })

  it('is learnt from the Watchdogs that come afterwards', async () => {
    const inside = open()
    await inside.send(watchdog, 'alertmanager')
    inside.clock.pass(-day)
    for (const passMs of [minute, 2 * minute]) {
      inside.clock.pass(passMs)
      await inside.send(watchdog, 'alertmanager')
    }
    expect(await inside.now()).toMatchObject({ expectedEveryMs: 6 * minute })
  })
})

describe('GET and PUT /v1/sources', () => {
  it('show sources, let an administrator say how often to expect them, and readers hear of silence', async () => {
    const server = await startTestServer()
    closing.push(() => server.close())
    await server.ingest(loose())
    const listed = async () => ((await server.call('/v1/sources')).body as { items: Source[] }).items
    const [source] = await listed()
    expect(source).toMatchObject({ name: 'prober', kind: 'events', expectedEveryMs: null, silentSince: null })
    const path = `/v1/sources/${source?.id}`
    const put = (body: unknown, token = server.tokens.admin, to = path) =>
      server.call(to, { method: 'PUT', token, body })

    expect(await put({ expectedEveryMs: 1_000 }, server.tokens.responder)).toMatchObject({ status: 403 })
    expect(await put({ expectedEveryMs: 10 })).toMatchObject({
      status: 400,
      body: { error: { field: 'expectedEveryMs' } },
    })
    expect(await put({ expectedEveryMs: 1_000 }, undefined, `/v1/sources/${randomUUID()}`)).toMatchObject({
      status: 404,
    })

    const reader = await connectStream(server.streamUrl, server.tokens.viewer)
    closing.push(async () => reader.socket.terminate())
    reader.send(helloFrame({ channels: ['sources'] }))
    await reader.next('snapshot')
    const told = (fits: (source: Source) => boolean) =>
      reader.next('batch', ({ entries }) =>
        entries.some((entry) => entry.kind === 'source' && fits(entry.source)),
      )
    expect(await put({ expectedEveryMs: 1_000 })).toMatchObject({
      status: 200,
      body: { id: source?.id, expectedEveryMs: 1_000, silentSince: null },
    })
    await told(({ expectedEveryMs, silentSince }) => expectedEveryMs === 1_000 && silentSince === null)
    await told(({ silentSince }) => silentSince === source?.lastHeardAt)
    expect(await listed()).toMatchObject([{ silentSince: source?.lastHeardAt }])
    reader.clear()
    await server.ingest(loose())
    await told(({ silentSince }) => silentSince === null)

    expect(await put({ expectedEveryMs: null })).toMatchObject({ body: { expectedEveryMs: null } })
    expect(await listed()).toMatchObject([{ expectedEveryMs: null, silentSince: null }])
  })

  it('an administrator has the last word: what was said is not learnt again', async () => {
    const server = await startTestServer()
    closing.push(() => server.close())
    const send = () => server.call('/v1/ingest/alertmanager', { token: server.tokens.source, body: watchdog })
    expect(await send()).toMatchObject({ status: 202 })
    const { items } = (await server.call('/v1/sources')).body as { items: Source[] }
    const [{ id } = { id: '' }] = items
    await server.call(`/v1/sources/${id}`, {
      method: 'PUT',
      token: server.tokens.admin,
      body: { expectedEveryMs: null },
    })
    await new Promise((resolve) => setTimeout(resolve, 1_100))
    await send()
    await new Promise((resolve) => setTimeout(resolve, 1_100))
    await send()
    expect((await server.call('/v1/sources')).body).toMatchObject({ items: [{ expectedEveryMs: null }] })
  })
})
