import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { correlationRulesSchema } from '../../src-shared/correlation/rule.ts'
import type { Incident, IncidentChange } from '../../src-shared/domain/incident.ts'
import { runDueTimers } from '../support/due-timers.ts'
import { openServerInside, type ServerInside } from '../support/server-inside.ts'

const minute = 60_000
const rules = correlationRulesSchema.parse([
  { name: 'trials', match: [{ field: 'label.env', anyOf: ['trial'] }], priority: 'P5' },
  { name: 'income', match: [{ field: 'service', anyOf: ['payments'] }], priority: 'P1' },
  {
    name: 'zone',
    reason: 'same zone {label.zone}',
    groupBy: ['label.zone'],
    withinMs: 10 * minute,
    priority: 'P3',
  },
  { name: 'worst', match: [{ field: 'severity', anyOf: ['critical'] }], priority: 'P2' },
])
const edge = { service: 'edge', title: 'Many 5xx', dedupKey: 'edge/5xx', severity: 'warning' }
const payments = { service: 'payments', title: 'Cards fail', dedupKey: 'pay/cards', severity: 'warning' }
const inZone = { labels: { zone: 'eu-1' } }

let inside: ServerInside
beforeEach(() => {
  inside = openServerInside(undefined, rules)
})
afterEach(() => inside.close())

/** The newest first. */
async function incidents(): Promise<Incident[]> {
  return inside.incidents()
}

async function newest(): Promise<Incident> {
  const [incident] = await incidents()
  if (!incident) throw new Error('there is no incident')
  return incident
}

async function lastChange(): Promise<IncidentChange | undefined> {
  return (await inside.log()).flatMap((entry) => (entry.kind === 'incident' ? [entry.change] : [])).at(-1)
}

function prioritise(priority: 'P1' | 'P4' | null, seen: Incident['priority'], incidentId: string) {
  return inside.act({ kind: 'prioritise', incidentId, priority, seen })
}

describe('a priority that a rule gives', () => {
  it('is that of the first rule that fits and has one, with its name in the timeline', async () => {
    await inside.send({ ...payments, ...inZone })
    expect(await newest()).toMatchObject({
      priority: 'P1',
      prioritySetBy: null,
      rulePriority: { priority: 'P1', rule: 'income' },
    })
    expect(await lastChange()).toMatchObject({ kind: 'triggered', reason: 'P1 by the rule income' })
    await inside.send({ ...edge, severity: 'critical', labels: { env: 'trial' } })
    expect(await newest()).toMatchObject({ severity: 'critical', priority: 'P5' })
  })

  it('is given to what no rule groups too, and by none whose label the alert lacks', async () => {
    await inside.send(edge)
    expect(await newest()).toMatchObject({ alertCount: 1, priority: 'P4', rulePriority: null })
    expect(await lastChange()).toMatchObject({ kind: 'triggered', reason: null })
  })

  it('does not follow the severity, up or down', async () => {
    await inside.send({ ...edge, ...inZone })
    await inside.send({ ...edge, ...inZone, dedupKey: 'edge/two', severity: 'error' })
    expect(await newest()).toMatchObject({ severity: 'error', priority: 'P3' })
    await inside.send({ dedupKey: 'edge/two', action: 'resolve' })
    expect(await newest()).toMatchObject({ severity: 'warning', priority: 'P3' })
  })

  it('becomes more urgent with an alert that joins, and never less', async () => {
    await inside.send({ ...edge, ...inZone })
    await inside.send({ ...payments, ...inZone })
    expect(await newest()).toMatchObject({ alertCount: 2, priority: 'P1' })
    expect(await lastChange()).toMatchObject({
      kind: 'alertJoined',
      reason: 'same zone eu-1; P1 by the rule income',
    })
    await inside.send({ ...edge, dedupKey: 'edge/try', labels: { zone: 'eu-1', env: 'trial' } })
    expect(await newest()).toMatchObject({ alertCount: 3, priority: 'P1' })
    expect(await lastChange()).toMatchObject({ kind: 'alertJoined', reason: 'same zone eu-1' })
  })

  it('is asked for anew when an alert gets worse', async () => {
    await inside.send({ ...edge, ...inZone })
    await inside.send({ ...edge, severity: 'critical' })
    expect(await newest()).toMatchObject({ priority: 'P2', rulePriority: { rule: 'worst' } })
    expect(await lastChange()).toMatchObject({ kind: 'severityRaised', reason: 'P2 by the rule worst' })
  })

  it('stays when the incident is reopened, and is asked for anew by what comes back', async () => {
    await inside.send({ ...edge, ...inZone })
    await inside.send({ ...edge, action: 'resolve' })
    inside.clock.pass(31_000)
    await runDueTimers(inside)
    await inside.send({ ...edge, severity: 'critical' })
    expect(await newest()).toMatchObject({ status: 'triggered', flapCount: 1, priority: 'P2' })
  })

  it('is given when maintenance ends to what it had suppressed', async () => {
    const startsAt = inside.clock.now()
    const match = [{ field: 'service' as const, anyOf: ['payments'], negated: false }]
    const plan = {
      title: 'Works',
      match,
      schedule: { kind: 'once' as const, startsAt, endsAt: startsAt + minute },
    }
    await inside.act({ kind: 'planMaintenance', windowId: null, seen: null, plan })
    await inside.send(payments)
    inside.clock.pass(minute)
    await runDueTimers(inside)
    expect(await newest()).toMatchObject({ priority: 'P1' })
    expect(await lastChange()).toMatchObject({ reason: 'maintenance is over: Works; P1 by the rule income' })
  })
})

