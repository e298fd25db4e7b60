import { beforeEach, describe, expect, it } from 'vitest'
import type { DemoStage } from '../../src-server/demo/demo-stage.ts'
import { playStorm } from '../../src-server/demo/storm-player.ts'
import { loopMs, playStories, type StoryPosition } from '../../src-server/demo/story-player.ts'
import { hallStormEvents, hallStormMs } from '../../src-server/demo/story/hall-storm.ts'
import type { Saying } from '../../src-server/demo/story/script.ts'
import { storySenders } from '../../src-server/demo/story/senders.ts'
import type { CommandBody } from '../../src-shared/domain/command.ts'
import { seededRandom } from '../support/story-interleaving.ts'

const stopped = new Error('stopped')
const beganAt = Date.UTC(2026, 10, 27)

interface Played {
  source: string
  /** Real time since the beginning, in milliseconds. */
  atMs: number
  sayings: readonly Saying[]
}

let passedMs: number
let played: Played[]
let acts: { atMs: number; body: CommandBody }[]
/** Windows that an earlier start of the demo has left. */
let left: string[]
beforeEach(() => {
  left = []
  passedMs = 0
  played = []
  acts = []
})

/** A stage on which time passes only while somebody waits, until `endsMs`; each request takes `sendMs`. */
function stageUntil(endsMs: number, sendMs = 0): DemoStage {
  let ids = 0
  return {
    log: { info: () => undefined, warn: () => undefined, error: () => undefined },
    clock: { now: () => beganAt + passedMs, monotonic: () => passedMs },
    random: seededRandom(1),
    randomId: () => `id-${(ids += 1)}`,
    stopped: new AbortController().signal,
    send: async ({ source }, sayings) => {
      if (sayings.length === 0) return
      passedMs += sendMs
      played.push({ source, atMs: passedMs, sayings })
    },
    act: async (body) => {
      acts.push({ atMs: passedMs, body })
      return {
        commandId: 'command',
        number: acts.length,
        status: 'done',
        seq: 1,
        code: null,
        message: null,
        incident: null,
        madeId: 'window',
      }
    },
    maintenanceWindows: async () => [],
    ownWindows: async () => left,
    wait: async (ms) => {
      if (passedMs >= endsMs) throw stopped
      passedMs += ms
    },
  }
}

async function play(speed: number, stage: DemoStage): Promise<StoryPosition[]> {
  const positions: StoryPosition[] = []
  await expect(playStories(stage, speed, (position) => positions.push(position))).rejects.toBe(stopped)
  return positions
}

const sayingsOf = (source: string): Saying[] =>
  played.filter((each) => each.source === source).flatMap(({ sayings }) => sayings)
const whole = storySenders.map((sender) => {
  const run = { id: 'id', release: '2026.48.1', random: seededRandom(1), instantOf: (atMs: number) => atMs }
  return { source: sender.source, times: [...sender.say(run)].map(({ atMs }) => atMs) }
})

