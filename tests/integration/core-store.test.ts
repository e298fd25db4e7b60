import { mkdtemp, open, readdir, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { v7 as uuidv7 } from 'uuid'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { defaultNotifySettings } from '../../src-main/core/notify/policy.ts'
import type { PolicyMoment } from '../../src-main/core/store/store-api.ts'
import { sampleIncident } from '../support/sample-incident.ts'
import { StoreClient, type StoreNotice } from '../../src-main/core/store/store-client.ts'
import type { Alert } from '../../src-shared/domain/alert.ts'
import type { Command, CommandResult } from '../../src-shared/domain/command.ts'
import type { Incident } from '../../src-shared/domain/incident.ts'
import type { LogEntry } from '../../src-shared/domain/log-entry.ts'
import type { Snapshot } from '../../src-shared/protocol/frames.ts'

const siteId = uuidv7()
const epoch = uuidv7()
const serviceId = uuidv7()
const moment: PolicyMoment = {
  now: 1_000,
  presence: { visible: false, focused: false, incidentId: null },
  settings: defaultNotifySettings,
  self: 'mira',
}

let dataDir: string
let file: string
let stores: StoreClient[]

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'watchfloor-store-'))
  file = join(dataDir, 'console.db')
  stores = []
})

afterEach(async () => {
  for (const store of stores) await store.close()
  await rm(dataDir, { recursive: true, force: true })
})

async function openStore(): Promise<StoreClient> {
  const store = await StoreClient.open({ file, nativeBinding: null })
  stores.push(store)
  return store
}

function incidentEntry(seq: number, changes: Partial<Incident> & Pick<Incident, 'id'>): LogEntry {
  const incident = sampleIncident({
    number: seq,
    severity: 'error',
    priority: 'P3',
    title: `incident ${seq}`,
    serviceIds: [serviceId],
    triggeredAt: 1,
    groupReason: '',
    updatedAt: 1,
    ...changes,
  })
  const by = { kind: 'source', name: 'prober' } as const
  const change = {
    kind: 'triggered',
    by,
    clientId: null,
    from: null,
    text: null,
    reason: null,
    alertId: null,
    eventId: null,
  } as const
  return { seq, at: seq, kind: 'incident', incident, change }
}

function snapshot(entries: LogEntry[], changes: Partial<Snapshot> = {}): Snapshot {
  const position = 10
  return {
    type: 'snapshot',
    id: 's-1',
    epoch,
    position,
    reset: true,
    channels: ['incidents'],
    page: 0,
    last: true,
    next: { epoch, seq: position },
    entries,
    ...changes,
  }
}

const begin = (store: StoreClient, entries: LogEntry[] = []) =>
  store.request('applySnapshot', { siteId, snapshot: snapshot(entries), at: 5, moment })

/** Its count is its revision. */
function alertEntry(seq: number, incidentId: string, id: string, revision: number): LogEntry {
  const alert: Alert = {
    id,
    revision,
    sourceId: serviceId,
    sourceName: 'prober',
    dedupKey: 'disk',
    incidentId,
    isOpen: true,
    isSuppressed: false,
    maintenanceId: null,
    group: null,
    severity: 'error',
    rulePriority: null,
    milder: null,
    serviceId,
    title: 'disk full',
    description: '',
    labels: {},
    links: [],
    groupReason: '',
    count: revision,
    startedAt: null,
    openedAt: [],
    firstSeenAt: 1,
    lastSeenAt: 1,
    closedAt: null,
  }
  return { seq, at: seq, kind: 'alert', alert }
}

const apply = (store: StoreClient, from: number, entries: LogEntry[]) =>
  store.request('applyBatches', {
    siteId,
    epoch,
    batches: [
      JSON.stringify({
        from,
        to: from + entries.length,
        at: 7,
        head: from + entries.length,
        skipped: 0,
        entries,
      }),
    ],
    moment,
  })

const act = (store: StoreClient, id = uuidv7()) =>
  store.request('enqueue', {
    siteId,
    id,
    author: 'mira',
    issuedAt: 1,
    body: { kind: 'acknowledge', incidentId: uuidv7() },
  })

function resultOf({ id: commandId, number }: Command, changes: Partial<CommandResult>): CommandResult {
  const nothing = { seq: null, code: null, message: null, incident: null, madeId: null }
  return { commandId, number, status: 'done', ...nothing, ...changes }
}

