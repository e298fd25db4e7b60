import { expect, it } from 'vitest'
import { FiguresStore } from '../../src-renderer/state/figures-store.ts'
import type { MethodAnswer } from '../../src-shared/console-api.ts'
import { figures } from '../support/renderer-harness/sample-figures.ts'
import { siteId } from '../support/renderer-harness/sample-rows.ts'

type Answer = MethodAnswer<'figures'>

const day = figures(0, 86_400_000)
const week = figures(0, 7 * 86_400_000)

/** A store whose questions are answered by hand. */
function asking() {
  const waiting: ((answer: Answer) => void)[] = []
  const store = new FiguresStore(() => new Promise<Answer>((resolve) => waiting.push(resolve)))
  const answer = async (index: number, given: Answer): Promise<void> => {
    waiting[index]?.(given)
    await Promise.resolve()
    await Promise.resolve()
  }
  return { store, waiting, answer, state: () => store.store.getState() }
}

it('does not take an answer to an older question', async () => {
  const { store, answer, state } = asking()
  void store.read(siteId, 'day')
  void store.read(siteId, 'week')
  await answer(1, { ok: true, value: week })
  await answer(0, { ok: true, value: day })
  expect(state()).toMatchObject({ range: 'week', isReading: false, figures: { window: week.window } })
})

it('asks once while it waits for the same', () => {
  const { store, waiting } = asking()
  void store.read(siteId, 'day')
  void store.read(siteId, 'day')
  expect(waiting).toHaveLength(1)
})

it('keeps what it has while the same is read anew, and shows it under no other question', async () => {
  const { store, answer, state } = asking()
  void store.read(siteId, 'day')
  await answer(0, { ok: true, value: day })
  void store.read(siteId, 'day')
  expect(state()).toMatchObject({ isReading: true, figures: { window: day.window } })
  await answer(1, { ok: false, code: 'unreachable', message: 'there is no network' })
  expect(state()).toMatchObject({ figures: { window: day.window }, failure: 'there is no network' })
  void store.read(siteId, 'week')
  expect(state()).toMatchObject({ isReading: true, figures: null, failure: null })
})
