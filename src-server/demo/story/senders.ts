import { alertmanager, watchdog } from './alertmanager.ts'
import { batchJobs, dbMonitor, networkMonitor } from './other-senders.ts'
import { deploys, logWatch, syntheticChecks } from './release-senders.ts'
import type { StorySender } from './script.ts'

/** Everybody who tells the story. */
export const storySenders: readonly StorySender[] = [
  deploys,
  alertmanager,
  logWatch,
  syntheticChecks,
  dbMonitor,
  networkMonitor,
  batchJobs,
]

/** With Alertmanager's sign of life, for where time is the story's own. */
export const allStreams: readonly StorySender[] = [...storySenders, watchdog]
