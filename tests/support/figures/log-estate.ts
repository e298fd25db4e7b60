import type { Alert } from '../../../src-shared/domain/alert.ts'
import type { EventAction, EventEffect } from '../../../src-shared/domain/event.ts'
import type { Incident } from '../../../src-shared/domain/incident.ts'
import type { Transition } from '../../../src-shared/domain/incident-step.ts'
import type { LogEntry } from '../../../src-shared/domain/log-entry.ts'
import { severities, type Severity } from '../../../src-shared/domain/severity.ts'
import { sampleId, sampleMonitoringEvent } from '../sample-incident.ts'

/** Keys are spread over so many. */
export const manyServices = 23

/** An incident with the keys whose newest alerts are in it. */
export interface Case {
  incident: Incident
  keys: Set<number>
}

/** The newest alert of a key, and where it is. */
export interface Slot {
  key: number
  alert: Alert | null
  of: Case | null
}

/** What a generated log is about, and the entries that are to be written of it. */
export class LogEstate {
  readonly random: () => number
  readonly slots: Slot[]
  at: number
  entries: LogEntry[] = []
  /** States in which a person's resolution left alerts: one that a monitor ended, be it in the same instant, is none. */
  readonly endedByHand = new WeakSet<Alert>()
  /** Resolved by a person, the newest last: what may be taken back. */
  resolvedLately: Case[] = []
  readonly #unresolved: Case[] = []
  readonly #places = new Map<Case, number>()
  #seq = 0
  #ids = 1_000
  #looked = 0

  constructor(random: () => number, keys: number, at: number) {
    this.random = random
    this.slots = Array.from({ length: keys }, (_, key) => ({ key, alert: null, of: null }))
    this.at = at
  }

  nextNumber(): number {
    return (this.#ids += 1)
  }

  pick<T>(values: readonly T[]): T | undefined {
    return values[Math.floor(this.random() * values.length)]
  }

  anyUnresolved(): Case | undefined {
    return this.pick(this.#unresolved)
  }

  /** Unresolved incidents in turn: whose deadlines are looked at. */
  nextUnresolved(): Case | undefined {
    this.#looked = (this.#looked + 1) % Math.max(1, this.#unresolved.length)
    return this.#unresolved[this.#looked]
  }

  /** The newest alerts that are in it. */
  alertsOf({ keys }: Case): Alert[] {
    return [...keys].flatMap((key) => this.slots[key]?.alert ?? [])
  }

  worstOpenOf(of: Case): Severity | null {
    const open = this.alertsOf(of).filter(({ isOpen }) => isOpen)
    return severities.findLast((severity) => open.some((alert) => alert.severity === severity)) ?? null
  }

  writeEvent(slot: Slot, alert: Alert, action: EventAction, effect: EventEffect): void {
    const seq = (this.#seq += 1)
    const { severity, dedupKey, sourceId, sourceName, title, id: alertId, incidentId } = alert
    const event = sampleMonitoringEvent({
      ...{ id: sampleId(seq), action, effect, severity, dedupKey, sourceId, sourceName, title },
      service: `service-${slot.key % manyServices}`,
      receivedAt: this.at,
      alertId,
      incidentId,
    })
    this.entries.push({ seq, at: this.at, kind: 'event', event })
  }

  /** Its next state. */
  writeAlert(slot: Slot, alert: Alert): void {
    const before = slot.alert?.id === alert.id ? slot.alert : null
    slot.alert = { ...alert, revision: (before?.revision ?? 0) + 1 }
    this.entries.push({ seq: (this.#seq += 1), at: this.at, kind: 'alert', alert: slot.alert })
  }

  writeChange(of: Case, transition: Transition): void {
    of.incident = transition.incident
    this.entries.push({ seq: (this.#seq += 1), at: this.at, kind: 'incident', ...transition })
    const isListed = this.#places.has(of)
    if (of.incident.status === 'resolved' && isListed) this.#unlist(of)
    if (of.incident.status !== 'resolved' && !isListed) {
      this.#places.set(of, this.#unresolved.length)
      this.#unresolved.push(of)
    }
  }

  /** The key's newest alert is in this incident from now on; null: in none. */
  place(slot: Slot, of: Case | null): void {
    slot.of?.keys.delete(slot.key)
    slot.of = of
    of?.keys.add(slot.key)
  }

  #unlist(of: Case): void {
    const place = this.#places.get(of)
    const last = this.#unresolved.pop()
    this.#places.delete(of)
    if (!last || last === of || place === undefined) return
    this.#unresolved[place] = last
    this.#places.set(last, place)
  }
}
