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

it('goes on with it after a restart of the server too', async () => {
  const cut = stage.watch({ channels: ['incidents'], dropAfter: 'staged' })
  await cut.ended
  expect(await stage.house.restart()).toBe(0)
  const back = await stage.follow({ channels: ['incidents'], store: cut.store })
  await vi.waitFor(() => expect(back.outcomes).toContain('swapped'), 5000)
  expect(thingsOf(back.store.state, 'alert').length).toBeGreaterThanOrEqual(alertCount)
})

it('begins again when the page to come back with is not known', async () => {
  const cut = stage.watch({ channels: ['incidents'], dropAfter: 'staged' })
  await cut.ended
  const { staged } = cut.store
  if (staged !== null) cut.store.staged = { ...staged, next: { ...staged.next, page: 'nobody knows it' } }
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

it('goes on with what new channels bring where the connection ended', async () => {
  const first = await stage.follow({ channels: ['sources'] })
  await first.stop()
  const cut = await stage.follow({
    channels: ['sources', 'incidents'],
    store: first.store,
    dropAfter: 'staged',
  })
  await cut.ended
  const back = await stage.follow({ channels: ['sources', 'incidents'], store: first.store })
  await vi.waitFor(() => expect(back.outcomes).toContain('swapped'), 5000)
  expect(back.framesOf('snapshot')[0]).toMatchObject({ reset: false, page: 1, channels: ['incidents'] })
  const whole = await stage.follow({ channels: ['sources', 'incidents'] })
  expect(back.store.state).toEqual(whole.store.state)
})
