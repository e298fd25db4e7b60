import type { StreamLog } from '../stream/stream-service.ts'
import { demoBeginning, demoStep } from './demo-plan.ts'

/** Something happens in the estate about this often: alive, but no flood. */
const stepMs = 6_000

export interface DemoDeps {
  log: StreamLog
  random(): number
}

/** Sends the demo estate's alerts through the server's own ingest, as monitoring would. Returns how to stop. */
export function startDemo(url: string, token: string, { log, random }: DemoDeps): () => void {
  let { state, events } = demoBeginning()
  let timer: NodeJS.Timeout | undefined
  const stopped = new AbortController()

  const send = async (): Promise<void> => {
    if (events.length > 0) {
      const response = await fetch(`${url}/v1/ingest/events`, {
        method: 'POST',
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        body: JSON.stringify(events),
        signal: stopped.signal,
      })
      await response.arrayBuffer()
      if (!response.ok) log.warn({ status: response.status }, 'the demo was not accepted')
    }
    ;({ state, events } = demoStep(state, random))
  }
  const run = (): void => {
    send()
      .catch((error: unknown) => {
        if (!stopped.signal.aborted) log.warn({ error: String(error) }, 'the demo could not send')
      })
      .finally(() => {
        // Between half and one and a half steps: nothing real ticks evenly.
        if (!stopped.signal.aborted) timer = setTimeout(run, stepMs * (0.5 + random()))
      })
  }
  run()
  return () => {
    stopped.abort()
    clearTimeout(timer)
  }
}
