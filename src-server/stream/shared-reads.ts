import { compressMessage } from './compressed-message.ts'
import type { FrameEncoding } from './frame-encoding.ts'
import { readNext, type ReaderContext, type ReaderState } from './reader.ts'

/** Long enough for a crowd that comes back together, short enough that `at` and `head` are still of now. */
const keepMs = 1_000
const maxBytes = 16_777_216
/** What is smaller gains too little to be compressed on its own. */
const minCompressedBytes = 8_192

export interface SharedRead {
  message: Buffer
  /** Of the reader after the message. */
  state: ReaderState
}

/** How a reader wants its messages. */
export interface ReadWish {
  encoding: FrameEncoding
  /** True when its connection agreed on compression. */
  takesCompressed: boolean
}

interface KeptRead {
  read: Promise<SharedRead>
  /** The message compressed, from when the first one wanted it so. */
  compressed: Promise<Buffer> | null
  bytes: number
  until: number
}

/**
 * What readers get who are not at the head: pages of snapshots and catch-up batches, made and compressed once for all
 * who stand at the same place of the same log with the same channels, as those do that a restart has thrown out.
 */
export class SharedReads {
  readonly #context: ReaderContext
  readonly #monotonic: () => number
  readonly #kept = new Map<string, KeptRead>()
  #bytes = 0
  #sweep: NodeJS.Timeout | null = null

  /** `monotonic` in milliseconds. */
  constructor(context: ReaderContext, monotonic: () => number) {
    this.#context = context
    this.#monotonic = monotonic
  }

  /** The next message for this state; rejects when the log cannot be read. */
  async next(state: ReaderState, { encoding, takesCompressed }: ReadWish): Promise<SharedRead> {
    this.#dropOld()
    const kept = this.#read(state, encoding)
    const read = await kept.read
    const after = { ...read.state, subscription: state.subscription }
    if (!takesCompressed || read.message.length < minCompressedBytes) return { ...read, state: after }
    kept.compressed ??= compressMessage(read.message)
    return { message: await kept.compressed, state: after }
  }

  #read(state: ReaderState, encoding: FrameEncoding): KeptRead {
    const key = this.#keyOf(state, encoding)
    const known = this.#kept.get(key)
    if (known) return known
    const read = readNext(this.#context, state).then((step) => ({
      message: encoding.encode(step.frame),
      state: step.state,
    }))
    return this.#keep(key, read)
  }

  #keyOf({ cursor, scannedTo, subscription }: ReaderState, encoding: FrameEncoding): string {
    const { subprotocol } = encoding
    const head = this.#context.store.head()
    return [subprotocol, head, cursor.seq, scannedTo, cursor.page ?? '', subscription.key].join(' ')
  }

  #keep(key: string, read: Promise<SharedRead>): KeptRead {
    const kept: KeptRead = { read, compressed: null, bytes: 0, until: this.#monotonic() + keepMs }
    this.#kept.set(key, kept)
    this.#sweepLater()
    read.then(
      ({ message }) => {
        if (this.#kept.get(key) !== kept) return
        kept.bytes = message.length
        this.#bytes += kept.bytes
        this.#dropOld()
      },
      () => this.#drop(key),
    )
    return kept
  }

  /** Nobody may come to ask for a long time: what is old is dropped then too. */
  #sweepLater(): void {
    if (this.#sweep !== null) return
    this.#sweep = setTimeout(() => {
      this.#sweep = null
      this.#dropOld()
      if (this.#kept.size > 0) this.#sweepLater()
    }, keepMs).unref()
  }

  #dropOld(): void {
    const now = this.#monotonic()
    // In the order in which they came.
    for (const [key, { until }] of this.#kept) {
      if (until > now && this.#bytes <= maxBytes) return
      this.#drop(key)
    }
  }

  #drop(key: string): void {
    this.#bytes -= this.#kept.get(key)?.bytes ?? 0
    this.#kept.delete(key)
  }
}
