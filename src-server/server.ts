import { createCorrelator } from '../src-shared/correlation/correlator.ts'
import { builtInRules, type CorrelationRule } from '../src-shared/correlation/rule.ts'
import type { ServiceRule } from '../src-shared/services/service-rule.ts'
import { createTokenStore, type TokenStore } from './access/tokens.ts'
import type { Clock } from './clock.ts'
import type { ServerConfig } from './config.ts'
import { startEdges } from './edges.ts'
import { withDemoTimes } from './demo/demo-config.ts'
import { createDemo } from './demo/demo.ts'
import { storyRules } from './demo/story/rules.ts'
import { createCommands } from './incidents/commands.ts'
import { createCorrelationPreview } from './incidents/correlation-preview.ts'
import { readRulesFile, readServiceRulesFile } from './incidents/rules-file.ts'
import { startTimers } from './incidents/timers.ts'
import { createIngest } from './ingest/ingest.ts'
import { startRetention } from './log/retention.ts'
import { openSqliteStore, type SqliteStore } from './log/sqlite-store.ts'
import { createSearch, type Search } from './search/search.ts'
import { serverVersion } from './server-version.ts'
import type { StreamLog } from './stream/stream-service.ts'
import { createBuiltInProvider } from './summaries/built-in-provider.ts'
import { createSummaryJob } from './summaries/summary-job.ts'

export interface ServerDeps {
  log: StreamLog
  clock: Clock
  /** From 0 (included) to 1 (excluded). */
  random(): number
  /** UUIDv7. */
  randomId(): string
  /** How often it looks for timers that are due, in milliseconds of real time: more often where a test moves the clock. */
  timerTickMs?: number
}

export interface Server {
  url: string
  streamUrl: string
  serverId: string
  tokens: TokenStore
  /** A cursor below this cannot be continued: what follows it is no longer all kept. */
  oldestCursor(): number
  /** Lets go of everybody, finishes what was begun, and closes the log. */
  close(): Promise<void>
}

/** What the files of rules say. */
interface Rules {
  correlation: readonly CorrelationRule[]
  services: readonly ServiceRule[]
}

/** Once a minute, with the usual heartbeat; in tests with short times as often as they need it. */
const beatsPerRetention = 4

/**
 * An incident server on a data folder of its own, listening when it resolves.
 * Rejects when the folder is in use by another server, or the port is taken.
 */
export async function createServer(given: ServerConfig, deps: ServerDeps): Promise<Server> {
  const config = withDemoTimes(given)
  const { clock, randomId } = deps
  const ownRules = config.rules === undefined ? [] : readRulesFile(config.rules)
  const rules: Rules = {
    correlation: config.demo ? [...ownRules, ...storyRules] : ownRules,
    services: config.serviceRules === undefined ? [] : readServiceRulesFile(config.serviceRules),
  }
  const store = openSqliteStore({
    dataDir: config.dataDir,
    clock,
    randomId,
    nativeBinding: config.sqliteBinding,
    synchronous: config.sqliteSynchronous,
  })
  const search = createSearch({
    dataDir: config.dataDir,
    epoch: store.identity.epoch,
    nativeBinding: config.sqliteBinding,
    isIndexed: config.searchIndex,
    onCommit: (listener) => store.onCommit(listener),
    log: deps.log,
  })
  try {
    const tokens = createTokenStore({ database: store.database, clock, randomId })
    if (config.bootstrapToken !== undefined)
      tokens.ensureBootstrap(config.bootstrapToken, config.bootstrapName)
    return await openToTheWorld(config, deps, { store, search, tokens }, rules)
  } catch (error) {
    await search.close()
    await store.close()
    throw error
  }
}

/** What reads and writes the data folder. */
interface Kept {
  store: SqliteStore
  search: Search
  tokens: TokenStore
}

async function openToTheWorld(
  config: ServerConfig,
  deps: ServerDeps,
  { store, search, tokens }: Kept,
  rules: Rules,
): Promise<Server> {
  const { clock, randomId, log } = deps
  const { settleMs, flapSettleMs, reopenMs, summaryQuietMs, ackTimeoutMs } = config
  const times = { settleMs, flapSettleMs, reopenMs, ackTimeoutMs }
  const correlate = createCorrelator([...rules.correlation, ...builtInRules])
  const placing = { randomId, correlate, summaryQuietMs }
  const commands = createCommands({ store, randomId, settleMs, ackTimeoutMs })
  const maintenanceWindows = () =>
    store.write(async (turn) => (await turn.maintenanceWindows()).map(({ window }) => window))
  const demo = config.demo ? createDemo(tokens, { ...deps, maintenanceWindows }, config.demoSpeed) : null
  const edges = await startEdges(
    config,
    { ...deps, version: serverVersion },
    {
      store,
      ingest: createIngest({ store, serviceRules: rules.services, ...placing, ...times }),
      search,
      preview: createCorrelationPreview({ store, clock, times }),
      demo,
      authenticate: (token) => tokens.authenticate(token),
      execute: (command, identity) => commands.execute(command, identity),
      executeAll: (members, identity) => commands.executeAll(members, identity),
    },
  )
  const onError = (error: unknown): void =>
    log.error({ error: String(error) }, 'work in the background failed')
  const summaries = createSummaryJob({
    store,
    provider: createBuiltInProvider(),
    clock,
    onProgress: (incidentId, text) => edges.showProgress(incidentId, text),
    onError,
  })
  const requestSummary = summaries.request
  const stopTimers = startTimers({
    store,
    clock,
    release: placing,
    requestSummary,
    onError,
    tickMs: deps.timerTickMs,
  })
  const stopRetention = startRetention({
    store,
    clock,
    keep: {
      days: config.logKeepDays,
      entries: config.logKeepEntries,
      megabytes: config.logKeepMb,
      resultDays: config.resultKeepDays,
      auditDays: config.auditKeepDays,
    },
    everyMs: config.heartbeatMs * beatsPerRetention,
    onError,
  })
  demo?.start(edges.url)
  return {
    url: edges.url,
    streamUrl: edges.streamUrl,
    serverId: store.identity.serverId,
    tokens,
    oldestCursor: () => store.oldestCursor(),
    close: async () => {
      await demo?.stop()
      await edges.close()
      await search.close()
      await stopRetention()
      await stopTimers()
      await summaries.idle()
      await store.close()
    },
  }
}
