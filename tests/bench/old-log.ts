import { v7 as uuidv7 } from 'uuid'
import { createIngest } from '../../src-server/ingest/ingest.ts'
import { openSqliteStore } from '../../src-server/log/sqlite-store.ts'
import { createCorrelator } from '../../src-shared/correlation/correlator.ts'
import { builtInRules } from '../../src-shared/correlation/rule.ts'
import { sampleEvent } from '../support/post-events.ts'

const dayMs = 86_400_000
const inArray = 500

/** Writes a log whose events came forty days ago, to many keys, as the server would have. Returns where it ends. */
export async function writeOldLog(dataDir: string, events: number): Promise<{ head: number }> {
  let at = Date.now() - 40 * dayMs
  const clock = { now: () => (at += 1) }
  const store = openSqliteStore({ dataDir, clock, randomId: uuidv7, synchronous: 'NORMAL' })
  const ingest = createIngest({
    store,
    randomId: uuidv7,
    correlate: createCorrelator(builtInRules),
    settleMs: 30_000,
    flapSettleMs: 300_000,
    reopenMs: 300_000,
    ackTimeoutMs: 0,
    summaryQuietMs: 20_000,
  })
  const source = { id: uuidv7(), name: 'of-old', role: 'source' } as const
  for (let sent = 0; sent < events; sent += inArray) {
    const array = Array.from({ length: inArray }, (_, index) => ({
      ...sampleEvent(sent + index, 5_000),
      id: `old-${sent + index}`,
    }))
    await ingest.accept('events', source, array, JSON.stringify(array))
  }
  const head = store.head()
  await store.close()
  return { head }
}
