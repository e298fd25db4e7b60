import { fastify, type FastifyInstance } from 'fastify'
import { streamDefaults } from '../../src-shared/protocol/limits.ts'
import type { DemoControl } from '../demo/demo.ts'
import type { CorrelationPreview } from '../incidents/correlation-preview.ts'
import type { Ingest } from '../ingest/ingest.ts'
import { createFiguresOf } from '../search/log-figures.ts'
import type { Search } from '../search/search.ts'
import type { HandshakeRate } from '../stream/rate-limits.ts'
import type { StreamService } from '../stream/stream-service.ts'
import { checkAccess, type AccessOptions } from './access-check.ts'
import { addCorrelationRoutes } from './correlation-routes.ts'
import { answerErrors } from './error-answers.ts'
import { addDemoRoutes } from './demo-routes.ts'
import { addFiguresRoutes } from './figures-routes.ts'
import { addHealthRoutes } from './health-routes.ts'
import { addIngestRoutes } from './ingest-routes.ts'
import { acceptJsonOnly } from './json-bodies.ts'
import { answerUnreadable, mostHeadBytes } from './unreadable-requests.ts'
import { answerUnknown } from './method-check.ts'
import type { ServerMetrics } from './metrics.ts'
import { describeApi } from './openapi.ts'
import { addReadRoutes } from './read-routes.ts'
import { addServiceRoutes } from './service-routes.ts'
import { addSourceRoutes } from './source-routes.ts'
import { addStreamRoutes } from './stream-routes.ts'
import { useZodSchemas } from './zod-routes.ts'

export interface HttpServerOptions {
  access: AccessOptions
  service: StreamService
  ingest: Ingest
  search: Search
  preview: CorrelationPreview
  /** Null where the server is no demo: then it has no routes for one. */
  demo: DemoControl | null
  metrics: ServerMetrics
  version: string
  handshakes: HandshakeRate
  /** Aborted when the server begins to stop: held polls are answered, `/readyz` says so. */
  stopping: AbortSignal
}

/** A sender that trickles its request is cut off after this. */
const requestTimeoutMs = 30_000

/** Every route of the server, ready to listen. */
export async function createHttpServer(options: HttpServerOptions): Promise<FastifyInstance> {
  const { service, stopping } = options
  // Of a handshake too: who has a request to make has its head ready.
  const headersMs = service.times.helloMs
  const app = fastify({
    logger: false,
    bodyLimit: streamDefaults.maxClientFrameBytes,
    requestTimeout: requestTimeoutMs,
    http: {
      maxHeaderSize: mostHeadBytes,
      headersTimeout: headersMs,
      connectionsCheckingInterval: Math.max(50, headersMs / 5),
    },
    forceCloseConnections: 'idle',
    return503OnClosing: false,
    frameworkErrors: (error, _request, reply) => {
      // Before any route: only an address that is no URL comes here.
      const body = { error: { code: 'invalid', message: error.message, field: null } }
      reply.raw.writeHead(error.statusCode ?? 400, { 'content-type': 'application/json; charset=utf-8' })
      reply.raw.end(JSON.stringify(body))
    },
    clientErrorHandler: answerUnreadable,
  })
  answerUnknown(app)
  checkAccess(app, options.access)
  answerErrors(app, service.log)
  acceptJsonOnly(app)
  await describeApi(app, options.version)
  const routes = useZodSchemas(app)
  addHealthRoutes(routes, service.store, options.metrics, stopping)
  addIngestRoutes(routes, options.ingest, options.metrics)
  addReadRoutes(routes, { store: service.store, search: options.search, clock: service.clock })
  addCorrelationRoutes(routes, options.preview, stopping)
  addFiguresRoutes(routes, { figuresOf: createFiguresOf(service.store), clock: service.clock, stopping })
  addServiceRoutes(routes, service.store)
  addSourceRoutes(routes, service.store)
  addStreamRoutes(routes, options)
  if (options.demo) addDemoRoutes(routes, options.demo)
  await app.ready()
  return app
}
