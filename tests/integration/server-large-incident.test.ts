import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import Database from 'better-sqlite3'
import { join } from 'node:path'
import type { Alert } from '../../src-shared/domain/alert.ts'
import { logEntrySchema, type LogEntry } from '../../src-shared/domain/log-entry.ts'
import { createSummaryJob } from '../../src-server/summaries/summary-job.ts'
import type { SummaryInput, SummaryProvider } from '../../src-server/summaries/summary-provider.ts'
import { openServerInside, type ServerInside } from '../support/server-inside.ts'

/** More than are handed on to readers in memory. */
const many = 1_100
let inside: ServerInside
let id = ''

beforeEach(async () => {
  inside = openServerInside()
})
afterEach(() => inside.close())

function firing(count: number, key = 'hall', status = 'firing') {
  return inside.send(
    {
      version: '4',
      groupKey: key,
      alerts: Array.from({ length: count }, (_, index) => ({
        status,
        labels: { alertname: 'NodeDown', instance: `node-${index}`, quoted: '"1.0" \\ \u2028 ß\ud800' },
        annotations: { summary: `Node ${index} is down` },
        startsAt: '2026-11-23T13:00:00.000Z',
        fingerprint: `${key}-${index}`,
      })),
    },
    'alertmanager',
  )
}

async function fill(count: number): Promise<void> {
  for (let left = count; left > 0; left -= 500) await firing(Math.min(left, 500), `hall-${left}`)
  const [first, ...others] = (await inside.incidents()).toReversed()
  id = first?.id ?? ''
  for (const other of others) await inside.act({ kind: 'merge', incidentId: other.id, intoId: id })
}

async function allAlerts(incidentId = id): Promise<Alert[]> {
  const alerts: Alert[] = []
  let after: string | null = null
  do {
    const page: Awaited<ReturnType<typeof inside.store.alerts>> = await inside.store.alerts(
      incidentId,
      after,
      400,
    )
    alerts.push(...page.items)
    after = page.next
  } while (after !== null)
  return alerts
}

/** What the log got from one action, and the texts as they lie on the disk. */
async function during(action: () => Promise<unknown>) {
  const before = inside.store.head()
  await action()
  const read = await inside.store.read(before, inside.store.head(), 100_000)
  const disk = new Database(join(inside.dataDir, 'watchfloor.db'), { readonly: true })
  const texts = disk
    .prepare<[number], string>('select json from log where seq > ? order by seq')
    .pluck()
    .all(before)
  const indexed = disk
    .prepare<[string], { isOpen: number; count: number }>(
      'select is_open as isOpen, count(*) as count from alert where incident_id = ? group by is_open',
    )
    .all(id)
  disk.close()
  expect(read.map(({ json }) => json)).toEqual(texts)
  const entries = texts.map((text): LogEntry => logEntrySchema.parse(JSON.parse(text)))
  expect(entries.map(({ seq }) => seq)).toEqual(entries.map((_, index) => before + 1 + index))
  // As it would have been written alone: no number and no letter is another one.
  expect(texts.every((text) => text === JSON.stringify(JSON.parse(text)))).toBe(true)
  return { entries, read, indexed }
}

describe.each([many, 3])('an incident of %i alerts', (count) => {
  it('is resolved, reopened and merged with one entry for each alert, which has its whole state', async () => {
    await fill(count)
    const opened = await allAlerts()
    expect(opened).toHaveLength(count)

    inside.clock.pass(1_000)
    const resolving = await during(() => inside.act({ kind: 'resolve', incidentId: id }))
    const closedAt = inside.clock.now()
    const closed = opened.map((alert) => ({
      ...alert,
      revision: alert.revision + 1,
      isOpen: false,
      closedAt,
    }))
    expect(alertsIn(resolving.entries)).toEqual(closed)
    expect(await allAlerts()).toEqual(closed)
    expect(resolving.indexed).toEqual([{ isOpen: 0, count }])
    expect(resolving.entries.at(-1)).toMatchObject({ kind: 'incident', incident: { status: 'resolved' } })

    inside.clock.pass(1_000)
    const reopening = await during(() => inside.act({ kind: 'reopen', incidentId: id }))
    const again = closed.map((alert) => ({
      ...alert,
      revision: alert.revision + 1,
      isOpen: true,
      closedAt: null,
    }))
    expect(alertsIn(reopening.entries)).toEqual(again)
    expect(await allAlerts()).toEqual(again)
    expect(reopening.indexed).toEqual([{ isOpen: 1, count }])

    await inside.send({ service: 'edge', title: 'Many 5xx', dedupKey: 'edge/5xx' })
    const into = (await inside.incidents())[0]
    const merging = await during(() =>
      inside.act({ kind: 'merge', incidentId: id, intoId: into?.id ?? '' }, 'mira "the \\ night"'),
    )
    const moved = again.map((alert) => ({
      ...alert,
      revision: alert.revision + 1,
      incidentId: into?.id,
      groupReason: 'merged from #1 by mira "the \\ night"',
    }))
    expect(alertsIn(merging.entries)).toEqual(moved)
    expect(
      merging.read.filter(({ kind }) => kind === 'alert').every((entry) => entry.incidentId === into?.id),
    ).toBe(true)
    expect(merging.indexed).toEqual([])
    expect(await allAlerts(into?.id)).toHaveLength(count + 1)
  })
})

