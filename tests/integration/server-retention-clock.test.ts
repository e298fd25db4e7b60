import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { startRetention, type Keeping } from '../../src-server/log/retention.ts'
import { openServerInside, type ServerInside } from '../support/server-inside.ts'

const minuteMs = 60_000
const dayMs = 1_440 * minuteMs
const keep: Keeping = { days: 30, entries: 0, megabytes: 0, resultDays: 90, auditDays: 400 }

let inside: ServerInside
let stop: () => Promise<void>
let monotonic: number
let looks: number
beforeEach(async () => {
  inside = openServerInside()
  monotonic = 0
  looks = 0
  stop = async () => {}
  await inside.act({ kind: 'writeShift', text: 'quiet so far' })
  for (let n = 0; n < 10; n += 1) await inside.send({ action: 'resolve', dedupKey: `n-${n}` })
})
afterEach(async () => {
  await stop()
  await inside.close()
})

function start(changes: Partial<Keeping> = {}): void {
  const { store, clock } = inside
  stop = startRetention({
    store: {
      forgetLog: (rule, most) => {
        looks += 1
        return store.forgetLog(rule, most)
      },
      forgetStates: (before, most) => store.forgetStates(before, most),
      forgetClients: (before, most) => store.forgetClients(before, most),
      forgetAudit: (before, most) => store.forgetAudit(before, most),
    },
    clock: { now: () => clock.at, monotonic: () => monotonic },
    keep: { ...keep, ...changes },
    everyMs: 1,
    onError: (error) => expect.unreachable(String(error)),
  })
}

/** Two looks that began after now have ended. */
async function looked(): Promise<void> {
  const before = looks
  await expect.poll(() => looks, { interval: 2 }).toBeGreaterThan(before + 2)
}

/** Time passes, and the clock shows it. */
async function pass(ms: number): Promise<void> {
  inside.clock.pass(ms)
  monotonic += ms
  await looked()
}

/** The clock is put on by so much, or back, and an event comes in. */
async function set(ms: number): Promise<void> {
  inside.clock.pass(ms)
  await inside.send({ action: 'resolve', dedupKey: `after-${ms}` })
  await looked()
}

function kept() {
  const count = (table: string) =>
    inside.store.database.prepare<[], number>(`select count(*) from ${table}`).pluck().get()
  return { log: inside.store.oldestCursor(), clients: count('command_client'), audit: count('audit') }
}
const all = { log: 0, clients: 1, audit: 1 }

describe('a clock that is ahead by years for less than an hour', () => {
  it('makes the server forget nothing, and what is old later goes all the same', async () => {
    start()
    await pass(120 * minuteMs)
    await set(1_000 * dayMs)
    await pass(59 * minuteMs)
    expect(kept()).toEqual(all)
    await set(-1_000 * dayMs)
    await pass(120 * minuteMs)
    expect(kept()).toEqual(all)
    // What came while it was ahead goes with what came next.
    const head = inside.store.head()
    await pass(31 * dayMs)
    await set(0)
    expect(kept()).toEqual({ ...all, log: head })
    await pass(400 * dayMs)
    expect(kept()).toMatchObject({ clients: 0, audit: 0 })
  })

  it('makes it forget nothing either when it was so before the start', async () => {
    await inside.send({ action: 'resolve', dedupKey: 'a minute before' })
    inside.clock.pass(1_000 * dayMs)
    await inside.send({ action: 'resolve', dedupKey: 'and ahead' })
    start()
    await set(minuteMs)
    await pass(59 * minuteMs)
    expect(kept()).toEqual(all)
    await set(-1_000 * dayMs)
    await pass(120 * minuteMs)
    expect(kept()).toEqual(all)
  })

  it('does not keep the log from staying as small as it has to be', async () => {
    start({ entries: 4 })
    await set(1_000 * dayMs)
    expect(kept()).toEqual({ ...all, log: inside.store.head() - 4 })
  })
})

it('a clock that has been ahead for an hour is taken for right', async () => {
  start()
  await set(1_000 * dayMs)
  await pass(59 * minuteMs)
  expect(kept()).toEqual(all)
  await pass(minuteMs)
  expect(kept()).toMatchObject({ clients: 0, audit: 0 })
})
