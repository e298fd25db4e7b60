import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest'
import { thingsOf } from './known-state.ts'
import { Stage } from './stage.ts'

const alertCount = 2100

let stage: Stage
beforeAll(async () => {
  stage = await Stage.open()
  const events = Array.from({ length: alertCount }, (_, n) => ({
    dedupKey: `many-${n}`,
    service: 'many',
    title: `alert ${n}`,
  }))
  for (let n = 0; n < alertCount; n += 700) await stage.house.ingest(events.slice(n, n + 700))
})
afterEach(() => stage.stopWitnesses())
afterAll(() => stage.house.close())

it('goes on with a snapshot where the connection ended', async () => {
  const whole = await stage.follow({ channels: ['incidents'] })
  expect(thingsOf(whole.store.state, 'alert')).toHaveLength(alertCount)
  const cut = stage.watch({ channels: ['incidents'], dropAfter: 'staged' })
  await cut.ended
  expect(cut.store.staged?.pages).toBe(1)
  await stage.house.ingest([{ service: 'later', title: 'later' }])
  const back = await stage.follow({ channels: ['incidents'], store: cut.store })
  await vi.waitFor(() => {
    expect(thingsOf(back.store.state, 'service').map(({ name }) => name)).toContain('later')
    expect(back.store.state).toEqual(whole.store.state)
  })
  expect(back.framesOf('snapshot')[0]).toMatchObject({ id: cut.framesOf('snapshot')[0]?.id, page: 1 })
})

it('begins a snapshot again when the page to come back with is not known', async () => {
  const cut = stage.watch({ channels: ['incidents'], dropAfter: 'staged' })
  await cut.ended
  expect(await stage.house.restart()).toBe(0)
  const back = await stage.follow({ channels: ['incidents'], store: cut.store })
  expect(back.framesOf('welcome')[0]).toMatchObject({ resumed: false, resetReason: 'expired' })
  expect(back.framesOf('snapshot')[0]).toMatchObject({ page: 0, reset: true })
  expect(thingsOf(back.store.state, 'alert').length).toBeGreaterThanOrEqual(alertCount)
})

it('brings what new channels hold beside what is held', async () => {
  const witness = await stage.follow({ channels: ['sources'] })
  expect(thingsOf(witness.store.state, 'alert')).toEqual([])
  witness.client.subscribe(['sources', 'incidents'])
  await vi.waitFor(() => expect(witness.store.channels.toSorted()).toEqual(['incidents', 'sources']), 5000)
  expect(thingsOf(witness.store.state, 'alert').length).toBeGreaterThanOrEqual(alertCount)
  const whole = await stage.follow({ channels: ['sources', 'incidents'] })
  expect(witness.store.state).toEqual(whole.store.state)
})
