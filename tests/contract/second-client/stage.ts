import { randomUUID } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { House } from './house.ts'
import { readString } from './json.ts'
import { thingOf } from './known-state.ts'
import { Witness, type WitnessOptions } from './witness.ts'

export const everything = ['incidents', 'feed:all', 'sources', 'shift-log']

export interface WatchOptions extends Partial<Omit<WitnessOptions, 'streamUrl'>> {
  /** One connection, or as many as it takes; one unless told. */
  readonly mode?: 'once' | 'again'
}

/** Waits until it is so, for at most 5 s. */
async function until(what: string, isSo: () => boolean): Promise<void> {
  const deadlineMs = performance.now() + 5000
  while (!isSo()) {
    if (performance.now() > deadlineMs) throw new Error(`waited in vain for ${what}`)
    await delay(10)
  }
}

/** A house and the witnesses that look at it. */
export class Stage {
  readonly house: House
  readonly #witnesses: Witness[] = []

  constructor(house: House) {
    this.house = house
  }

  static async open(): Promise<Stage> {
    return new Stage(await House.open())
  }

  /** A client that connects; mira's, of all channels, unless told. */
  watch({ mode, ...options }: WatchOptions = {}): Witness {
    const { streamUrl, tokens } = this.house
    const witness = new Witness({ streamUrl, token: tokens.mira, channels: everything, ...options }, mode)
    this.#witnesses.push(witness)
    return witness
  }

  /** A client that has read its snapshot or was resumed. */
  async follow(options: WatchOptions = {}): Promise<Witness> {
    const witness = this.watch(options)
    await until('a welcome', () => witness.framesOf('welcome').length > 0)
    const isResumed = witness.framesOf('welcome')[0]?.resumed
    if (isResumed === false) await until('a snapshot', () => witness.outcomes.includes('swapped'))
    return witness
  }

  /** Posts one event of the alert; answers with the event's id once the witness has it. */
  async trouble(witness: Witness, dedupKey: string = randomUUID()): Promise<string> {
    const event = { service: `service-${dedupKey}`, title: `trouble ${dedupKey}`, dedupKey }
    const [item] = await this.house.ingest([event])
    const id = readString(item ?? {}, 'id')
    await until(`event ${id}`, () => witness.store.state.things.has(`event/${id}`))
    return id
  }

  /** Posts one event of a new alert; answers with the id of the incident that it came to. */
  async incident(witness: Witness): Promise<string> {
    const eventId = await this.trouble(witness)
    return readString(thingOf(witness.store.state, 'event', eventId), 'incidentId')
  }

  async stopWitnesses(): Promise<void> {
    await Promise.all(this.#witnesses.splice(0).map((witness) => witness.stop()))
  }
}