const settle = (store: StoreClient, result: CommandResult, of = epoch) =>
  store.request('settle', { siteId, result, epoch: of, at: 2 })

const assign = async (store: StoreClient, author: string, incidentId: string, assignee: string) => {
  const body = { kind: 'assign', incidentId, assignee, seen: null } as const
  const { body: kept } = await store.request('enqueue', { siteId, id: uuidv7(), author, issuedAt: 1, body })
  return kept
}

describe('the store', () => {
  it('keeps an action with what its author has done before, and nobody else', async () => {
    const store = await openStore()
    const incidentId = uuidv7()
    expect(await assign(store, 'mira', incidentId, 'ada')).toMatchObject({ seen: null })
    expect(await assign(store, 'jonas', incidentId, 'eve')).toMatchObject({ seen: null })
    expect(await assign(store, 'mira', incidentId, 'jonas')).toMatchObject({ seen: 'ada' })
    expect(await assign(store, 'jonas', incidentId, 'mira')).toMatchObject({ seen: 'eve' })
    expect(await assign(store, 'mira', uuidv7(), 'jonas')).toMatchObject({ seen: null })
    const actions = ['mira', 'ada'].map((assignee) => {
      const body = { kind: 'assign', incidentId, assignee, seen: null } as const
      return { id: uuidv7(), body }
    })
    const together = await store.request('enqueueMany', { siteId, author: 'mira', issuedAt: 1, actions })
    expect(together.map(({ body }) => body)).toMatchObject([{ seen: 'jonas' }, { seen: 'mira' }])
  })

  it('keeps state, cursor and decisions together, and drops lower revisions', async () => {
    const store = await openStore()
    const id = uuidv7()
    await begin(store)
    const first = await apply(store, 10, [incidentEntry(11, { id, revision: 3, title: 'new' })])
    expect(first).toMatchObject({ rows: [{ id, title: 'new' }], counts: { triggered: 1 } })
    expect(first.decisions).toMatchObject([{ decision: { occasion: 'triggered', notified: true } }])
    const second = await apply(store, 11, [incidentEntry(12, { id, revision: 2, title: 'old' })])
    expect(second).toMatchObject({ rows: [], decisions: [], counts: { triggered: 1 } })
    await store.close()
    const again = await openStore()
    expect((await again.request('position', { siteId })).cursor).toEqual({ epoch, seq: 12 })
    expect((await again.request('board', { siteId })).rows).toMatchObject([{ id, title: 'new' }])
  })

  it('announces a merge that makes worse what somebody has or put off, to all but its author', async () => {
    const store = await openStore()
    const ids = { triggered: uuidv7(), acknowledged: uuidv7(), snoozed: uuidv7(), own: uuidv7() }
    const had = { status: 'acknowledged', acknowledgedBy: { kind: 'operator', name: 'ada' } } as const
    const before = {
      triggered: {},
      acknowledged: had,
      snoozed: { ...had, snoozedUntil: 9_000 },
      own: had,
    } satisfies Record<keyof typeof ids, Partial<Incident>>
    const names = ['triggered', 'acknowledged', 'snoozed', 'own'] as const
    await begin(
      store,
      names.map((name, index) => incidentEntry(index + 1, { id: ids[name], ...before[name] })),
    )
    const merged = names.map((name, index) => {
      const status = name === 'acknowledged' || name === 'own' ? 'acknowledged' : 'triggered'
      const entry = incidentEntry(11 + index, { id: ids[name], revision: 2, status, severity: 'critical' })
      const by = { kind: 'operator', name: name === 'own' ? 'mira' : 'jonas' } as const
      return entry.kind === 'incident'
        ? { ...entry, change: { ...entry.change, kind: 'mergedFrom' as const, by } }
        : entry
    })
    const { decisions } = await apply(store, 10, merged)
    expect(decisions.map(({ decision: { incidentId, notified } }) => [incidentId, notified])).toEqual([
      [ids.acknowledged, true],
      [ids.snoozed, true],
      [ids.own, false],
    ])
  })

  it('keeps the newest of several states of an alert that come together, and nothing of a removed one', async () => {
    const store = await openStore()
    const [id, alertId] = [uuidv7(), uuidv7()]
    await begin(store, [incidentEntry(1, { id })])
    const states = [
      alertEntry(11, id, alertId, 3),
      alertEntry(12, id, alertId, 5),
      alertEntry(13, id, alertId, 4),
    ]
    const changes = await apply(store, 10, states)
    expect(changes).toMatchObject({ rows: [{ id, eventCount: 5 }], touched: [id] })
    expect((await store.request('detail', { siteId, incidentId: id }))?.alerts).toMatchObject([
      { revision: 5 },
    ])
    const removed: LogEntry = { seq: 15, at: 15, kind: 'removed', of: 'alert', id: alertId }
    const after = await apply(store, 13, [alertEntry(14, id, alertId, 6), removed])
    expect(after).toMatchObject({ rows: [{ id, eventCount: 0 }] })
    expect((await store.request('detail', { siteId, incidentId: id }))?.alerts).toEqual([])
  })

  it('refuses a batch that does not follow its cursor, and changes nothing by it', async () => {
    const store = await openStore()
    await begin(store)
    await expect(apply(store, 12, [incidentEntry(13, { id: uuidv7() })])).rejects.toThrow(
      /does not follow 10/,
    )
    expect((await store.request('board', { siteId })).counts.triggered).toBe(0)
    expect((await store.request('position', { siteId })).cursor?.seq).toBe(10)
  })

  it('swaps a snapshot in as a whole, goes on with it after a restart, and announces what was missed', async () => {
    const store = await openStore()
    const [kept, gone, missed] = [uuidv7(), uuidv7(), uuidv7()]
    const first = await begin(store, [incidentEntry(1, { id: kept }), incidentEntry(2, { id: gone })])
    expect(first?.decisions).toEqual([])
    const next = { epoch, seq: 20, page: 'p1' }
    const pages = { id: 's-2', position: 20 }
    const page0 = snapshot([incidentEntry(1, { id: kept })], { ...pages, last: false, next })
    expect(await store.request('applySnapshot', { siteId, snapshot: page0, at: 6, moment })).toBeNull()
    expect((await store.request('board', { siteId })).rows).toHaveLength(2)
    await store.close()

    const again = await openStore()
    expect((await again.request('position', { siteId })).staged).toEqual({
      cursor: next,
      channels: ['incidents'],
      unread: null,
    })
    const page1 = snapshot([incidentEntry(15, { id: missed })], { ...pages, page: 1 })
    const swapped = await again.request('applySnapshot', { siteId, snapshot: page1, at: 6, moment })
    expect(swapped?.rows.map(({ id }) => id).toSorted()).toEqual([kept, missed].toSorted())
    expect(swapped?.decisions).toMatchObject([{ decision: { incidentId: missed, notified: true } }])
    expect(swapped?.counts.triggered).toBe(2)
    expect(await again.request('position', { siteId })).toMatchObject({
      cursor: { epoch, seq: 20 },
      staged: null,
    })
  })

  it('keeps decided notifications until they were shown', async () => {
    const store = await openStore()
    await begin(store)
    await apply(store, 10, [incidentEntry(11, { id: uuidv7() })])
    await store.close()
    const again = await openStore()
    const unshown = await again.request('unshown', null)
    expect(unshown).toHaveLength(1)
    await again.request('markShown', { ids: unshown.map(({ id }) => id), at: 9, reason: null })
    expect(await again.request('unshown', null)).toEqual([])
  })

  it('forgets old decisions, but none that was not shown', async () => {
    const store = await openStore()
    await begin(store)
    const batchOf = (from: number, count: number, severity: Incident['severity']) => ({
      siteId,
      epoch,
      batches: [
        JSON.stringify({
          type: 'batch',
          from,
          to: from + count,
          head: from + count,
          at: 5,
          superseded: 0,
          skipped: 0,
          spreadMs: 500,
          entries: Array.from({ length: count }, (_, index) =>
            incidentEntry(from + index + 1, { id: uuidv7(), severity }),
          ),
        }),
      ],
      moment,
    })
    await store.request('applyBatches', batchOf(10, 3, 'critical'))
    await store.request('applyBatches', batchOf(13, 10_500, 'info'))
    await store.close()
    const again = await openStore()
    await again.request('applyBatches', batchOf(10_513, 1, 'info'))
    const database = new Database(file, { readonly: true })
    const count = database.prepare('SELECT notified, count(*) AS n FROM decisions GROUP BY notified').all()
    database.close()
    expect(count).toEqual([
      { notified: 0, n: 10_000 },
      { notified: 1, n: 3 },
    ])
  })

  it('numbers actions without gaps, keeps them in order, and settles each once', async () => {
    const store = await openStore()
    const commands = await Promise.all([act(store), act(store), act(store)])
    expect(commands.map(({ number }) => number)).toEqual([1, 2, 3])
    const [first] = commands
    if (!first) throw new Error('no command')
    const result = resultOf(first, { seq: null })
    const settled = { status: 'done', commandId: first.id }
    expect(await settle(store, result)).toMatchObject({ settled, effect: null })
    expect(await settle(store, result)).toBeNull()
    expect((await store.request('waiting', { siteId })).map(({ command }) => command.number)).toEqual([2, 3])
  })

  it('keeps an action that is done until its effect has been read, over a restart, and settles it once', async () => {
    const store = await openStore()
    await begin(store)
    const [here, later, refused] = await Promise.all([act(store), act(store), act(store)])
    expect(await settle(store, resultOf(here, { seq: 10 }))).toMatchObject({ effect: null })
    const place = { epoch, seq: 12 }
    expect(await settle(store, resultOf(later, { seq: 12 }))).toMatchObject({ effect: place })
    expect(await settle(store, resultOf(later, { seq: 12 }))).toBeNull()
    expect(await settle(store, resultOf(refused, { status: 'conflict', seq: 12 }))).toMatchObject({
      effect: null,
    })
    await apply(store, 10, [incidentEntry(11, { id: uuidv7() })])
    await store.close()
    const again = await openStore()
    expect(await again.request('waiting', { siteId })).toEqual([{ command: later, effect: place }])
    await apply(again, 11, [incidentEntry(12, { id: uuidv7() })])
    expect(await again.request('waiting', { siteId })).toEqual([])
  })

  it('waits for no effect in a log that is no longer read', async () => {
    const store = await openStore()
    await begin(store)
    const [before, after] = await Promise.all([act(store), act(store)])
    const other = uuidv7()
    await settle(store, resultOf(before, { seq: 90 }))
    await settle(store, resultOf(after, { seq: 9 }), other)
    // Restored from a backup: another log, of which less has happened.
    const next = snapshot([], { epoch: other, position: 8, next: { epoch: other, seq: 8 } })
    await store.request('applySnapshot', { siteId, snapshot: next, at: 6, moment })
    expect((await store.request('waiting', { siteId })).map(({ command }) => command)).toEqual([after])
  })

  it('keeps a damaged file aside, starts anew, and saves the actions that wait', async () => {
    const store = await openStore()
    await begin(
      store,
      Array.from({ length: 2_000 }, (_, index) => incidentEntry(index + 1, { id: uuidv7() })),
    )
    const command = await act(store)
    await store.close()
    // The last page of the file: some of the cache, while the small tables at its beginning stay whole.
    const bytes = await open(file, 'r+')
    const { size } = await bytes.stat()
    for (let offset = size - 200 * 4_096; offset < size; offset += 4_096)
      await bytes.write(Buffer.alloc(4_096, 0x5a), 0, 4_096, offset)
    await bytes.close()

    const again = await openStore()
    const notices: StoreNotice[] = []
    again.onNotice((notice) => void notices.push(notice))
    await again.request('board', { siteId }).catch(() => null)
    expect(notices).toMatchObject([
      { isNew: true, message: expect.stringMatching(/damaged.*1 waiting action was saved/) },
    ])
    expect(await again.request('waiting', { siteId })).toEqual([{ command, effect: null }])
    expect((await again.request('board', { siteId })).rows).toEqual([])
    expect((await readdir(dataDir)).some((name) => name.startsWith('console.db.corrupt-'))).toBe(true)
  })

  it.each([
    ['cut off', (path: string) => truncate(path, 3_000)],
    [
      'overwritten',
      (path: string) =>
        writeFile(path, 'not a database at all, but something longer than its header '.repeat(20)),
    ],
  ])('starts with a file that was %s', async (_how, damage) => {
    const store = await openStore()
    await begin(store, [incidentEntry(1, { id: uuidv7() })])
    await store.close()
    await damage(file)
    const again = await openStore()
    const notices: StoreNotice[] = []
    again.onNotice((notice) => void notices.push(notice))
    expect(notices).toHaveLength(1)
    expect((await again.request('position', { siteId })).cursor).toBeNull()
    await begin(again, [incidentEntry(1, { id: uuidv7() })])
    expect((await again.request('board', { siteId })).rows).toHaveLength(1)
  })
})
