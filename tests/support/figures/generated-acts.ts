import {
  acknowledge,
  addTicket,
  assign,
  note,
  prioritise,
  removeTicket,
  reopen,
  resolve,
  setCause,
  setFollowUp,
  snooze,
  unacknowledge,
} from '../../../src-shared/domain/incident-actions.ts'
import { announceFollowUp, endSnooze, expireAck } from '../../../src-shared/domain/incident-deadlines.ts'
import { merge, split } from '../../../src-shared/domain/incident-merging.ts'
import type { Cause, Decision } from '../../../src-shared/domain/incident-step.ts'
import { priorities } from '../../../src-shared/domain/severity.ts'
import { sampleId } from '../sample-incident.ts'
import type { Case, LogEstate } from './log-estate.ts'

const minute = 60_000

/** What a person does to some incident: anything that the commands know, possible or not. */
export function actOnSomething(estate: LogEstate): void {
  const of = estate.anyUnresolved()
  if (!of) return
  const { random } = estate
  const cause: Cause = { at: estate.at, by: { kind: 'operator', name: 'mira' } }
  const { incident } = of
  const roll = random() * 100
  const write = (decision: Decision | null): void => {
    if (decision?.ok) estate.writeChange(of, decision.transition)
  }
  if (roll < 30) write(acknowledge(incident, cause, random() < 0.7 ? 30 * minute : null))
  else if (roll < 36) write(unacknowledge(incident, cause))
  else if (roll < 44) write(snooze(incident, estate.at + Math.ceil(random() * 120) * minute, cause))
  else if (roll < 60) resolveByHand(estate, of, cause)
  else if (roll < 70) reopenSomething(estate, cause)
  else if (roll < 76) mergeInto(estate, of, cause)
  else if (roll < 84) splitOff(estate, of, cause)
  else if (roll < 88) write(prioritise(incident, estate.pick(priorities) ?? null, incident.priority, cause))
  else if (roll < 90) write(prioritise(incident, null, incident.priority, cause))
  else if (roll < 92) write(assign(incident, 'jonas', incident.assignee, cause))
  else if (roll < 94) {
    const followUp = { at: estate.at + 20 * minute, text: 'look again' }
    write(setFollowUp(incident, followUp, incident.followUp?.at ?? null, cause))
  } else if (roll < 96) write(addTicket(incident, { key: 'OPS-1', url: null }, cause))
  else if (roll < 97) write(removeTicket(incident, 'OPS-1', cause))
  else write(note(incident, 'seen', cause))
}

/** What timers do to an incident; they may be late. */
export function meetDeadlines(estate: LogEstate, of: Case): void {
  const cause: Cause = { at: estate.at, by: { kind: 'system', name: 'watchfloor' } }
  for (const meet of [endSnooze, expireAck, announceFollowUp]) {
    const transition = meet(of.incident, cause)
    if (transition) estate.writeChange(of, transition)
  }
  const { settlesAt } = of.incident
  if (settlesAt === null || settlesAt > estate.at) return
  const decision = resolve(of.incident, cause)
  if (decision.ok) estate.writeChange(of, decision.transition)
}

function resolveByHand(estate: LogEstate, of: Case, cause: Cause): void {
  const decision = resolve(of.incident, cause)
  if (!decision.ok) return
  for (const key of of.keys) {
    const slot = estate.slots[key]
    if (!slot?.alert?.isOpen) continue
    estate.writeAlert(slot, { ...slot.alert, isOpen: false, closedAt: cause.at })
    estate.endedByHand.add(slot.alert)
  }
  estate.writeChange(of, decision.transition)
  estate.resolvedLately = [...estate.resolvedLately.slice(-9), of]
  if (estate.random() > 0.3) return
  const said = setCause(of.incident, 'a full disk', null, cause)
  if (said.ok) estate.writeChange(of, said.transition)
}

/** Mostly what was resolved last: a slip. */
function reopenSomething(estate: LogEstate, cause: Cause): void {
  const { resolvedLately } = estate
  const of = estate.random() < 0.7 ? resolvedLately.at(-1) : estate.pick(resolvedLately)
  // What was merged is over for good: the server refuses to reopen it.
  if (!of || of.incident.mergedInto) return
  const { resolvedAt } = of.incident
  const slots = [...of.keys].flatMap((key) => estate.slots[key] ?? [])
  const closedByIt = slots.filter(
    ({ alert }) => alert && alert.closedAt === resolvedAt && estate.endedByHand.has(alert),
  )
  const opened = closedByIt.flatMap(({ alert }) => alert ?? [])
  const decision = reopen(of.incident, opened, cause)
  if (!decision.ok) return
  for (const slot of closedByIt)
    if (slot.alert) estate.writeAlert(slot, { ...slot.alert, isOpen: true, closedAt: null })
  estate.writeChange(of, decision.transition)
}

function mergeInto(estate: LogEstate, of: Case, cause: Cause): void {
  const target = estate.anyUnresolved()
  if (!target || target.keys.size + of.keys.size > 12) return
  const decision = merge(of.incident, target.incident, cause)
  if (!decision.ok) return
  move(estate, [...of.keys], target)
  estate.writeChange(of, decision.from)
  estate.writeChange(target, decision.to)
}

function splitOff(estate: LogEstate, of: Case, cause: Cause): void {
  const alerts = estate.alertsOf(of)
  const [first] = of.keys
  const leaving = first === undefined ? undefined : estate.slots[first]?.alert
  if (first === undefined || !leaving) return
  const newNumber = estate.nextNumber()
  const options = { alerts, alertIds: [leaving.id], newId: sampleId(newNumber), newNumber, settleMs: 30_000 }
  const decision = split(of.incident, options, cause)
  if (!decision.ok) return
  const fresh: Case = { incident: decision.to.incident, keys: new Set() }
  estate.writeChange(fresh, decision.to)
  move(estate, [first], fresh)
  estate.writeChange(of, decision.from)
}

function move(estate: LogEstate, keys: readonly number[], to: Case): void {
  for (const key of keys) {
    const slot = estate.slots[key]
    if (!slot?.alert) continue
    estate.place(slot, to)
    estate.writeAlert(slot, { ...slot.alert, incidentId: to.incident.id })
  }
}
