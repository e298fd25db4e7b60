import fc from 'fast-check'
import { expect, it } from 'vitest'
import { correlationRulesSchema } from '../../src-shared/correlation/rule.ts'
import type { Alert } from '../../src-shared/domain/alert.ts'
import type { CommandBody } from '../../src-shared/domain/command.ts'
import type { Incident } from '../../src-shared/domain/incident.ts'
import { logEntrySchema, supersessionKey, type LogEntry } from '../../src-shared/domain/log-entry.ts'
import { priorities, severities, severityRank, usualPriority } from '../../src-shared/domain/severity.ts'
import { runDueTimers } from '../support/due-timers.ts'
import { openServerInside, type ServerInside } from '../support/server-inside.ts'

const minute = 60_000
const rules = correlationRulesSchema.parse([
  { name: 'income', match: [{ field: 'service', anyOf: ['service-1'] }], priority: 'P1' },
  { name: 'worst', match: [{ field: 'severity', anyOf: ['critical'] }], priority: 'P3' },
])

const eventStep = fc.record({
  do: fc.constant('event' as const),
  key: fc.nat(8),
  title: fc.nat(1),
  action: fc.constantFrom('trigger', 'trigger', 'trigger', 'resolve', 'acknowledge'),
  severity: fc.constantFrom(...severities),
})
const passStep = fc.record({
  do: fc.constant('pass' as const),
  ms: fc.constantFrom(1_000, 20_000, 40_000, 6 * minute, 31 * minute),
})
const maintenanceStep = fc.record({
  do: fc.constant('maintenance' as const),
  service: fc.nat(2),
  minutes: fc.integer({ min: 1, max: 20 }),
  ends: fc.boolean(),
})
const commandKinds = [
  'acknowledge',
  'unacknowledge',
  'snooze',
  'resolve',
  'reopen',
  'assign',
  'prioritise',
  'followUp',
  'setCause',
  'note',
  'merge',
  'split',
] as const
const commandStep = fc.record({
  do: fc.constant('command' as const),
  // Merges and splits need two of something, and are possible less often.
  kind: fc.constantFrom(...commandKinds, 'merge', 'merge', 'split', 'split'),
  who: fc.constantFrom('mira', 'jonas'),
  on: fc.nat(3),
  other: fc.nat(50),
})
type Step =
  | (typeof eventStep extends fc.Arbitrary<infer T> ? T : never)
  | (typeof passStep extends fc.Arbitrary<infer T> ? T : never)
  | (typeof maintenanceStep extends fc.Arbitrary<infer T> ? T : never)
  | (typeof commandStep extends fc.Arbitrary<infer T> ? T : never)

/** Commands that were carried out in some history: what never happens is not tested. */
const done = new Set<string>()

async function take(inside: ServerInside, step: Step): Promise<void> {
  switch (step.do) {
    case 'pass':
      inside.clock.pass(step.ms)
      await runDueTimers(inside)
      return
    case 'event': {
      const { key, title, action, severity } = step
      const service = `service-${key % 3}`
      await inside.send({ dedupKey: `key-${key}`, service, title: `title ${title}`, action, severity })
      return
    }
    case 'maintenance':
      return takeMaintenance(inside, step)
    case 'command': {
      const incidents = await inside.incidents()
      // Mostly one in whose state the command can be done.
      const isForResolved = step.kind === 'reopen' || step.kind === 'setCause'
      const fitting = incidents.filter(({ status }) => (status === 'resolved') === isForResolved)
      const pool = step.other % 5 === 0 || fitting.length === 0 ? incidents : fitting
      const incident = pool[step.on % Math.max(1, pool.length)]
      const other = incidents[step.other % Math.max(1, incidents.length)]
      if (!incident || !other) return
      const { status } = await inside.act(await bodyOf(inside, step, incident, other), step.who)
      if (status === 'done') done.add(step.kind)
    }
  }
}

