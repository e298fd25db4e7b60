import type { AddressInfo } from 'node:net'
import type { Command, CommandResult } from '../src-shared/domain/command.ts'
import type { TokenIdentity } from './access/tokens.ts'
import type { Clock } from './clock.ts'
import type { ServerConfig } from './config.ts'
import type { DemoControl } from './demo/demo.ts'
import { createHttpServer } from './http/http-server.ts'
import { createServerMetrics } from './http/metrics.ts'
import type { CommandSeries } from './incidents/commands.ts'
import type { CorrelationPreview } from './incidents/correlation-preview.ts'
import type { Ingest } from './ingest/ingest.ts'
import type { LogStore } from './log/log-store.ts'
import type { Search } from './search/search.ts'
import { Hub } from './stream/hub.ts'
import { HandshakeRate } from './stream/rate-limits.ts'
import type { StreamLog, StreamService } from './stream/stream-service.ts'
import { attachWebSocketStream, type WebSocketStream } from './stream/websocket.ts'

/** What the edges of the server serve: the log, and those who may change it. */
export interface Inside {
  store: LogStore
  ingest: Ingest
  search: Search
  preview: CorrelationPreview
  /** Null where the server is no demo. */
  demo: DemoControl | null
  /** Who this token belongs to; null when it is unknown or revoked. */
  authenticate(token: string): TokenIdentity | null
  execute(command: Command, identity: TokenIdentity): Promise<CommandResult>
  /** See `Commands`. */
  executeAll(commands: readonly Command[], identity: TokenIdentity): Promise<CommandSeries>
}

export interface EdgeDeps {
  log: StreamLog
  clock: Clock
  /** From 0 (included) to 1 (excluded). */
  random(): number
  version: string
}

export interface Edges {
  url: string
  streamUrl: string
  /** Shows the readers of an incident what of its summary is written so far; empty at the end. */
  showProgress(incidentId: string, text: string): void
  /** Lets go of readers and polls, and stops listening. Nothing is answered after it resolves. */
  close(): Promise<void>
}

/** When stopping, requests that are under way have this long: a commit and its answer take a hundredth of it. */
const finishMs = 1_000
/** The end of a longer text is what is new in it. */
const maxProgressCharacters = 16_384

/** Listens: HTTP, WebSockets and long polls around one log. */
export async function startEdges(config: ServerConfig, deps: EdgeDeps, inside: Inside): Promise<Edges> {
  const { store } = inside
  const { log, clock, random } = deps
  const { heartbeatMs, staleMs, deadMs, helloMs, pollHoldMs } = config
  const stopping = new AbortController()
  const hub = new Hub({
    store,
    clock,
    random,
    heartbeatMs,
    compressLive: config.compressLive,
    onError: (error) => log.error({ error: String(error) }, 'the log could not be read for the stream'),
  })
  const handshakes = new HandshakeRate(config.handshakesPerSecond)
  let stream: WebSocketStream | null = null
  const metrics = createServerMetrics({
    head: () => store.head(),
    readers: () => hub.readers,
    polls: () => hub.polls,
    oldestCursor: () => store.oldestCursor(),
    connections: () => stream?.connections() ?? 0,
    handshakesRefused: () => handshakes.refused,
    isAvailable: () => store.unavailable() === null,
  })
  const service: StreamService = {
    store,
    hub,
    clock,
    log,
    times: { heartbeatMs, staleMs, deadMs, helloMs, pollHoldMs },
    execute: async (command, identity) => {
      const result = await inside.execute(command, identity)
      metrics.commanded(result.status)
      return result
    },
    executeAll: async (commands, identity) => {
      const series = await inside.executeAll(commands, identity)
      for (const { status } of series.results) metrics.commanded(status)
      return series
    },
  }
  const authenticate = (token: string): TokenIdentity | null => inside.authenticate(token)
  const access = { allowedOrigins: config.allowOrigin, authenticate }
  const { ingest, search, preview, demo } = inside
  const { version } = deps
  const app = await createHttpServer({
    access,
    service,
    handshakes,
    ingest,
    search,
    preview,
    demo,
    metrics,
    version,
    stopping: stopping.signal,
  })
  stream = attachWebSocketStream(app.server, {
    service,
    ...access,
    random,
    handshakes,
    maxConnections: config.maxConnections,
    drainMs: config.drainMs,
  })
  await app.listen({ port: config.port, host: config.host })
  const url = urlOf(app.server.address())
  return {
    url,
    streamUrl: `${url.replace(/^http/, 'ws')}/v1/stream`,
    showProgress(incidentId, text) {
      const shown = text.slice(-maxProgressCharacters)
      hub.tell(`incident:${incidentId}`, { type: 'progress', incidentId, text: shown })
    },
    async close() {
      stopping.abort()
      await stream.drain()
      hub.close()
      // Who connected and says nothing, or not all of a request, would hold the end up for as long as he likes.
      const cut = setTimeout(() => app.server.closeAllConnections(), finishMs)
      await app.close()
      clearTimeout(cut)
    },
  }
}

function urlOf(address: AddressInfo | string | null): string {
  if (address === null || typeof address === 'string') throw new Error('the server listens on TCP')
  const host = address.family === 'IPv6' ? `[${address.address}]` : address.address
  return `http://${host}:${address.port}`
}
