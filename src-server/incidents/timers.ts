import { assertNever } from '../../src-shared/domain/result.ts'
import type { SummaryTrigger } from '../../src-shared/domain/summary.ts'
import { noticeSilence } from '../ingest/source-silence.ts'
import type { SummaryRequest } from '../summaries/summary-job.ts'
import { StoreUnavailableError, type LogStore } from '../log/log-store.ts'
import type { StoreTransaction, Timer } from '../log/store-transaction.ts'
import { lookAtMaintenance, type ReleaseContext } from './end-maintenance.ts'
import { meetDeadline } from './incident-deadlines.ts'
import { settleSeverity } from './settle-severity.ts'

export interface TimersOptions {
  store: LogStore
  clock: { now(): number }
  /** How alerts get their incidents when maintenance ends. */
  release: ReleaseContext
  /** Asks for a summary; the job itself sees to it that one at a time is made. */
  requestSummary(request: SummaryRequest): void
  onError(error: unknown): void
  /** How often it looks for timers that are due; they are late by this at most. */
  tickMs?: number | undefined
}

interface TimerContext extends ReleaseContext {
  /** When this server began to listen: by the clock as it is now, no later than that. */
  upSince: number
}

/** Timers taken in one turn: others get theirs in between. */
const perTurn = 100
/** What failed is tried again after this: a timer, and a summary that the server's end or its provider kept from being written. */
const retryMs = 60_000

/**
 * Looks for timers that are due and acts on them, each in the same transaction that clears its row: it happens once,
 * whatever restarts. A summary's row is put off instead, and cleared with the summary. Returns how to stop.
 */
export function startTimers(options: TimersOptions): () => Promise<void> {
  const { store, clock, requestSummary, onError, tickMs = 250 } = options
  let running: Promise<void> | null = null
  const context: TimerContext = { ...options.release, upSince: clock.now() }

  const fire = async (most: number): Promise<void> => {
    const summaries = await store.write(async (turn) => {
      const due = await turn.dueTimers(most)
      const asked: SummaryRequest[] = []
      for (const timer of due) {
        turn.clearTimer(timer.kind, timer.key)
        const trigger = await act(turn, timer, context)
        if (!trigger) continue
        const again = { ...timer, dueAt: turn.now + retryMs }
        turn.setTimer(again)
        asked.push({ incidentId: timer.key, trigger, timer: again })
      }
      return asked
    })
    for (const summary of summaries) requestSummary(summary)
  }
  /** One that cannot be met must not keep all others from being met. */
  const putOffFirst = (): Promise<void> =>
    store.write(async (turn) => {
      for (const timer of await turn.dueTimers(1)) turn.setTimer({ ...timer, dueAt: turn.now + retryMs })
    })
  const look = async (): Promise<void> => {
    context.upSince = Math.min(context.upSince, clock.now())
    let most = perTurn
    while (await store.hasDueTimer(clock.now())) {
      try {
        await fire(most)
      } catch (error) {
        if (error instanceof StoreUnavailableError) throw error
        if (most === 1) {
          onError(error)
          await putOffFirst()
        }
        // One by one up to the one that fails, and together again after it.
        most = most === 1 ? perTurn : 1
      }
    }
  }
  const tick = setInterval(() => {
    running ??= look()
      .catch(onError)
      .finally(() => {
        running = null
      })
  }, tickMs)
  return async () => {
    clearInterval(tick)
    await running
  }
}

/** What a due timer does in the log; a summary's trigger when one is to be made after the commit. */
async function act(
  turn: StoreTransaction,
  timer: Timer,
  context: TimerContext,
): Promise<SummaryTrigger | null> {
  switch (timer.kind) {
    case 'settle':
    case 'ackTimeout':
    case 'snooze':
    case 'followUp':
      await meetDeadline(turn, timer.kind, timer.key)
      return null
    case 'milder':
      await settleSeverity(turn, timer.key)
      return null
    case 'maintenance':
      await lookAtMaintenance(turn, timer.key, context)
      return null
    case 'summary':
      return summaryTrigger(turn, timer.key)
    case 'summaryRequested':
      return 'requested'
    case 'sourceSilence':
      await noticeSilence(turn, timer.key, context.upSince)
      return null
    default:
      return assertNever(timer.kind)
  }
}

async function summaryTrigger(turn: StoreTransaction, incidentId: string): Promise<SummaryTrigger | null> {
  const incident = await turn.incident(incidentId)
  if (!incident) return null
  if (incident.status === 'resolved') return 'resolved'
  return (await turn.summary(incidentId)) ? 'changed' : 'settled'
}
