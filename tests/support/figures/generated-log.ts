import { flapped, openedAgain, settlesAfter } from '../../../src-shared/correlation/flapping.ts'
import type { Alert } from '../../../src-shared/domain/alert.ts'
import type { EventEffect } from '../../../src-shared/domain/event.ts'
import { acknowledge } from '../../../src-shared/domain/incident-actions.ts'
import {
  closeAlert,
  joinAlert,
  lowerSeverity,
  openIncident,
  raiseSeverity,
  reopenAlert,
} from '../../../src-shared/domain/incident-reducer.ts'
import type { Cause } from '../../../src-shared/domain/incident-step.ts'
import type { LogEntry } from '../../../src-shared/domain/log-entry.ts'
import { severities, severityRank } from '../../../src-shared/domain/severity.ts'
import { createSeededRandom } from '../campaign/seeded-random.ts'
import { sampleAlert, sampleId } from '../sample-incident.ts'
import { actOnSomething, meetDeadlines } from './generated-acts.ts'
import { LogEstate, manyServices, type Slot } from './log-estate.ts'

export interface GeneratedLogOptions {
  /** So many events; with what they do it becomes about twice as many entries. */
  events: number
  seed: number
  from: number
  /** The events are spread over so much time, in bursts and quiet hours. */
  overMs: number
  keys: number
}

const hour = 3_600_000
const settleMs = 30_000
const flapSettleMs = 300_000

/**
 * A log as the server writes it, of alerts that come, repeat, get worse, flap, are suppressed by maintenance and let go by
 * it, and of people and timers who do all that can be done to their incidents.
 */
export function* generatedLog(options: GeneratedLogOptions): Generator<LogEntry> {
  const random = createSeededRandom(options.seed)
  const estate = new LogEstate(random, options.keys, options.from)
  const step = options.overMs / options.events
  for (let made = 0; made < options.events; made += 1) {
    // Loud keys are loud: the lower the number, the more often.
    const slot = estate.slots[Math.floor(options.keys * random() ** 3)]
    if (!slot) continue
    // Most gaps are short, a few very long; and every seventh hour is a bad one.
    const pace = Math.floor(estate.at / hour) % 7 === 0 ? step * 0.1 : step * 3
    estate.at += 1 + Math.floor(random() < 0.02 ? pace * 40 * random() : pace * 0.4 * random())
    for (const due of [slot.of, estate.nextUnresolved()]) if (due) meetDeadlines(estate, due)
    if (slot.alert?.isOpen && slot.alert.isSuppressed && !isInMaintenance(slot, estate.at))
      putInIncident(estate, slot, { ...slot.alert, isSuppressed: false }, null)
    if (slot.alert?.isOpen) feed(estate, slot, slot.alert)
    else trigger(estate, slot)
    if (random() < 0.08) actOnSomething(estate)
    yield* estate.entries
    estate.entries = []
  }
}

/** What the alerts of a generated log are of. */
export const generatedServices = Array.from({ length: manyServices }, (_, index) => ({
  id: sampleId(50 + index),
  name: `service-${index}`,
}))

/** Some keys are maintained now and then, for three hours. */
function isInMaintenance({ key }: Slot, at: number): boolean {
  return key % 9 === 4 && Math.floor(at / (3 * hour)) % 4 === 0
}

function causeOf({ at }: LogEstate): Cause {
  return { at, by: { kind: 'source', name: 'prometheus' } }
}

