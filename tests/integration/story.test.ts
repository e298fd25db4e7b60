import { isDeepStrictEqual } from 'node:util'
import fc from 'fast-check'
import { afterEach, describe, expect, it } from 'vitest'
import type { Incident } from '../../src-shared/domain/incident.ts'
import { readState } from '../support/read-state.ts'
import { releaseReason } from '../support/story-outcome.ts'
import { latestMs, openStoryStage, tellAndCompare } from '../support/story-stage.ts'
import { streamNames } from '../support/story-teller.ts'
import { startTestConsole, until } from '../support/test-console.ts'

const minute = 60_000
/** Fewer repeats than in the whole story: what opens, joins and ends is the same. */
const thinnedToMs = 60_000

const disposals: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const dispose of disposals.splice(0).toReversed()) await dispose()
})

async function openStage() {
  const stage = await openStoryStage()
  disposals.push(() => stage.dispose())
  return stage
}

const everyone = (lagMs: number, stallMs: number) =>
  Object.fromEntries(streamNames.map((name) => [name, { lagMs, stallMs }]))

describe('the story, told in fewer words', () => {
  it.each(streamNames)(
    'ends in the same when %s alone is 20 s late',
    async (late) => {
      const stage = await openStage()
      const lateness = { [late]: { lagMs: latestMs, stallMs: 0 } }
      await tellAndCompare(stage, { seed: 3, lateness, thinnedToMs })
    },
    60_000,
  )

  it('ends in the same from any interleaving of its senders', async () => {
    const late = fc
      .record({ lagMs: fc.nat({ max: latestMs }), share: fc.constantFrom(0, 0.5, 1) })
      .map(({ lagMs, share }) => ({ lagMs, stallMs: Math.floor((latestMs - lagMs) * share) }))
    const lateness = fc.record(Object.fromEntries(streamNames.map((name) => [name, late])))
    await fc.assert(
      fc.asyncProperty(fc.nat(), lateness, async (seed, whose) => {
        const stage = await openStage()
        await tellAndCompare(stage, { seed, lateness: whose, thinnedToMs })
        await disposals.pop()?.()
      }),
      { numRuns: 6, endOnFailure: true },
    )
  }, 120_000)

  it('says why each alert is where it is, and lets nothing be forgotten in the order of things', async () => {
    const stage = await openStage()
    const telling = { seed: 5, lateness: everyone(0, latestMs), thinnedToMs }
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
    const stage = await openStage()
    const site = { url: stage.server.url, token: stage.server.tokens.viewer }
    const console = await startTestConsole({ site })
    disposals.push(() => console.dispose())
    const telling = { seed: 6, lateness: everyone(5_000, 10_000), thinnedToMs }
    const { incidents } = await tellAndCompare(stage, telling)
    const inConsole = () => briefly([...console.rows.values()])
    await until('the same in the console', () => isDeepStrictEqual(inConsole(), briefly(incidents))).catch(
      () => expect(inConsole()).toEqual(briefly(incidents)),
    )
  })
})

type Brief = Pick<Incident, 'id' | 'title' | 'status' | 'severity' | 'flapCount' | 'alertCount'>

/** What the server and a console both say of incidents. */
function briefly(incidents: readonly Brief[]): Brief[] {
  return incidents
    .map(({ id, title, status, severity, flapCount, alertCount }) => {
      return { id, title, status, severity, flapCount, alertCount }
    })
    .toSorted((a, b) => (a.id < b.id ? -1 : 1))
}
