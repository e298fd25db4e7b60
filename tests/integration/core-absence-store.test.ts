import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { v7 as uuidv7 } from 'uuid'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { defaultNotifySettings } from '../../src-main/core/notify/policy.ts'
import { StoreClient } from '../../src-main/core/store/store-client.ts'
import type { Snapshot } from '../../src-shared/protocol/frames.ts'

const siteId = uuidv7()
const epoch = uuidv7()
const moment = {
  now: 1_000,
  presence: { visible: false, focused: false, incidentId: null },
  settings: defaultNotifySettings,
  self: 'mira',
}

let dataDir: string
let store: StoreClient

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'watchfloor-absence-'))
  store = await openStore()
  await read(10)
  await live(1_000)
})

afterEach(async () => {
  await store.close()
  await rm(dataDir, { recursive: true, force: true })
})

const openStore = () => StoreClient.open({ file: join(dataDir, 'console.db'), nativeBinding: null })

function read(position: number, changes: Partial<Snapshot> = {}, lost: string | null = null) {
  const snapshot: Snapshot = {
    type: 'snapshot',
    id: `s-${position}`,
    epoch,
    position,
    reset: true,
    channels: ['incidents'],
    page: 0,
    last: true,
    next: { epoch, seq: position },
    entries: [],
    ...changes,
  }
  return store.request('applySnapshot', { siteId, snapshot, at: 5, lost, moment })
}

const readOn = (from: number, to: number, skipped: number) =>
  store.request('applyBatches', {
    siteId,
    epoch,
    batches: [JSON.stringify({ from, to, at: 7, head: to, skipped, entries: [] })],
    moment,
  })

const live = (at: number) => store.request('live', { siteId, at, completeAt: at, absence: null })
const back = (at: number) => store.request('live', { siteId, at, completeAt: at, absence: 'offline' })

describe('what the store says was lost', () => {
  it('is nothing when the log was read on', async () => {
    await readOn(10, 24, 0)
    expect(await back(60_000)).toMatchObject({ changes: 14, durationMs: 59_000, lost: null })
  })

  it('is what the server skipped, over a restart in the middle', async () => {
    await readOn(10, 20, 4)
    await store.close()
    store = await openStore()
    await readOn(20, 30, 3)
    expect(await back(60_000)).toMatchObject({
      changes: 20,
      lost: expect.stringMatching(/^7 events/) as unknown,
    })
  })

  it('is not what was skipped before, while the console was live', async () => {
    await readOn(10, 20, 4)
    await live(2_000)
    await readOn(20, 30, 0)
    expect(await back(60_000)).toMatchObject({ changes: 10, lost: null })
  })

  it('is everything in between after a reset, though the reason was known only to an earlier run', async () => {
    await read(50, { last: false }, 'the server no longer keeps what was missed')
    await store.close()
    store = await openStore()
    await read(50, { page: 1 })
    const account = await back(60_000)
    expect(account?.lost).toMatch(/Positions 11 to 50 .*no longer keeps what was missed/)
  })

  it('is said of the next absence anew', async () => {
    await read(50, {}, 'the server no longer keeps what was missed')
    await back(60_000)
    await readOn(50, 60, 0)
    expect(await back(120_000)).toMatchObject({ changes: 10, lost: null })
  })
})
