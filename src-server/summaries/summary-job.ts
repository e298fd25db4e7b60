import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Alert } from '../../src-shared/domain/alert.ts'
import {
  longestClaim,
  mostCites,
  type Summary,
  type SummaryClaim,
  type SummaryTrigger,
} from '../../src-shared/domain/summary.ts'
import type { LogEntry } from '../../src-shared/domain/log-entry.ts'
import type { LogStore, Page } from '../log/log-store.ts'
import type { Timer } from '../log/store-transaction.ts'
import type { SummaryInput, SummaryProvider } from './summary-provider.ts'

export interface SummaryJobOptions {
  store: LogStore
  provider: SummaryProvider
  clock: { now(): number; monotonic(): number }
  /** The text so far, for whoever looks at the incident; empty at the end. */
  onProgress?(incidentId: string, text: string): void
  onError(error: unknown): void
}

export interface SummaryRequest {
  incidentId: string
  trigger: SummaryTrigger
  /** The row that asks again if this comes to nothing; cleared together with the summary's entry. */
  timer: Timer
}

export interface SummaryJob {
  /** Makes a summary soon. One at a time for an incident: what is asked meanwhile becomes one more. */
  request(request: SummaryRequest): void
  /** Resolves when all that was asked for is done. */
  idle(): Promise<void>
}

/** So many of the first entries of a timeline, and of the last, make a summary: an incident in a storm has thousands. */
const timelineEnds = 1_000
/** A few milliseconds of work, after which others have their turn. */
const alertsAtOnce = 250
const maxClaims = 64

export function createSummaryJob(options: SummaryJobOptions): SummaryJob {
  const waiting = new Map<string, SummaryRequest[]>()
  let running: Promise<void> | null = null

  const drain = async (): Promise<void> => {
    for (;;) {
      const next = waiting.entries().next().value
      if (!next) break
      const [incidentId, requests] = next
      waiting.delete(incidentId)
      await makeSummary(options, incidentId, requests).catch(options.onError)
    }
    running = null
  }
  return {
    request: (request) => {
      waiting.set(request.incidentId, [...(waiting.get(request.incidentId) ?? []), request])
      running ??= Promise.resolve().then(drain)
    },
    idle: async () => {
      while (running) await running
    },
  }
}

async function makeSummary(
  options: SummaryJobOptions,
  incidentId: string,
  requests: readonly SummaryRequest[],
): Promise<void> {
  const { store, provider, clock, onProgress = () => undefined } = options
  const started = clock.monotonic()
  // Read before the incident: what is committed in between only makes the summary newer than it claims.
  const asOfSeq = store.head()
  const found = await store.incident(incidentId)
  if (!found) return
  const alerts = await allAlerts(store, incidentId)
  const input: SummaryInput = {
    incident: found.incident,
    alerts,
    services: await store.services(found.incident.serviceIds),
    timeline: await timelineOf(store, incidentId),
    at: clock.now(),
  }
  const claims = await provider.summarise(input, (text) => onProgress(incidentId, text))
  onProgress(incidentId, '')
  const tookMs = Math.round(clock.monotonic() - started)
  await store.write(async (turn) => {
    const before = await turn.summary(incidentId)
    const summary: Summary = {
      incidentId,
      revision: (before?.revision ?? 0) + 1,
      asOfSeq,
      eventCount: alerts.reduce((sum, alert) => sum + alert.count, 0),
      provider: provider.name,
      trigger: requests.at(-1)?.trigger ?? 'requested',
      claims: claims.slice(0, maxClaims).map(bounded),
      completedAt: turn.now,
      tookMs,
    }
    turn.append({ kind: 'summary', summary })
    for (const { timer } of requests) turn.clearTimer(timer.kind, timer.key, timer.dueAt)
  })
}

/** A claim quotes what monitors and people wrote, however long; an entry that does not fit could be read by no console. */
function bounded({ section, text, cites }: SummaryClaim): SummaryClaim {
  const short = text.length > longestClaim ? `${text.slice(0, longestClaim - 1)}…` : text
  return { section, text: short, cites: cites.slice(0, mostCites) }
}

/** The beginning says how it opened, the end how it stands: of a long one the middle is left out. */
async function timelineOf(store: LogStore, incidentId: string): Promise<LogEntry[]> {
  const { items, next } = await store.timeline(incidentId, null, timelineEnds)
  if (next === null) return items
  await nextTurn()
  const end = await store.timelineEnd(incidentId, timelineEnds)
  return [...items, ...end.filter(({ seq }) => seq > Number(next))]
}

async function allAlerts(store: LogStore, incidentId: string): Promise<Alert[]> {
  const alerts: Alert[] = []
  for (let after: string | null = null; ;) {
    const page: Page<Alert> = await store.alerts(incidentId, after, alertsAtOnce)
    alerts.push(...page.items)
    after = page.next
    if (after === null) return alerts
    await nextTurn()
  }
}
