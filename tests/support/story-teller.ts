import { v7 as uuidv7 } from 'uuid'
import { maintenance, maintenancePlan } from '../../src-server/demo/story/maintenance.ts'
import { storm, storyEndMs, type Saying, type StoryRun } from '../../src-server/demo/story/script.ts'
import { allStreams } from '../../src-server/demo/story/senders.ts'
import type { CommandBody, CommandResult } from '../../src-shared/domain/command.ts'
import { deliveriesOf, interleave, seededRandom, type Delivery, type Lateness } from './story-interleaving.ts'
import type { TestServer } from './test-server.ts'

/** Story time and the server's clock: moved by the one who tells the story. */
export function createStoryClock() {
  const beganAt = Date.UTC(2026, 10, 27, 22, 0, 0)
  const clock = { at: beganAt, beganAt, now: () => clock.at, monotonic: () => performance.now() }
  return clock
}
export type StoryClock = ReturnType<typeof createStoryClock>

/** The streams of the story by name: each sender, the Watchdog, and the operator. */
export const streamNames = [...allStreams.map(nameOf), 'operator'] as const

export interface Telling {
  seed: number
  /** Of each stream by name; punctual where it is not named. */
  lateness: Readonly<Record<string, Lateness>>
  /** Repeats of an alert during the storm at least so far apart: 0 tells the whole story. */
  thinnedToMs: number
}

type Item = Saying & { act?: 'plan' | 'end' }

const punctual: Lateness = { lagMs: 0, stallMs: 0 }
/** The server looks for due timers this often in real time: it gets its chance to before more of the story comes. */
const timersMs = 5

/** Tells the story to a real server over HTTP, as fast as it takes it. Returns how many triggers were sent. */
export async function tellStory(
  server: TestServer,
  clock: StoryClock,
  { seed, lateness, thinnedToMs }: Telling,
): Promise<number> {
  const random = seededRandom(seed)
  const run: StoryRun = {
    id: `telling-${seed}`,
    release: '2026.48.1',
    random,
    instantOf: (atMs) => clock.beganAt + atMs,
  }
  const streams = allStreams.map((sender) => {
    const items = thinned(sender.say(run), thinnedToMs)
    return deliveriesOf<Item>(nameOf(sender), items, lateness[nameOf(sender)] ?? punctual, random)
  })
  const acts: Item[] = [
    { atMs: maintenance.planMs, body: {}, act: 'plan' },
    { atMs: maintenance.endMs, body: {}, act: 'end' },
  ]
  streams.push(deliveriesOf('operator', acts, lateness['operator'] ?? punctual, random))

  const operator = createOperator(server, clock)
  const sources = new Set(allStreams.map(({ source }) => source))
  const tokens = new Map(
    [...sources].map((source) => [source, server.server.tokens.create(source, 'source')]),
  )
  const deliver = async ({ stream, items }: Delivery<Item>): Promise<void> => {
    const sender = allStreams.find((candidate) => nameOf(candidate) === stream)
    if (!sender) {
      for (const { act } of items) if (act) await operator(act)
      return
    }
    for (const body of requestsOf(sender.kind, items, random)) {
      const path = `/v1/ingest/${sender.kind}`
      const answer = await server.call(path, { token: tokens.get(sender.source) ?? '', body })
      if (answer.status !== 202) throw new Error(`${stream} got ${JSON.stringify(answer)}`)
    }
  }

  for (const together of atOnce(interleave(streams, random), random)) {
    await pass(clock, clock.beganAt + (together.at(-1)?.atMs ?? 0))
    await Promise.all(together.map(deliver))
  }
  await pass(clock, clock.beganAt + storyEndMs)
  return triggersIn(streams)
}

/** Time passes in steps, in each of which the server's timers get their turn. */
async function pass(clock: StoryClock, until: number): Promise<void> {
  while (clock.at < until) {
    const step = Math.min(until - clock.at, 5_000)
    clock.at += step
    if (step >= 500) await new Promise((resolve) => setTimeout(resolve, timersMs))
  }
}

/** One delivery after the other, or some of different streams at the same time. */
function* atOnce(deliveries: readonly Delivery<Item>[], random: () => number): Generator<Delivery<Item>[]> {
  let together: Delivery<Item>[] = []
  for (const delivery of deliveries) {
    const [first] = together
    const fits =
      first !== undefined &&
      delivery.atMs - first.atMs <= 500 &&
      together.every(({ stream }) => stream !== delivery.stream) &&
      random() < 0.7
    if (first !== undefined && !fits) {
      yield together
      together = []
    }
    together.push(delivery)
  }
  if (together.length > 0) yield together
}

function createOperator(server: TestServer, clock: StoryClock): (act: 'plan' | 'end') => Promise<void> {
  const clientId = uuidv7()
  let number = 0
  let windowId = ''
  return async (act) => {
    const body: CommandBody =
      act === 'plan'
        ? { kind: 'planMaintenance', windowId: null, seen: null, plan: maintenancePlan(clock.now(), 1) }
        : { kind: 'endMaintenance', windowId }
    const command = {
      id: uuidv7(),
      clientId,
      number: (number += 1),
      author: 'mira',
      issuedAt: clock.now(),
      body,
    }
    const answer = await server.call('/v1/commands', { body: { command } })
    const { result } = answer.body as { result: CommandResult }
    if (result.status !== 'done') throw new Error(`${act}: ${JSON.stringify(result)}`)
    windowId = result.madeId ?? windowId
  }
}

/** Arrays of any size; a webhook is a request of its own. */
function* requestsOf(kind: string, items: readonly Item[], random: () => number): Generator<unknown> {
  if (kind === 'alertmanager') return yield* items.map(({ body }) => body)
  for (let from = 0; from < items.length;) {
    const size = 1 + Math.floor(random() ** 2 * 400) + (items.length > 50 ? 50 : 0)
    yield items.slice(from, from + size).map(({ body }) => body)
    from += size
  }
}

/** Leaves out repeats during the storm: the same story, told in fewer words. Openings and ends stay. */
function* thinned(sayings: Iterable<Saying>, stepMs: number): Generator<Saying> {
  for (const saying of sayings) {
    const { atMs, body } = saying
    const isRepeat = body['action'] === 'trigger' ? !isRare(body) : isFiring(body)
    const isInStorm = atMs > storm.fromMs && atMs < storm.untilMs
    if (stepMs > 0 && isRepeat && isInStorm && (atMs - storm.fromMs) % stepMs !== 0) continue
    yield saying
  }
}

function isRare({ dedupKey }: Saying['body']): boolean {
  return dedupKey === 'branch-leipzig/uplink' || dedupKey === 'fraud-scores/age'
}

function triggersIn(streams: readonly (readonly Delivery<Item>[])[]): number {
  let triggers = 0
  for (const { body } of streams.flat().flatMap(({ items }) => items)) {
    if (body['action'] === 'trigger') triggers += 1
    if (isFiring(body)) triggers += (body['alerts'] as unknown[]).length
  }
  return triggers
}

/** A webhook of a group that fires, and is no sign of life. */
function isFiring({ status, groupKey }: Saying['body']): boolean {
  return status === 'firing' && !String(groupKey).includes('Watchdog')
}

/** Alertmanager's two streams have one source. */
function nameOf(sender: (typeof allStreams)[number]): string {
  const first = allStreams.find(({ source }) => source === sender.source)
  return first === sender ? sender.source : 'watchdog'
}
