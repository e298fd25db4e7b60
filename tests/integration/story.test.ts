import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, describe, expect, it } from 'vitest'
import { storyRules } from '../../src-server/demo/story/rules.ts'
import { expectedOutcome, readStoryEnd, releaseReason } from '../support/story-outcome.ts'
import { readState } from '../support/read-state.ts'
import { createStoryClock, streamNames, tellStory, type Telling } from '../support/story-teller.ts'
import { startTestConsole, until } from '../support/test-console.ts'
import { startTestServer } from '../support/test-server.ts'

/** As docs/story.md says: no sender is later than this. */
const latestMs = 20_000
const minute = 60_000

const disposals: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const dispose of disposals.splice(0).toReversed()) await dispose()
})

async function serverOfStory() {
  const folder = await mkdtemp(join(tmpdir(), 'watchfloor-story-'))
  const rules = join(folder, 'rules.json')
  await writeFile(rules, JSON.stringify(storyRules))
  const clock = createStoryClock()
  const server = await startTestServer({ rules, dataDir: folder }, { clock, timerTickMs: 2 })
  disposals.push(async () => {
    await server.close()
    await rm(folder, { recursive: true, force: true })
  })
  return { server, clock }
}

/** Tells it and compares what became of it with docs/story.md. */
async function tellAndCompare(
  { server, clock }: Awaited<ReturnType<typeof serverOfStory>>,
  telling: Telling,
) {
  const triggers = await tellStory(server, clock, telling)
  const end = await readStoryEnd(server)
  expect(end.outcome).toEqual(expectedOutcome())
  expect(end.alerts.reduce((sum, { count }) => sum + count, 0)).toBe(triggers)
  return { ...end, triggers }
}

const wholeStory = 0
const everyone = (lagMs: number, stallMs: number) =>
  Object.fromEntries(streamNames.map((name) => [name, { lagMs, stallMs }]))

describe('the story, told whole', () => {
  it.each([
    { how: 'by punctual senders', seed: 1, lateness: {} },
    { how: 'by senders whose queues stand still for up to 20 s', seed: 2, lateness: everyone(0, latestMs) },
  ])(
    '$how ends in the three incidents of docs/story.md',
    async ({ seed, lateness }) => {
      const stage = await serverOfStory()
      const { triggers } = await tellAndCompare(stage, { seed, lateness, thinnedToMs: wholeStory })
      // 40,000 events in five minutes, without the ends of the line, with the canary before.
      expect(triggers).toBe(40_000 - 18 + 1)
    },
    120_000,
  )
})

describe('the story, told in fewer words', () => {
  it.each(streamNames)('ends in the same when %s alone is 20 s late', async (late) => {
    const stage = await serverOfStory()
    const lateness = { [late]: { lagMs: latestMs, stallMs: 0 } }
    await tellAndCompare(stage, { seed: 3, lateness, thinnedToMs: 30_000 })
  })

  it('ends in the same from any interleaving of its senders', async () => {
    const late = fc
      .record({ lagMs: fc.nat({ max: latestMs }), share: fc.constantFrom(0, 0.5, 1) })
      .map(({ lagMs, share }) => ({ lagMs, stallMs: Math.floor((latestMs - lagMs) * share) }))
    const lateness = fc.record(Object.fromEntries(streamNames.map((name) => [name, late])))
    await fc.assert(
      fc.asyncProperty(fc.nat(), lateness, async (seed, whose) => {
        const stage = await serverOfStory()
        await tellAndCompare(stage, { seed, lateness: whose, thinnedToMs: 30_000 })
        await disposals.pop()?.()
      }),
      { numRuns: 10, endOnFailure: true },
    )
  }, 120_000)

  it('says why each alert is where it is, and lets nothing be forgotten in the order of things', async () => {
    const stage = await serverOfStory()
    const telling = { seed: 5, lateness: everyone(0, latestMs), thinnedToMs: 30_000 }
    const { incidents, alerts, changes } = await tellAndCompare(stage, telling)
    const [release, uplink] = incidents
    const reasons = alerts
      .filter(({ incidentId }) => incidentId === release?.id)
      .map((alert) => alert.groupReason)
    expect(reasons.filter((reason) => reason === releaseReason())).toHaveLength(239)
    const ofRelease = changes.get(release?.id ?? '') ?? []
    const joined = ofRelease.filter(({ kind }) => kind === 'alertJoined')
    expect(joined.at(-1)?.text).toBe('Of 500 connections none is free')
    expect(ofRelease.findLast(({ kind }) => kind === 'alertClosed')?.text).toContain('error budget')
    for (const each of changes.values()) expect(each.at(-1)?.by.kind).toBe('system')
    const line = alerts.find(({ incidentId }) => incidentId === uplink?.id)
    expect((uplink?.resolvedAt ?? 0) - (line?.openedAt.at(-1) ?? Infinity)).toBeGreaterThanOrEqual(5 * minute)
    const suppressed = alerts.filter(({ isSuppressed }) => isSuppressed)
    expect(new Set(suppressed.map(({ groupReason }) => groupReason))).toEqual(
      new Set(['maintenance: Index of settlement-db is rebuilt']),
    )
    const sources = await readState(stage.server, ['sources'])
    expect(sources).toHaveLength(7)
    for (const entry of sources) if (entry.kind === 'source') expect(entry.source.silentSince).toBeNull()
  })

  it('is the same in a console that follows it', async () => {
    const stage = await serverOfStory()
    const site = { url: stage.server.url, token: stage.server.tokens.viewer }
    const console = await startTestConsole({ site })
    disposals.push(() => console.dispose())
    const telling = { seed: 6, lateness: everyone(5_000, 10_000), thinnedToMs: 30_000 }
    const { incidents } = await tellAndCompare(stage, telling)
    const inConsole = () =>
      [...console.rows.values()]
        .map(({ id, title, status, severity, flapCount, alertCount }) => {
          return { id, title, status, severity, flapCount, alertCount }
        })
        .toSorted((a, b) => (a.id < b.id ? -1 : 1))
    const onServer = incidents
      .map(({ id, title, status, severity, flapCount, alertCount }) => {
        return { id, title, status, severity, flapCount, alertCount }
      })
      .toSorted((a, b) => (a.id < b.id ? -1 : 1))
    await until(
      'the console has all of it',
      () => JSON.stringify(inConsole()) === JSON.stringify(onServer),
    ).catch(() => expect(inConsole()).toEqual(onServer))
  })
})
