import { describe, expect, it } from 'vitest'
import type { Saying, StoryRun, StorySender } from '../../src-server/demo/story/script.ts'
import { storm } from '../../src-server/demo/story/script.ts'
import { allStreams, storySenders } from '../../src-server/demo/story/senders.ts'
import { storyRules } from '../../src-server/demo/story/rules.ts'
import { correlationRulesSchema } from '../../src-shared/correlation/rule.ts'
import { seededRandom } from '../support/story-interleaving.ts'
import { cell, numberCell, storyTable } from '../support/story-page.ts'

const run: StoryRun = {
  id: 'telling',
  release: '2026.48.1',
  random: seededRandom(1),
  instantOf: (atMs) => Date.UTC(2026, 10, 27) + atMs,
}

interface Told {
  source: string
  atMs: number
  key: string
  isTrigger: boolean
}

/** Each event by itself: a webhook is as many as it has alerts. */
function eventsOf({ source }: StorySender, { atMs, body }: Saying): Told[] {
  if (!Array.isArray(body['alerts']))
    return [{ source, atMs, key: String(body['dedupKey']), isTrigger: body['action'] === 'trigger' }]
  const alerts = body['alerts'] as { fingerprint: string; status: string }[]
  return alerts.map(({ fingerprint, status }) => ({
    source,
    atMs,
    key: fingerprint,
    isTrigger: status === 'firing',
  }))
}

const told = storySenders.flatMap((sender) =>
  [...sender.say(run)].flatMap((saying) => eventsOf(sender, saying)),
)

describe('the script of docs/story.md', () => {
  it.each(
    storyTable('sender', 'what').map((row) => ({
      row,
      what: `${cell(row, 'sender')}: ${cell(row, 'what')}`,
    })),
  )('$what', ({ row }) => {
    const fromMs = numberCell(row, 'from') ?? NaN
    const toMs = numberCell(row, 'to') ?? NaN
    const alerts = numberCell(row, 'alerts')
    const theirs = told.filter(
      ({ source, atMs, isTrigger }) =>
        source === cell(row, 'sender') && isTrigger === (alerts !== null) && atMs >= fromMs && atMs <= toMs,
    )
    // The line's ends are among its events, and come between its openings.
    const ends = told.filter(
      ({ source, atMs, isTrigger }) =>
        source === cell(row, 'sender') && alerts !== null && !isTrigger && atMs > fromMs && atMs <= toMs,
    )
    expect(theirs.length + ends.length).toBe(numberCell(row, 'events'))
    if (alerts !== null) expect(new Set(theirs.map(({ key }) => key)).size).toBe(alerts)
    const everyMs = numberCell(row, 'every')
    const times = [...new Set(theirs.map(({ atMs }) => atMs))]
    if (everyMs === null) expect(times).toEqual([fromMs])
    else
      expect(new Set(times.slice(1).map((atMs, index) => atMs - (times[index] ?? 0)))).toEqual(
        new Set([everyMs]),
      )
  })

  it('has no event that the table does not name, and 40,000 in its five minutes', () => {
    const named = storyTable('sender', 'what').reduce((sum, row) => sum + (numberCell(row, 'events') ?? 0), 0)
    expect(told).toHaveLength(named)
    expect(named).toBe(40_253)
    expect(storm.untilMs - storm.fromMs).toBe(5 * 60_000)
    expect(told.filter(({ atMs }) => atMs >= storm.fromMs && atMs < storm.untilMs)).toHaveLength(40_000)
  })

  it('is told by each sender in order, and ends every alert that it opens', () => {
    for (const sender of allStreams) {
      const times = [...sender.say(run)].map(({ atMs }) => atMs)
      expect(times).toEqual(times.toSorted((a, b) => a - b))
    }
    const open = new Set<string>()
    for (const { source, key, isTrigger } of told) {
      if (isTrigger) open.add(`${source} ${key}`)
      else expect(open.delete(`${source} ${key}`)).toBe(true)
    }
    expect(open).toEqual(new Set())
  })

  it('has the rules that it names, as the server takes them', () => {
    expect(correlationRulesSchema.parse(storyRules)).toEqual(storyRules)
    const names = storyTable('rule', 'what belongs together').map((row) => cell(row, 'rule'))
    expect(storyRules.map(({ name }) => name)).toEqual(names)
  })
})
