import { Worker } from 'node:worker_threads'
import { Listeners } from '../listeners.ts'
import type { Cancel } from '../ports.ts'
import type {
  StoreAnswer,
  StoreInput,
  StoreMessage,
  StoreMethod,
  StoreOutput,
  StoreRequest,
  StoreSetup,
} from './store-api.ts'

/** Catching up makes some tens of MB that are garbage at once: with room for them they need not be copied about. */
const maxYoungGenerationSizeMb = 64

/** A request that the store could not carry out; `code` is SQLite's where it has one (`SQLITE_FULL`). */
export class StoreError extends Error {
  override readonly name = 'StoreError'
  readonly code: string

  constructor(code: string, message: string) {
    super(message)
    this.code = code
  }
}

export interface StoreNotice {
  message: string
  /** True: what was cached is gone, and positions have to be asked for again. */
  isNew: boolean
}

interface Waiting {
  resolve: (output: unknown) => void
  reject: (error: Error) => void
}

/** The store as the main thread sees it. Requests of one turn travel together and are answered in order. */
export class StoreClient {
  readonly #worker: Worker
  readonly #waiting = new Map<number, Waiting>()
  readonly #notices = new Listeners<StoreNotice>()
  readonly #early: StoreNotice[] = []
  readonly #ended: Promise<void>
  #outgoing: StoreRequest[] = []
  #lastId = 0
  #hasListener = false
  #isOver = false

  /** Resolves when the worker is ready; rejects when it cannot start. Without `workerUrl` the source is used. */
  static open(setup: StoreSetup, workerUrl = new URL('./worker.ts', import.meta.url)): Promise<StoreClient> {
    return new Promise((resolve, reject) => {
      const worker = new Worker(workerUrl, {
        workerData: setup,
        resourceLimits: { maxYoungGenerationSizeMb },
      })
      const early: StoreNotice[] = []
      worker.once('error', reject)
      const listen = (message: StoreMessage): void => {
        if (message.kind === 'notice') early.push(message)
        if (message.kind !== 'ready') return
        worker.off('message', listen)
        worker.off('error', reject)
        resolve(new StoreClient(worker, early))
      }
      worker.on('message', listen)
    })
  }

  private constructor(worker: Worker, early: readonly StoreNotice[]) {
    this.#worker = worker
    this.#early.push(...early)
    worker.on('message', (message: StoreMessage) => this.#receive(message))
    worker.on('error', (error: unknown) => this.#fail(error instanceof Error ? error.message : String(error)))
    this.#ended = new Promise((resolve) => {
      worker.once('exit', () => {
        this.#fail('the store has ended')
        resolve()
      })
    })
  }

  /** Rejects with a `StoreError`. */
  request<M extends StoreMethod>(method: M, input: StoreInput<M>): Promise<StoreOutput<M>> {
    if (this.#isOver) return Promise.reject(new StoreError('ended', 'the store has ended'))
    return new Promise((resolve, reject) => {
      const id = ++this.#lastId
      this.#waiting.set(id, { resolve: (output) => resolve(output as StoreOutput<M>), reject })
      this.#outgoing.push({ id, method, input })
      if (this.#outgoing.length === 1) queueMicrotask(() => this.#flush())
    })
  }

  /** Tells also what was noticed before anyone listened. */
  onNotice(listener: (notice: StoreNotice) => void): Cancel {
    this.#hasListener = true
    for (const notice of this.#early.splice(0)) listener(notice)
    return this.#notices.add(listener)
  }

  /** Carries out what was asked for before, then ends the thread. */
  async close(): Promise<void> {
    await this.request('close', null).catch(() => null)
    await this.#ended
  }

  #flush(): void {
    const requests = this.#outgoing
    this.#outgoing = []
    this.#worker.postMessage(requests)
  }

  #receive(message: StoreMessage): void {
    if (message.kind === 'notice') {
      if (this.#hasListener) this.#notices.tell(message)
      else this.#early.push(message)
    }
    if (message.kind === 'answers') for (const answer of message.answers) this.#settle(answer)
  }

  #settle(answer: StoreAnswer): void {
    const waiting = this.#waiting.get(answer.id)
    this.#waiting.delete(answer.id)
    if (answer.ok) waiting?.resolve(answer.output)
    else waiting?.reject(new StoreError(answer.code, answer.message))
  }

  #fail(message: string): void {
    this.#isOver = true
    const waiting = [...this.#waiting.values()]
    this.#waiting.clear()
    for (const { reject } of waiting) reject(new StoreError('ended', message))
  }
}
