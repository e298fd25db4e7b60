import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { v7 as uuidv7 } from 'uuid'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { defaultNotifySettings } from '../../src-main/core/notify/policy.ts'
import type { PolicyMoment } from '../../src-main/core/store/store-api.ts'
import { StoreClient } from '../../src-main/core/store/store-client.ts'
import type { Received } from '../../src-main/core/sync/unread.ts'
import { alertsLimit } from '../../src-shared/console-views.ts'
import type { LogEntry } from '../../src-shared/domain/log-entry.ts'
import type { Snapshot } from '../../src-shared/protocol/frames.ts'
import { sampleAlert, sampleId, sampleIncident } from '../support/sample-incident.ts'

const siteId = uuidv7()
const epoch = uuidv7()
const moment: PolicyMoment = {
  now: 1_000,
  presence: { visible: false, focused: false, incidentId: null },
  settings: defaultNotifySettings,
  self: 'mira',
}

let dataDir: string
let store: StoreClient

const open = (): Promise<StoreClient> =>
  StoreClient.open({ file: join(dataDir, 'console.db'), nativeBinding: null })

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'watchfloor-store-'))
  store = await open()
})
afterEach(async () => {
  await store.close()
  await rm(dataDir, { recursive: true, force: true })
})

/** A page of a snapshot at 10; the only one unless told. */
function apply(entries: LogEntry[], at: number, changes: Partial<Received<Snapshot>> = {}) {
  const snapshot: Received<Snapshot> = {
    type: 'snapshot',
    id: 's-1',
    epoch,
    position: 10,
    reset: true,
    channels: ['incidents'],
    page: 0,
    last: true,
    next: { epoch, seq: 10 },
    entries,
    ...changes,
  }
  return store.request('applySnapshot', { siteId, snapshot, at, moment })
}

it('an incident of very many alerts is shown with so many of them, the open ones and the worst first', async () => {
  const alertCount = alertsLimit + 20
  const alerts = Array.from({ length: alertCount }, (_, index): LogEntry => {
    const isOpen = index >= alertsLimit
    const severity = index === 3 ? 'critical' : 'error'
    const alert = sampleAlert({ id: sampleId(1_000 + index), isOpen, severity })
    return { seq: index + 1, at: 1, kind: 'alert', alert }
  })
  const incident = sampleIncident({ alertCount, openAlertCount: 20 })
  const by = { kind: 'source', name: 'prober' } as const
  const nothing = { clientId: null, from: null, text: null, reason: null, alertId: null, eventId: null }
  const change = { kind: 'triggered', by, ...nothing } as const
  await apply([...alerts, { seq: alertCount + 1, at: 1, kind: 'incident', incident, change }], 5)
  const detail = await store.request('detail', { siteId, incidentId: incident.id })
  expect(detail?.alerts).toHaveLength(alertsLimit)
  expect(detail?.row.alertCount).toBe(alertCount)
  expect(detail?.alerts.filter(({ isOpen }) => isOpen)).toHaveLength(20)
  expect(detail?.alerts.filter(({ severity }) => severity === 'critical')).toHaveLength(1)
})

it('what of a snapshot could not be read is kept over a restart in its middle, until the next replaces it', async () => {
  await apply([], 5)
  const unread = [{ seq: 8, problem: 'incident.status: invalid' }]
  const next = { epoch, seq: 20, page: 'p1' }
  await apply([], 6, { id: 's-2', position: 20, last: false, next, unread })
  await store.close()
  store = await open()
  await apply([], 6, { id: 's-2', position: 20, page: 1 })
  const mark = { seqs: [8], problem: 'incident.status: invalid' }
  // Complete as it was before.
  expect(await store.request('position', { siteId })).toMatchObject({ unread: mark, completeAt: 5 })
  await apply([], 7)
  expect(await store.request('position', { siteId })).toMatchObject({ unread: null, completeAt: 7 })
})