describe('the demo plays its story', () => {
  it.each([1, 10, 60])(
    '%s times as fast as written, each sender whole and in order, none early',
    async (speed) => {
      await play(speed, stageUntil(loopMs / speed - 1_000))
      for (const { source, times } of whole) expect(sayingsOf(source).map(({ atMs }) => atMs)).toEqual(times)
      for (const { atMs, sayings } of played) {
        for (const saying of sayings) {
          const lateMs = atMs * speed - saying.atMs
          expect(lateMs).toBeGreaterThanOrEqual(0)
          expect(lateMs).toBeLessThanOrEqual(15_000)
        }
      }
    },
  )

  it('begins calm: the canary after a minute, the storm before two', async () => {
    await play(1, stageUntil(120_000))
    expect(played[0]).toMatchObject({ source: 'demo-deploys', atMs: 60_000 })
    expect(played.find(({ source }) => source === 'demo-log-watch')?.atMs).toBe(105_000)
  })

  it('waits for a server that does not keep up, instead of sending more at once', async () => {
    const positions = await play(60, stageUntil(loopMs / 60, 4_000))
    const steps = positions.slice(1).map(({ atMs }, index) => atMs - (positions[index]?.atMs ?? 0))
    expect(Math.max(...steps)).toBe(15_000)
    const most = Math.max(
      ...played.map(({ sayings }) => (sayings.at(-1)?.atMs ?? 0) - (sayings[0]?.atMs ?? 0)),
    )
    expect(most).toBeLessThanOrEqual(15_000)
  })

  it('again and again, with another release and other ids, and each time with its window', async () => {
    await play(60, stageUntil((2 * loopMs) / 60 - 1_000))
    const titles = sayingsOf('demo-deploys').map(({ body }) => body['title'])
    expect(titles.map((title) => /2026\.48\.\d+/.exec(String(title))?.[0])).toEqual([
      '2026.48.1',
      '2026.48.1',
      '2026.48.2',
      '2026.48.2',
    ])
    const ids = sayingsOf('demo-log-watch').map(({ body }) => body['id'])
    expect(new Set(ids).size).toBe(ids.length)
    const kinds = acts.map(({ body }) => body.kind)
    expect(kinds).toEqual(['planMaintenance', 'endMaintenance', 'planMaintenance', 'endMaintenance'])
    for (const { atMs, body } of acts) {
      if (body.kind !== 'planMaintenance' || body.plan.schedule.kind !== 'once') continue
      expect(body.plan.schedule).toMatchObject({
        startsAt: beganAt + atMs,
        endsAt: beganAt + atMs + (15 * 60_000) / 60 + 60_000,
      })
    }
  })

  it('leaves no window behind when it is stopped in the middle', async () => {
    await play(1, stageUntil(300_000))
    expect(acts.map(({ body }) => body.kind)).toEqual(['planMaintenance', 'endMaintenance'])
    await play(1, stageUntil(passedMs + 10_000))
    expect(acts).toHaveLength(2)
  })

  it('first ends what it had planned before it was killed, then plans its own', async () => {
    left = ['of the first start', 'of the second']
    await play(1, stageUntil(60_000))
    expect(acts.map(({ body }) => body).slice(0, 3)).toMatchObject([
      { kind: 'endMaintenance', windowId: 'of the first start' },
      { kind: 'endMaintenance', windowId: 'of the second' },
      { kind: 'planMaintenance' },
    ])
  })

  it('says when things were in real time', async () => {
    await play(10, stageUntil(30_000))
    for (const { atMs, sayings } of played) {
      for (const { body } of sayings) {
        if (typeof body['occurredAt'] !== 'number') continue
        expect(beganAt + atMs - body['occurredAt']).toBeGreaterThanOrEqual(-1)
        expect(beganAt + atMs - body['occurredAt']).toBeLessThanOrEqual(500)
      }
    }
  })
})

describe('the storm on request', () => {
  it('has its 10,000 events in twenty seconds, and ends everything that it began within its minute', async () => {
    await playStorm(stageUntil(Infinity), 0)
    const all = played.flatMap(({ atMs, sayings }) => sayings.map(({ body }) => ({ atMs, body })))
    const triggers = all.filter(({ body }) => body['action'] === 'trigger')
    expect(triggers).toHaveLength(hallStormEvents)
    expect(triggers.at(-1)?.atMs).toBeLessThan(20_000)
    const keys = new Set(triggers.map(({ body }) => body['dedupKey']))
    const ended = all.filter(({ body }) => body['action'] === 'resolve').map(({ body }) => body['dedupKey'])
    expect(ended).toHaveLength(keys.size)
    expect(new Set(ended)).toEqual(keys)
    expect(all.at(-1)?.atMs).toBe(hallStormMs)
  })

  it('meets another hall each time', async () => {
    await playStorm(stageUntil(Infinity), 0)
    const first = new Set(sayingsOf('demo-hall-monitor').map(({ body }) => body['dedupKey']))
    played = []
    await playStorm(stageUntil(Infinity), 1)
    for (const { body } of sayingsOf('demo-hall-monitor')) expect(first.has(body['dedupKey'])).toBe(false)
  })
})