async function takeMaintenance(
  inside: ServerInside,
  { service, minutes, ends }: Extract<Step, { do: 'maintenance' }>,
): Promise<void> {
  const startsAt = inside.clock.now()
  const mild = { field: 'severity' as const, anyOf: ['info', 'warning'], negated: false }
  const match = [
    { field: 'service' as const, anyOf: [`service-${service}`], negated: false },
    ...(minutes % 3 === 0 ? [mild] : []),
  ]
  const schedule = { kind: 'once' as const, startsAt, endsAt: startsAt + minutes * minute }
  const plan = { title: `works on ${service}`, match, schedule }
  const planned = await inside.act({ kind: 'planMaintenance', windowId: null, seen: null, plan })
  if (ends) await inside.act({ kind: 'endMaintenance', windowId: planned.madeId ?? '' })
}

/** Sees the state as it is, so that most of them are done. */
async function bodyOf(
  inside: ServerInside,
  { kind, who, other: number }: Extract<Step, { do: 'command' }>,
  incident: Incident,
  other: Incident,
): Promise<CommandBody> {
  const incidentId = incident.id
  const at = inside.clock.now() + (number + 1) * minute
  switch (kind) {
    case 'snooze':
      return { kind, incidentId, until: at }
    case 'assign':
      return { kind, incidentId, assignee: number % 3 === 0 ? null : who, seen: incident.assignee }
    case 'prioritise':
      return { kind, incidentId, priority: priorities[number % 6] ?? null, seen: incident.priority }
    case 'followUp':
      return { kind, incidentId, followUp: { at, text: '' }, seen: incident.followUp?.at ?? null }
    case 'setCause':
      return { kind, incidentId, cause: `cause ${number}`, seen: incident.cause }
    case 'note':
      return { kind, incidentId, text: `note ${number}` }
    case 'merge':
      return { kind, incidentId, intoId: other.id }
    case 'split': {
      const alerts = (await inside.store.incident(incidentId))?.alerts ?? []
      const alertIds = alerts.slice(0, 1 + (number % 2)).map((alert) => alert.id)
      return { kind, incidentId, alertIds: alertIds.length > 0 ? alertIds : [incidentId] }
    }
    default:
      return { kind, incidentId }
  }
}

/** The newest state of each thing, as a reader of the whole log has it. */
function replay(log: readonly LogEntry[]): Map<string, LogEntry> {
  const things = new Map<string, LogEntry>()
  for (const entry of log) {
    const key = supersessionKey(entry)
    if (key === null) continue
    if (entry.kind === 'removed') things.delete(key)
    else things.set(key, entry)
  }
  return things
}

/** What must hold of an incident and its alerts in any state, each by its name. */
function flawsOf(incident: Incident, all: readonly Alert[]): string[] {
  const { status, acknowledgedBy, snoozedUntil, ackExpiresAt, settlesAt } = incident
  const alerts = all.filter((alert) => alert.incidentId === incident.id)
  const open = alerts.filter((alert) => alert.isOpen)
  const ruled = alerts.flatMap(({ rulePriority }) => rulePriority?.priority ?? [])
  const worst = Math.max(...open.map((alert) => severityRank(alert.severity)))
  const holds: Record<string, boolean> = {
    'its alerts are counted': incident.alertCount === alerts.length,
    'its open alerts are counted': incident.openAlertCount === open.length,
    'it is as bad as its worst open alert': open.length === 0 || severityRank(incident.severity) === worst,
    'its rule’s priority is the most urgent of its alerts’':
      alerts.length === 0 || incident.rulePriority?.priority === ruled.toSorted()[0],
    'its priority is a person’s, a rule’s or its severity’s':
      incident.prioritySetBy !== null || incident.priority === usualPriority(incident),
    'who acknowledged it is known exactly while that holds':
      status === 'resolved' || (acknowledgedBy !== null) === (status === 'acknowledged'),
    'only what is acknowledged is snoozed': snoozedUntil === null || status === 'acknowledged',
    'only an acknowledgement runs out': ackExpiresAt === null || status === 'acknowledged',
    'a snooze does not run out besides': snoozedUntil === null || ackExpiresAt === null,
    'it says when it was resolved exactly while it is':
      (incident.resolvedAt !== null) === (status === 'resolved'),
    'what is resolved has no open alert': status !== 'resolved' || open.length === 0,
    'it settles only while it is unresolved and nothing is open':
      settlesAt === null || (status !== 'resolved' && open.length === 0),
    'what was merged is over and empty':
      incident.mergedInto === null || (status === 'resolved' && alerts.length === 0),
  }
  return Object.entries(holds).flatMap(([name, isSo]) => (isSo ? [] : [`#${incident.number}: ${name}`]))
}