describe('a priority that a person gives', () => {
  it('is overwritten by no rule, and gives way to the rule’s when it is taken back', async () => {
    await inside.send({ ...edge, ...inZone })
    const { id } = await newest()
    await prioritise('P4', 'P3', id)
    await inside.send({ ...payments, ...inZone })
    expect(await newest()).toMatchObject({ priority: 'P4', prioritySetBy: { name: 'mira' } })
    expect(await lastChange()).toMatchObject({ kind: 'alertJoined', reason: 'same zone eu-1' })
    await prioritise(null, 'P4', id)
    expect(await newest()).toMatchObject({ priority: 'P1', prioritySetBy: null })
    expect(await lastChange()).toMatchObject({ text: 'P1', reason: 'P1 by the rule income' })
  })

  it('goes with a merge where it is more urgent and nobody set the other’s', async () => {
    await inside.send({ ...edge, severity: 'error' })
    await inside.send({ ...payments, service: 'auth' })
    const [auth, into] = await incidents()
    await prioritise('P1', 'P4', auth?.id ?? '')
    await inside.act({ kind: 'merge', incidentId: auth?.id ?? '', intoId: into?.id ?? '' })
    expect((await incidents()).at(-1)).toMatchObject({ priority: 'P1', prioritySetBy: { name: 'mira' } })
    expect(await lastChange()).toMatchObject({ kind: 'mergedFrom', reason: 'P1 as mira set it' })

    await inside.send({ ...payments, service: 'mail', dedupKey: 'mail' })
    const { id } = await newest()
    await prioritise('P4', 'P4', id)
    await inside.act({ kind: 'merge', incidentId: into?.id ?? '', intoId: id })
    expect(await newest()).toMatchObject({ number: 3, severity: 'error', priority: 'P4' })
  })
})

describe('alerts that move', () => {
  it('take a rule’s priority along, by merges and by splits', async () => {
    await inside.send(edge)
    await inside.send(payments)
    const [pay, into] = await incidents()
    await inside.act({ kind: 'merge', incidentId: pay?.id ?? '', intoId: into?.id ?? '' })
    expect((await incidents()).at(-1)).toMatchObject({ priority: 'P1', rulePriority: { rule: 'income' } })
    expect(await lastChange()).toMatchObject({ kind: 'mergedFrom', reason: 'P1 by the rule income' })

    const { alerts } = (await inside.store.incident(into?.id ?? '')) ?? { alerts: [] }
    const alertIds = alerts.filter(({ dedupKey }) => dedupKey === 'pay/cards').map(({ id }) => id)
    await inside.act({ kind: 'split', incidentId: into?.id ?? '', alertIds })
    const [fresh, , left] = await incidents()
    expect(fresh).toMatchObject({ number: 3, priority: 'P1', rulePriority: { rule: 'income' } })
    expect(left).toMatchObject({ number: 1, priority: 'P4', rulePriority: null })
  })
})
