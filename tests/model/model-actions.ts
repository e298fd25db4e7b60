import fc from 'fast-check'

/** What can happen to the system; numbers pick one of what there is, by remainder. */
export type ModelAction =
  | { kind: 'ingest'; events: readonly { key: number; action: 'trigger' | 'resolve'; severity: number }[] }
  /** A sender that got no answer sends the same event again. */
  | { kind: 'sendAgain'; event: number }
  | { kind: 'act'; who: number; incident: number; body: 'acknowledge' | 'unacknowledge' | 'resolve' | 'note' }
  /** Into another one that this console knows. */
  | { kind: 'merge'; who: number; incident: number; into: number }
  | { kind: 'openIncident' | 'closeIncident'; who: number; incident: number }
  /** The reader of everything follows these channels too from now on; of services those that there are (see `channelsOf`). */
  | { kind: 'readAlso'; channels: readonly string[] }
  | { kind: 'wake' | 'hurry'; who: number }
  | Disturbance
  | { kind: 'slowDisk'; who: number; ms: number }
  | { kind: 'stopServer'; isKilled: boolean }
  | { kind: 'startServer' }
  /** The log forgets all but its newest entries, or becomes another one; said with the next start of the server. */
  | { kind: 'forget'; kept: number }
  | { kind: 'renewEpoch' }
  | { kind: 'stopConsole'; who: number; isKilled: boolean }
  | { kind: 'startConsole'; who: number }
  | { kind: 'jump'; who: number; ms: number }
  | { kind: 'pass'; ms: number }

/** What a network does to one reader. */
export type Disturbance =
  | { kind: 'stall'; who: number; direction: 'up' | 'down' | 'both' }
  | { kind: 'delay'; who: number; ms: number }
  | { kind: 'reset' | 'silence' | 'refuse' | 'heal'; who: number }

const readerChannels: readonly (readonly string[])[] = [
  [],
  ['shift-log'],
  ['sources'],
  ['incidents', 'sources'],
  ['service:0'],
  ['service:1', 'sources'],
]
const small = fc.nat(99)
const who = { who: fc.nat(2) }
const event = fc.record({
  key: fc.nat(4),
  action: fc.constantFrom('trigger', 'trigger', 'trigger', 'resolve'),
  severity: fc.nat(3),
})

function one<K extends ModelAction['kind'], F extends Record<string, fc.Arbitrary<unknown>>>(
  kind: K,
  fields: F,
) {
  return fc.record({
    kind: fc.constant(kind),
    ...fields,
  }) as fc.Arbitrary<unknown> as fc.Arbitrary<ModelAction>
}

/** What the network and its two ends do wrong, and what both models can do to a reader. */
const common = [
  { weight: 10, arbitrary: one('ingest', { events: fc.array(event, { minLength: 1, maxLength: 4 }) }) },
  { weight: 2, arbitrary: one('sendAgain', { event: small }) },
  {
    weight: 8,
    arbitrary: one('act', {
      ...who,
      incident: small,
      body: fc.constantFrom('acknowledge', 'unacknowledge', 'resolve', 'note', 'note'),
    }),
  },
  { weight: 2, arbitrary: one('merge', { ...who, incident: small, into: small }) },
  { weight: 4, arbitrary: one('openIncident', { ...who, incident: small }) },
  { weight: 2, arbitrary: one('closeIncident', { ...who, incident: small }) },
  { weight: 2, arbitrary: one('readAlso', { channels: fc.constantFrom(...readerChannels) }) },
  { weight: 4, arbitrary: one('stall', { ...who, direction: fc.constantFrom('up', 'down', 'both') }) },
  { weight: 3, arbitrary: one('reset', who) },
  { weight: 1, arbitrary: one('silence', who) },
  { weight: 1, arbitrary: one('refuse', who) },
  { weight: 4, arbitrary: one('heal', who) },
  { weight: 1, arbitrary: one('wake', who) },
  { weight: 2, arbitrary: one('hurry', who) },
]

/** Sequences for the virtual clock: minutes pass in no time, and both ends may be killed between any two steps. */
export const virtualActions: fc.Arbitrary<ModelAction[]> = fc.array(
  fc.oneof(
    ...common,
    {
      weight: 10,
      arbitrary: one('pass', {
        // Around the times at which silence is said and sockets are given up most of all.
        ms: fc.oneof(
          fc.nat(30),
          fc.nat(2_000),
          fc.integer({ min: 14_000, max: 38_000 }),
          fc.integer({ min: 2_000, max: 90_000 }),
        ),
      }),
    },
    {
      weight: 2,
      arbitrary: one('delay', {
        ...who,
        ms: fc.oneof(fc.nat(200), fc.nat(4_000), fc.integer({ min: 20_000, max: 34_000 })),
      }),
    },
    { weight: 2, arbitrary: one('slowDisk', { ...who, ms: fc.nat(300) }) },
    { weight: 2, arbitrary: one('stopServer', { isKilled: fc.boolean() }) },
    { weight: 3, arbitrary: one('startServer', {}) },
    { weight: 1, arbitrary: one('forget', { kept: fc.nat(5) }) },
    { weight: 1, arbitrary: one('renewEpoch', {}) },
    { weight: 2, arbitrary: one('stopConsole', { ...who, isKilled: fc.boolean() }) },
    { weight: 3, arbitrary: one('startConsole', who) },
    { weight: 1, arbitrary: one('jump', { ...who, ms: fc.integer({ min: -600_000, max: 600_000 }) }) },
  ),
  { minLength: 5, maxLength: 45, size: 'max' },
)

/** Sequences for real sockets: the same with short waits, and restarts that take real time. */
export const socketActions: fc.Arbitrary<ModelAction[]> = fc.array(
  fc.oneof(
    ...common,
    {
      weight: 10,
      arbitrary: one('pass', { ms: fc.oneof(fc.nat(20), fc.nat(250), fc.nat(250), fc.nat(1_500)) }),
    },
    { weight: 2, arbitrary: one('delay', { ...who, ms: fc.nat(60) }) },
    { weight: 1, arbitrary: one('stopServer', { isKilled: fc.constant(false) }) },
    { weight: 1, arbitrary: one('stopConsole', { ...who, isKilled: fc.constant(false) }) },
  ),
  { minLength: 8, maxLength: 24, size: 'max' },
)

/** One of them by its number, whatever the number; undefined when there are none. */
export function pick<T>(all: readonly T[], number: number): T | undefined {
  return all[number % all.length]
}

/** The channels with the number of a service replaced by its id; without those of services that no event has made yet. */
export function channelsOf(channels: readonly string[], serviceIds: readonly string[]): string[] {
  return channels.flatMap((channel) => {
    const [name = '', number] = channel.split(':')
    if (number === undefined) return channel
    const id = pick(serviceIds, Number(number))
    return id === undefined ? [] : `${name}:${id}`
  })
}

const severities = ['info', 'warning', 'error', 'critical'] as const

/** The event as a sender would write it; `number` makes its id. */
export function eventOf(
  { key, action, severity }: Extract<ModelAction, { kind: 'ingest' }>['events'][number],
  number: number,
): object {
  return {
    id: `event-${number}-${key}`,
    action,
    dedupKey: `key-${key}`,
    service: `service-${key % 3}`,
    title: `${action} of ${key}`,
    severity: severities[severity],
  }
}

/** What is there more than once. */
export function repeated<T>(all: readonly T[]): T[] {
  const known = new Set<T>()
  return all.filter((each) => known.size === known.add(each).size)
}