/** An event of a key whose alert is open. */
function feed(estate: LogEstate, slot: Slot, alert: Alert): void {
  const { at, random } = estate
  const roll = random()
  if (roll < 0.5) {
    estate.writeEvent(slot, alert, 'trigger', 'counted')
    estate.writeAlert(slot, { ...alert, count: alert.count + 1, lastSeenAt: at })
  } else if (roll < 0.55 && alert.severity !== 'critical') {
    const severity = severities[severities.indexOf(alert.severity) + 1] ?? 'critical'
    estate.writeEvent(slot, { ...alert, severity }, 'trigger', 'raised')
    estate.writeAlert(slot, { ...alert, severity })
    if (slot.of && slot.alert)
      estate.writeChange(slot.of, raiseSeverity(slot.of.incident, slot.alert, causeOf(estate)))
  } else if (roll < 0.58 && alert.severity !== 'info') {
    estate.writeAlert(slot, { ...alert, severity: 'info' })
    const worst = slot.of ? estate.worstOpenOf(slot.of) : null
    if (!slot.of || worst === null || severityRank(worst) >= severityRank(slot.of.incident.severity)) return
    estate.writeChange(slot.of, lowerSeverity(slot.of.incident, slot.alert ?? alert, worst, causeOf(estate)))
  } else if (roll < 0.95) {
    estate.writeEvent(slot, alert, 'resolve', 'resolved')
    estate.writeAlert(slot, { ...alert, isOpen: false, closedAt: at })
    if (!slot.of) return
    const { incident } = slot.of
    const settlesAt = settlesAfter(incident.flapping, at, settleMs)
    const worstOpen = estate.worstOpenOf(slot.of)
    estate.writeChange(
      slot.of,
      closeAlert(incident, slot.alert ?? alert, worstOpen, settlesAt, causeOf(estate)),
    )
  } else {
    const decision = slot.of ? acknowledge(slot.of.incident, causeOf(estate)) : null
    estate.writeEvent(slot, alert, 'acknowledge', decision?.ok ? 'acknowledged' : 'none')
    if (slot.of && decision?.ok) estate.writeChange(slot.of, decision.transition)
  }
}

/** An event of a key whose alert is closed, or that has none yet. */
function trigger(estate: LogEstate, slot: Slot): void {
  const { at, random } = estate
  const { alert, of } = slot
  const isAgain = alert !== null && random() < 0.7
  if (isInMaintenance(slot, at)) {
    const known = isAgain && alert.isSuppressed ? openAgain(alert, at) : freshAlert(estate, slot)
    estate.place(slot, null)
    const suppressed = { ...known, isSuppressed: true, incidentId: null }
    estate.writeEvent(slot, suppressed, 'trigger', 'suppressed')
    estate.writeAlert(slot, suppressed)
  } else if (isAgain && of && !alert.isSuppressed) {
    const again = openAgain(alert, at)
    estate.writeEvent(slot, again, 'trigger', 'reopened')
    estate.writeAlert(slot, again)
    const flapping = flapped(of.incident.flapping, again.openedAt, at, flapSettleMs)
    estate.writeChange(of, reopenAlert(of.incident, slot.alert ?? again, flapping, causeOf(estate)))
  } else {
    estate.place(slot, null)
    putInIncident(estate, slot, freshAlert(estate, slot), 'trigger')
  }
}

/** In one that there is, or in one of its own; `action`: null when no event does it, but the end of maintenance. */
function putInIncident(estate: LogEstate, slot: Slot, alert: Alert, action: 'trigger' | null): void {
  const found = estate.random() < 0.3 ? estate.anyUnresolved() : undefined
  const joined = found && found.keys.size < 12 ? found : null
  const number = joined ? null : estate.nextNumber()
  const incidentId = joined?.incident.id ?? sampleId(number ?? 0)
  const placed = { ...alert, incidentId }
  const effect: EventEffect = joined ? 'joined' : 'opened'
  if (action) estate.writeEvent(slot, placed, action, effect)
  estate.writeAlert(slot, placed)
  const cause = causeOf(estate)
  const transition = joined
    ? joinAlert(joined.incident, placed, cause)
    : openIncident(incidentId, number ?? 0, placed, cause)
  const of = joined ?? { incident: transition.incident, keys: new Set() }
  estate.place(slot, of)
  estate.writeChange(of, transition)
}

function openAgain(alert: Alert, at: number): Alert {
  const openedAt = openedAgain(alert.openedAt, at)
  return { ...alert, isOpen: true, closedAt: null, lastSeenAt: at, openedAt }
}

function freshAlert(estate: LogEstate, { key }: Slot): Alert {
  const { at } = estate
  return sampleAlert({
    id: sampleId(estate.nextNumber()),
    sourceId: sampleId(1 + (key % 7)),
    sourceName: `source-${key % 7}`,
    dedupKey: `key-${key}`,
    serviceId: sampleId(50 + (key % manyServices)),
    title: `trouble ${key}`,
    incidentId: null,
    severity: estate.pick(severities) ?? 'info',
    firstSeenAt: at,
    openedAt: [at],
    lastSeenAt: at,
  })
}
