import type { EventName, EventPayload } from '../../src-shared/console-api.ts'
import { Listeners } from './listeners.ts'
import type { Presence } from './notify/policy.ts'
import type { Cancel } from './ports.ts'

type Channels = { [E in EventName]: Listeners<EventPayload<E>> }

/** What one renderer hears, and what its operator can see. */
export class Session {
  readonly id: number
  presence: Presence = { visible: false, focused: false, incidentId: null }
  readonly #channels: Channels = {
    changes: new Listeners(),
    freshness: new Listeners(),
    focusIncident: new Listeners(),
  }

  constructor(id: number) {
    this.id = id
  }

  on<E extends EventName>(event: E, listener: (payload: EventPayload<E>) => void): Cancel {
    const channel: Listeners<EventPayload<E>> = this.#channels[event]
    return channel.add(listener)
  }

  tell<E extends EventName>(event: E, payload: EventPayload<E>): void {
    const channel: Listeners<EventPayload<E>> = this.#channels[event]
    channel.tell(payload)
  }

  clear(): void {
    for (const channel of Object.values(this.#channels)) channel.clear()
  }
}

/** All renderers of a console. */
export class Sessions {
  readonly #all = new Map<number, Session>()
  #lastId = 0

  open(): Session {
    const session = new Session(++this.#lastId)
    this.#all.set(session.id, session)
    return session
  }

  close(session: Session): void {
    session.clear()
    this.#all.delete(session.id)
  }

  byId(id: number): Session | null {
    return this.#all.get(id) ?? null
  }

  tellAll<E extends EventName>(event: E, payload: EventPayload<E>): void {
    for (const session of this.#all.values()) session.tell(event, payload)
  }

  /** What the operator can see: a focused window speaks for all, else a visible one. */
  presence(): Presence {
    const all = [...this.#all.values()].map(({ presence }) => presence)
    const best = all.find(({ visible, focused }) => visible && focused) ?? all.find(({ visible }) => visible)
    return best ?? { visible: false, focused: false, incidentId: null }
  }

  clear(): void {
    for (const session of this.#all.values()) session.clear()
    this.#all.clear()
  }
}
