import { expect } from 'vitest'
import { startTimers } from '../../src-server/incidents/timers.ts'
import type { SummaryRequest } from '../../src-server/summaries/summary-job.ts'
import type { ServerInside } from './server-inside.ts'

/** Lets every timer that is due by now do its work; returns which summaries were asked for. */
export async function runDueTimers({
  store,
  clock,
  placing,
}: ServerInside): Promise<{ incidentId: string; trigger: string }[]> {
  const asked: { incidentId: string; trigger: string }[] = []
  const stop = startTimers({
    store,
    clock,
    release: placing,
    requestSummary: ({ incidentId, trigger }: SummaryRequest) => void asked.push({ incidentId, trigger }),
    onError: (error) => expect.fail(String(error)),
    tickMs: 1,
  })
  while (await store.hasDueTimer(clock.now())) await new Promise((resolve) => setTimeout(resolve, 2))
  await stop()
  return asked
}
