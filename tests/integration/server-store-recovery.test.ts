import { v7 as uuidv7 } from 'uuid'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { startTimers } from '../../src-server/incidents/timers.ts'
import { StoreUnavailableError } from '../../src-server/log/log-store.ts'
import { openSqliteStore } from '../../src-server/log/sqlite-store.ts'
import { createBuiltInProvider } from '../../src-server/summaries/built-in-provider.ts'
import { logEntrySchema } from '../../src-shared/domain/log-entry.ts'
import { createSummaryJob } from '../../src-server/summaries/summary-job.ts'
import { openServerInside, type ServerInside } from '../support/server-inside.ts'

let inside: ServerInside
beforeEach(() => {
  inside = openServerInside()
})
afterEach(() => inside.close())

const disk = { service: 'orders-db', title: 'Disk full', dedupKey: 'db-1/disk' }
const storms = (count: number, first: number) =>
  Array.from({ length: count }, (_, index) => ({
    ...disk,
    dedupKey: `key-${first + index}`,
    id: `e-${first + index}`,
  }))

async function eventually(holds: () => boolean | Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 400; tries += 1) {
    if (await holds()) return
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
  expect.fail('it did not come true within 2 s')
}

describe('a disk that takes nothing', () => {
  it('is found to work again by itself, without anybody sending', async () => {
    await inside.store.close()
    const { dataDir, clock } = inside
    const store = openSqliteStore({ dataDir, clock, randomId: uuidv7, probeMs: 10 })
    const write = () => store.write((turn) => turn.bindGroup('a', 'b'))
    store.database.pragma('query_only = 1')
    await expect(write()).rejects.toThrow(StoreUnavailableError)
    expect(store.unavailable()).toBe('the data folder is read-only: nothing can be kept')
    await new Promise((resolve) => setTimeout(resolve, 40))
    expect(store.unavailable()).not.toBeNull()
    store.database.pragma('query_only = 0')
    await eventually(() => store.unavailable() === null)
    await write()
    await store.close()
    inside = openServerInside()
  })

  it('fails the whole group with the same reason, also those whose turn did not come', async () => {
    inside.store.database.pragma('query_only = 1')
    const outcomes = await Promise.allSettled(
      [1, 2, 3].map((index) => inside.send({ ...disk, dedupKey: `${index}` })),
    )
    inside.store.database.pragma('query_only = 0')
    for (const outcome of outcomes) {
      expect(outcome.status === 'rejected' && outcome.reason).toBeInstanceOf(StoreUnavailableError)
    }
    expect(inside.store.head()).toBe(0)
    expect((await inside.send(disk)).status).toBe(202)
  })
})

describe('a storm', () => {
  it('of sixty full requests at once is kept whole, in several commits', async () => {
    const heads: number[] = []
    inside.store.onCommit((head) => heads.push(head))
    const answers = await Promise.all(
      Array.from({ length: 60 }, (_, index) =>
        inside.send(storms(1000, index * 1000).map((event) => ({ ...event, dedupKey: `key-${index % 20}` }))),
      ),
    )
    expect(answers.every(({ body }) => body.accepted === 1000)).toBe(true)
    expect(heads.length).toBeGreaterThan(10)
    expect(heads).toEqual(heads.toSorted((a, b) => a - b))
    const log = await inside.store.read(0, inside.store.head(), 1_000_000)
    expect(log.map((entry) => entry.seq)).toEqual(
      Array.from({ length: inside.store.head() }, (_, index) => index + 1),
    )
    expect(log.filter((entry) => entry.kind === 'event')).toHaveLength(60_000)
  })

  it('of ends closes an incident of many alerts in one request, with its severity following', async () => {
    await inside.send([{ ...disk, dedupKey: 'worst', severity: 'critical' }, ...storms(300, 0)])
    await inside.send({ action: 'resolve', dedupKey: 'worst' })
    expect((await inside.theIncident()).incident).toMatchObject({ severity: 'error', openAlertCount: 300 })
    await inside.send(storms(300, 0).map(({ dedupKey }) => ({ action: 'resolve', dedupKey })))
    const { incident, alerts } = await inside.theIncident()
    expect(incident).toMatchObject({ openAlertCount: 0, alertCount: 301, severity: 'error' })
    expect(incident.settlesAt).not.toBeNull()
    expect(alerts.filter((alert) => alert.isOpen)).toEqual([])
  })
})

describe('a source', () => {
  it('stays the same, with its open alerts, when its token is replaced', async () => {
    await inside.send(disk)
    const replaced = { ...inside.source, id: uuidv7() }
    await inside.ingest.accept('events', replaced, { action: 'resolve', dedupKey: disk.dedupKey }, '{}')
    expect((await inside.theIncident()).incident.openAlertCount).toBe(0)
  })

  it('is answered as before for a repeated id, also when the server had made the dedup key', async () => {
    const event = { id: 'once', service: 'edge', title: 'slow' }
    const first = await inside.send(event)
    const again = await inside.send(event)
    expect(again.body.items).toEqual([{ ...first.body.items[0], duplicate: true }])
  })
})

describe('a summary that was asked for', () => {
  it('is made after all when the server ended, or its provider failed, before it was written', async () => {
    await inside.send({ ...disk, links: [{ href: 'https://runbooks.example/disk', text: 'Runbook' }] })
    const { incident } = await inside.theIncident()
    await inside.act({ kind: 'summarise', incidentId: incident.id })
    const { store, clock, placing: release } = inside
    const onError = (error: unknown) => expect.fail(String(error))
    let lost = 0
    const stopFirst = startTimers({
      store,
      clock,
      release,
      requestSummary: () => void (lost += 1),
      onError,
      tickMs: 1,
    })
    await eventually(() => lost === 1)
    await stopFirst()

    clock.pass(61_000)
    const job = createSummaryJob({ store, clock, provider: createBuiltInProvider(), onError })
    const stop = startTimers({ store, clock, release, requestSummary: job.request, onError, tickMs: 1 })
    const summaries = async () => (await inside.log()).filter((entry) => entry.kind === 'summary')
    await eventually(async () => (await summaries()).length > 0)
    await stop()
    await job.idle()
    expect(await store.hasDueTimer(clock.now() + 3_600_000)).toBe(false)
    expect(await summaries()).toHaveLength(1)
  })

  it('fits what every console reads, however long what it quotes is', async () => {
    const labels = { query: 'select '.repeat(580) }
    await inside.send([
      { ...disk, labels },
      { ...disk, dedupKey: 'db-2/disk', labels },
    ])
    const { incident } = await inside.theIncident()
    const onError = (error: unknown) => expect.fail(String(error))
    const { store, clock } = inside
    const job = createSummaryJob({ store, clock, provider: createBuiltInProvider(), onError })
    const timer = { kind: 'summaryRequested', key: incident.id, dueAt: clock.now() } as const
    job.request({ incidentId: incident.id, trigger: 'requested', timer })
    await job.idle()
    const written = (await inside.log()).at(-1)
    expect(logEntrySchema.safeParse(written).error).toBeUndefined()
    expect(JSON.stringify(written)).toContain('All 2 alerts share query=select')
  })
})
