import { parentPort, workerData } from 'node:worker_threads'
import { assertNever } from '../../../src-shared/domain/result.ts'
import { systemClock } from '../system-clock.ts'
import { systemRandomness } from '../system-randomness.ts'
import { isDamage, messageOf, openDatabase, replaceDatabase } from './open-database.ts'
import type { StoreAnswer, StoreHandlers, StoreMessage, StoreRequest, StoreSetup } from './store-api.ts'
import { createStoreHandlers } from './store-host.ts'

/** The store's thread: everything that touches SQLite happens here, so that no query stops a window. */

const port = parentPort
if (!port) throw new Error('the store worker is started by the console')
const setup = workerData as StoreSetup

let { db, notice } = openDatabase(setup, systemClock.now())
let handlers = createStoreHandlers(db, systemRandomness.id)
if (notice !== null) post({ kind: 'notice', message: notice, isNew: false })
post({ kind: 'ready' })

port.on('message', (requests: StoreRequest[]) => {
  post({ kind: 'answers', answers: requests.map(answer) })
  if (requests.some((request) => request.method === 'close')) port.close()
})

function answer(request: StoreRequest): StoreAnswer {
  const { id } = request
  try {
    return { id, ok: true, output: run(handlers, request) }
  } catch (error) {
    if (isDamage(error)) startAnew(messageOf(error))
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'failed'
    return { id, ok: false, code, message: messageOf(error) }
  }
}

/** Damage that is found later than at the start: the same way out. */
function startAnew(why: string): void {
  try {
    db.close()
  } catch {
    // A damaged database may refuse even that; its file is put aside all the same.
  }
  ;({ db, notice } = replaceDatabase(setup, systemClock.now(), why))
  handlers = createStoreHandlers(db, systemRandomness.id)
  post({ kind: 'notice', message: notice ?? '', isNew: true })
}

function post(message: StoreMessage): void {
  port?.postMessage(message)
}

/** The inputs come from this program's own typed client, so they are taken as what their method says. */
function run(all: StoreHandlers, { method, input }: StoreRequest): unknown {
  const handler = all[method] as ((input: unknown) => unknown) | undefined
  if (!handler) return assertNever(method as never)
  return handler(input)
}