function alertsIn(entries: readonly LogEntry[]): Alert[] {
  return entries.flatMap((entry) => (entry.kind === 'alert' ? [entry.alert] : []))
}

describe('many alerts that are changed at once', () => {
  it('are as they were when their turn fails, and the log has no gap', async () => {
    await fill(many)
    const before = await allAlerts()
    const head = inside.store.head()
    const failed = inside.store.write(async (turn) => {
      turn.changeAlerts(await turn.openAlertIdsOf(id), { isOpen: false, closedAt: turn.now, milder: null })
      throw new Error('decided against it')
    })
    const beside = inside.send({ service: 'edge', title: 'Many 5xx', dedupKey: 'edge/5xx' })
    await expect(failed).rejects.toThrow('decided against it')
    await beside
    expect(await allAlerts()).toEqual(before)
    const entries = await inside.store.read(head, inside.store.head(), 100)
    expect(entries.map(({ seq }) => seq)).toEqual(entries.map((_, index) => head + 1 + index))
    expect(entries.some(({ kind }) => kind === 'alert')).toBe(true)
  })

  it('have what was counted in the same commit', async () => {
    await fill(3)
    await Promise.all([
      firing(3, 'hall-3'),
      inside.act({ kind: 'resolve', incidentId: id }),
      firing(3, 'hall-3'),
    ])
    const alerts = await allAlerts()
    expect(alerts.map(({ count, isOpen }) => [count, isOpen])).toEqual(alerts.map(() => [2, false]))
    const states = alertsIn(await inside.log()).filter((alert) => alert.id === alerts[0]?.id)
    expect(states.map(({ revision }) => revision)).toEqual(states.map((_, index) => index + 1))
  })

  it('are found closed by what their monitors say next', async () => {
    await fill(3)
    await firing(3, 'hall-3')
    await inside.act({ kind: 'resolve', incidentId: id })
    await firing(3, 'hall-3', 'resolved')
    const events = await inside.store.events({ incidentId: null, after: null, limit: 3 })
    expect(events.items.map(({ event }) => event.effectReason)).toEqual(
      events.items.map(() => 'no open alert has this key'),
    )
  })
})

it('is summarised from all of its alerts, from the beginning of its timeline and from its end', async () => {
  await firing(many)
  const { incident } = await inside.theIncident()
  let input: SummaryInput | null = null
  const provider: SummaryProvider = {
    name: 'test',
    summarise: (given) => {
      input = given
      return Promise.resolve([])
    },
  }
  const onError = (error: unknown): never => {
    throw error
  }
  const job = createSummaryJob({ store: inside.store, provider, clock: inside.clock, onError })
  const timer = { kind: 'summary', key: incident.id, dueAt: 0 } as const
  job.request({ incidentId: incident.id, trigger: 'requested', timer })
  await job.idle()
  const log = (await inside.log()).filter(({ kind }) => !['source', 'service', 'summary'].includes(kind))
  expect(log.length).toBeGreaterThan(3_000)
  expect(input).toMatchObject({ timeline: [...log.slice(0, 1_000), ...log.slice(-1_000)] })
  expect(input).toHaveProperty('alerts.length', many)
  expect((await inside.log()).at(-1)).toMatchObject({ kind: 'summary', summary: { eventCount: many } })
})
