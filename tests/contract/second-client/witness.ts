import type { Entry, ServerFrame } from './frames.ts'
import { createLocalStore, type LocalStore } from './local-store.ts'
import type { Outcome } from './reader.ts'
import { StreamClient } from './stream-client.ts'
import type { Ended } from './connection.ts'

type FrameOf<Type extends ServerFrame['type']> = Extract<ServerFrame, { type: Type }>

export interface WitnessOptions {
  readonly streamUrl: string
  readonly token: string
  readonly channels: readonly string[]
  readonly store?: LocalStore
  readonly protocol?: number
  /** Loses the connection after the first frame that meant this. */
  readonly dropAfter?: Outcome
}

/** A client that remembers everything that it was told. */
export class Witness {
  readonly store: LocalStore
  readonly client: StreamClient
  readonly frames: ServerFrame[] = []
  readonly outcomes: Outcome[] = []
  readonly entries: Entry[] = []
  readonly #ended: Promise<Ended>

  constructor(options: WitnessOptions, mode: 'once' | 'again' = 'once') {
    this.store = options.store ?? createLocalStore(options.channels)
    this.client = new StreamClient({
      ...options,
      url: options.streamUrl,
      store: this.store,
      onEntry: (entry) => this.entries.push(entry),
      onFrame: (frame, outcome) => {
        this.frames.push(frame)
        if (outcome !== null) this.outcomes.push(outcome)
        if (outcome !== null && outcome === options.dropAfter) this.client.drop()
      },
    })
    this.#ended = mode === 'once' ? this.client.connectOnce() : this.client.run()
  }

  /** How the last connection ended. */
  get ended(): Promise<Ended> {
    return this.#ended
  }

  framesOf<Type extends ServerFrame['type']>(type: Type): FrameOf<Type>[] {
    return this.frames.filter((frame): frame is FrameOf<Type> => frame.type === type)
  }

  /** The seqs of the entries of that kind, in the order of their coming. */
  seqsOf(kind: string): number[] {
    return this.entries.filter((entry) => entry.kind === kind).map((entry) => entry.seq)
  }

  stop(): Promise<Ended> {
    this.client.stop()
    return this.#ended
  }
}
