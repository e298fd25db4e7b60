import type { CorrelatedEvent } from '../../src-shared/correlation/correlator.ts'
import { suppressing, type Suppression } from '../../src-shared/correlation/maintenance-matcher.ts'
import type { Alert } from '../../src-shared/domain/alert.ts'
import type { Incident } from '../../src-shared/domain/incident.ts'
import type { Transition } from '../../src-shared/domain/incident-step.ts'
import type { Labels } from '../../src-shared/domain/ids.ts'
import { longestTeam, type Service } from '../../src-shared/domain/service.ts'
import type { StoreTransaction } from '../log/store-transaction.ts'

/**
 * What one turn of ingest knows and has changed. An alert whose counters alone moved is written once at the end of the
 * commit: a thousand repeats in one request are one entry.
 */
export class TurnState {
  readonly turn: StoreTransaction
  readonly #randomId: () => string
  readonly #alerts = new Map<string, Alert | null>()
  readonly #incidents = new Map<string, Incident>()
  readonly #services = new Map<string, Service>()
  readonly #counted = new Map<string, Alert>()

  constructor(turn: StoreTransaction, randomId: () => string) {
    this.turn = turn
    this.#randomId = randomId
  }

  async latestAlert(sourceId: string, dedupKey: string): Promise<Alert | null> {
    const key = alertKey(sourceId, dedupKey)
    const known = this.#alerts.get(key)
    if (known !== undefined) return known
    const loaded = await this.turn.latestAlert(sourceId, dedupKey)
    this.#alerts.set(key, loaded)
    return loaded
  }

  async incident(id: string): Promise<Incident | null> {
    return this.#incidents.get(id) ?? (await this.turn.incident(id))
  }

  /** The service of this name, made on first sight: of the team that the labels name, if they do. */
  async service(name: string, labels: Labels): Promise<Service> {
    const known = this.#services.get(name) ?? (await this.turn.serviceByName(name))
    if (known) {
      this.#services.set(name, known)
      return known
    }
    const service: Service = {
      id: this.#randomId(),
      revision: 1,
      name,
      team: labels['team']?.trim().slice(0, longestTeam) || null,
      runbookUrl: null,
      labels: {},
      edited: null,
    }
    this.turn.append({ kind: 'service', service })
    this.#services.set(name, service)
    return service
  }

  /** What suppresses this event's alert now; null when no maintenance window does. */
  async suppressing(event: CorrelatedEvent, at: number): Promise<Suppression | null> {
    return suppressing(await this.turn.maintenanceWindows(), event, at)
  }

  /** A new state of an alert that others have to hear of now. */
  writeAlert(alert: Alert): void {
    this.#alerts.set(alertKey(alert.sourceId, alert.dedupKey), alert)
    this.#counted.delete(alert.id)
    this.turn.append({ kind: 'alert', alert })
  }

  /** Counters moved: written with the last of the turn. The revision rises once for all of them. */
  countAlert(alert: Alert): void {
    const revision = this.#counted.get(alert.id)?.revision ?? alert.revision + 1
    const next = { ...alert, revision }
    this.#alerts.set(alertKey(alert.sourceId, alert.dedupKey), next)
    this.#counted.set(alert.id, next)
  }

  writeIncident({ incident, change }: Transition): void {
    this.#incidents.set(incident.id, incident)
    this.turn.append({ kind: 'incident', incident, change })
  }

  /** Writes what is still owed; the last thing of a turn. */
  finish(): void {
    for (const alert of this.#counted.values()) this.turn.countAlert(alert)
    this.#counted.clear()
  }
}

function alertKey(sourceId: string, dedupKey: string): string {
  return `${sourceId} ${dedupKey}`
}
