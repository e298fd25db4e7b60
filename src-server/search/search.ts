import { Worker } from 'node:worker_threads'
import type { FromSearch, SearchQuestion, SearchSetup, ToSearch } from './search-messages.ts'

/** A search that found no answer, for a reason that the asker can wait out. */
export class SearchError extends Error {
  override readonly name = 'SearchError'
  readonly code: 'busy' | 'unavailable'

  constructor(code: 'busy' | 'unavailable', message: string) {
    super(message)
    this.code = code
  }
}

export interface Search {
  /** A page as JSON (`SearchPage`). Rejects with a `SearchError`. */
  ask(question: SearchQuestion): Promise<string>
  close(): Promise<void>
}

export interface SearchOptions extends SearchSetup {
  /** Calls back after each commit; returns how to stop. */
  onCommit(listener: () => void): () => void
  log: { info(details: object, message: string): void; error(details: object, message: string): void }
  /** The index begins so long after the start, or with the first question, in ms. */
  startAfterMs?: number
}

interface Waiting {
  resolve(json: string): void
  reject(error: SearchError): void
}

/** Who asks more at a time waits longer than it is worth. */
const mostWaiting = 16
/** The server is to be up first. */
const defaultStartAfterMs = 2_000
/** The index is so far behind the log at most, while it keeps up: many commits are one step. */
const lingerMs = 500
/** A thread that ended is not started anew sooner. */
const minRestartMs = 1_000

const workerUrl = new URL(
  import.meta.url.endsWith('.ts') ? './search-worker.ts' : './search-worker.js',
  import.meta.url,
)

/** The search of a log as the rest of the server sees it: a thread with an index of its own beside the log. */
export function createSearch(options: SearchOptions): Search {
  const { onCommit, log, startAfterMs = defaultStartAfterMs, ...setup } = options
  const { isIndexed } = setup
  const waiting = new Map<number, Waiting>()
  let worker: Worker | null = null
  let ended: Promise<void> = Promise.resolve()
  let startedAt = Number.NEGATIVE_INFINITY
  let lastId = 0
  let isClosed = false
  let bell: NodeJS.Timeout | null = null

  const starter = setTimeout(() => isIndexed && start(), startAfterMs)
  starter.unref()

  function start(): Worker | null {
    if (worker || isClosed) return worker
    const now = performance.now()
    if (now - startedAt < minRestartMs) return null
    startedAt = now
    const started = new Worker(workerUrl, { workerData: setup })
    worker = started
    started.on('message', receive)
    started.on('error', (error) => log.error({ error: String(error) }, 'the search failed'))
    ended = new Promise((resolve) => {
      started.once('exit', () => {
        if (worker === started) worker = null
        fail('the search has ended and is started anew')
        resolve()
      })
    })
    return started
  }

  function receive(message: FromSearch): void {
    if (message.kind === 'notice') return log.info({ notice: message.message }, 'search')
    const asker = waiting.get(message.id)
    waiting.delete(message.id)
    if (message.kind === 'page') return asker?.resolve(message.json)
    log.error({ error: message.message }, 'a search failed')
    asker?.reject(new SearchError('unavailable', 'the search failed at this; the server’s log says why'))
  }

  function fail(message: string): void {
    const all = [...waiting.values()]
    waiting.clear()
    for (const { reject } of all) reject(new SearchError('unavailable', message))
  }

  function send(to: Worker, message: ToSearch): void {
    to.postMessage(message)
  }

  const stopListening = onCommit(() => {
    if (!isIndexed || bell !== null || isClosed || (worker === null && startedAt < 0)) return
    bell = setTimeout(() => {
      bell = null
      const running = start()
      if (running) send(running, { kind: 'changed' })
    }, lingerMs)
    bell.unref()
  })

  return {
    ask(question) {
      if (waiting.size >= mostWaiting) {
        const message = `${mostWaiting} searches are waiting already: ask again when some are done`
        return Promise.reject(new SearchError('busy', message))
      }
      const running = start()
      if (!running)
        return Promise.reject(new SearchError('unavailable', 'the search is not running just now'))
      return new Promise((resolve, reject) => {
        const id = ++lastId
        waiting.set(id, { resolve, reject })
        send(running, { kind: 'ask', id, question })
      })
    },
    async close() {
      isClosed = true
      clearTimeout(starter)
      if (bell) clearTimeout(bell)
      stopListening()
      if (worker) send(worker, { kind: 'close' })
      await ended
    },
  }
}
