import { parentPort, workerData } from 'node:worker_threads'
import { SearchHost } from './search-host.ts'
import type { FromSearch, SearchSetup, ToSearch } from './search-messages.ts'

/** The search's thread: it follows the log from its file, so that neither searches nor the index take time of the server. */

const port = parentPort
if (!port) throw new Error('the search worker is started by the server')

const host = new SearchHost(
  workerData as SearchSetup,
  () => performance.now(),
  (message) => tell({ kind: 'notice', message }),
)

/** While there is much to index, every other moment is left to the rest of the machine. */
const restShare = 0.5
/** A disk that takes nothing is tried again after this, in ms. */
const retryMs = 5_000
let timer: NodeJS.Timeout | null = null
let hasFailed = false

function workAfter(ms: number): void {
  timer ??= setTimeout(work, ms)
}

function work(): void {
  timer = null
  const startedAt = performance.now()
  try {
    const hasMore = host.work()
    hasFailed = false
    const { retryInMs } = host
    if (hasMore) workAfter((performance.now() - startedAt) * restShare)
    else if (retryInMs !== null) workAfter(retryInMs)
  } catch (error) {
    if (!hasFailed) tell({ kind: 'notice', message: `the search index does not get on: ${String(error)}` })
    hasFailed = true
    workAfter(retryMs)
  }
}

port.on('message', (message: ToSearch) => {
  switch (message.kind) {
    case 'ask':
      return answer(message)
    case 'changed':
      return workAfter(0)
    case 'close':
      if (timer) clearTimeout(timer)
      host.close()
      port.close()
  }
})
workAfter(0)

function answer({ id, question }: Extract<ToSearch, { kind: 'ask' }>): void {
  try {
    tell({ kind: 'page', id, json: host.answer(question) })
  } catch (error) {
    tell({ kind: 'failed', id, message: String(error) })
  }
}

function tell(message: FromSearch): void {
  port?.postMessage(message)
}