function deadlinesOf(incident: Incident): [string, number][] {
  const { settlesAt, ackExpiresAt, snoozedUntil, followUp } = incident
  return [
    ['settle', settlesAt],
    ['ackTimeout', ackExpiresAt],
    ['snooze', snoozedUntil],
    ['followUp', followUp?.isDue === false ? followUp.at : null],
  ].flatMap(([kind, at]) =>
    at === null || at === undefined ? [] : [[`${kind} ${incident.id}`, Number(at)] as [string, number]],
  )
}

async function expectWhole(inside: ServerInside): Promise<void> {
  const log = await inside.log()
  for (const entry of log.slice(-30)) expect(logEntrySchema.safeParse(entry).error).toBeUndefined()
  const things = replay(log)
  const alerts = [...things.values()].flatMap((entry) => (entry.kind === 'alert' ? [entry.alert] : []))
  const incidents = await inside.incidents()
  for (const alert of alerts) {
    expect(alert.isSuppressed).toBe(alert.incidentId === null)
    expect(alert.isSuppressed).toBe(alert.maintenanceId !== null)
  }
  const openKeys = alerts.filter((alert) => alert.isOpen).map((alert) => alert.dedupKey)
  expect(openKeys).toEqual([...new Set(openKeys)])
  for (const incident of incidents) {
    expect(flawsOf(incident, alerts)).toEqual([])
    const replayed = things.get(`incident:${incident.id}`)
    expect(replayed?.kind === 'incident' ? replayed.incident : null).toEqual(incident)
    const kept = (await inside.store.incident(incident.id))?.alerts
    const replayedAlerts = alerts.filter((alert) => alert.incidentId === incident.id)
    expect(new Set(kept)).toEqual(new Set(replayedAlerts))
  }
  // Every deadline that a state names has its row, so that no restart forgets one.
  const rows = inside.store.database
    .prepare<[], { kind: string; key: string; due_at: number }>('select kind, key, due_at from timer')
    .all()
  const timers = new Map(rows.map(({ kind, key, due_at }) => [`${kind} ${key}`, due_at]))
  const deadlines = incidents.flatMap(deadlinesOf)
  expect(deadlines.map(([key]) => [key, timers.get(key)])).toEqual(deadlines)
  for (const { id, milder } of alerts) if (milder) expect(timers.get(`milder ${id}`)).toBeDefined()
  expect(alerts.filter(({ isOpen, milder }) => !isOpen && milder)).toEqual([])
}

it('no history of events, people, maintenance and time leaves an impossible state, and its log tells the same state', async () => {
  const steps = fc.array(
    fc.oneof(
      { weight: 5, arbitrary: eventStep },
      { weight: 4, arbitrary: commandStep },
      { weight: 2, arbitrary: passStep },
      { weight: 1, arbitrary: maintenanceStep },
    ),
    { minLength: 5, maxLength: 40, size: 'max' },
  )
  await fc.assert(
    fc.asyncProperty(steps, async (given) => {
      const inside = openServerInside(undefined, rules)
      try {
        for (const step of given) await take(inside, step)
        await expectWhole(inside)
      } finally {
        await inside.close()
      }
    }),
    { numRuns: 120 },
  )
  for (const kind of ['merge', 'split'] as const) expect([kind, done.has(kind)]).toEqual([kind, true])
}, 120_000)
