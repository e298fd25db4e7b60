import { parentPort, workerData } from 'node:worker_threads'
import { assertNever } from '../../../src-shared/domain/result.ts'
import { systemClock } from '../system-clock.ts'
import { systemRandomness } from '../system-randomness.ts'
import { IdleCheckpoint } from './idle-checkpoint.ts'
import { findDamage, isDamage, messageOf, openDatabase, replaceDatabase } from './open-database.ts'
import { markClosed } from './open-mark.ts'
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

/** The whole file is looked over this long after the start, when the screen has what it needs, in ms. */
const lookOverAfterMs = 1_500
const cancelLookOver = systemClock.setTimer(lookOverAfterMs, () => {
  try {
    const damage = findDamage(db)
    if (damage !== null) startAnew(damage)
  } catch (error) {
    if (isDamage(error)) startAnew(messageOf(error))
  }
})

const checkpoint = new IdleCheckpoint(systemClock)

port.on('message', (requests: StoreRequest[]) => {
  post({ kind: 'answers', answers: requests.map(answer) })
  checkpoint.worked(db)
  if (!requests.some((request) => request.method === 'close')) return
  cancelLookOver()
  checkpoint.stop()
  if (!db.memory) markClosed(setup.file)
  port.close()
})

function answer(request: StoreRequest): StoreAnswer {
  try {
    return tryAnswer(request)
  } catch (error) {
    if (!isDamage(error)) return refusal(request, error)
    startAnew(messageOf(error))
  }
  try {
    // Asked of the new store: who starts on a damaged one gets an empty board, not an error.
    return tryAnswer(request)
  } catch (error) {
    return refusal(request, error)
  }
}

function tryAnswer(request: StoreRequest): StoreAnswer {
  return { id: request.id, ok: true, output: run(handlers, request) }
}

function refusal({ id }: StoreRequest, error: unknown): StoreAnswer {
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'failed'
  return { id, ok: false, code, message: messageOf(error) }
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
