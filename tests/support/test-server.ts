import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { v7 as uuidv7 } from 'uuid'
import type { Role } from '../../src-shared/protocol/frames.ts'
import { createSystemClock } from '../../src-server/clock.ts'
import { configSchema } from '../../src-server/config.ts'
import { createLog } from '../../src-server/create-log.ts'
import { createServer, type Server, type ServerDeps } from '../../src-server/server.ts'
import type * as z from 'zod'

export interface TestServer {
  url: string
  streamUrl: string
  server: Server
  tokens: Record<Role, string>
  /** Calls the HTTP API; the answer's body is parsed when it is JSON. */
  call(path: string, options?: CallOptions): Promise<{ status: number; headers: Headers; body: unknown }>
  /** Sends events as a source and expects them to be accepted. */
  ingest(...events: object[]): Promise<{ accepted: number; items: { id: string; dedupKey: string }[] }>
  /** Starts it again on the same port and data. */
  restart(): Promise<TestServer>
  close(): Promise<void>
}

export interface CallOptions {
  method?: string
  /** Null: none. */
  token?: string | null
  /** Sent as JSON; a string as it is. */
  body?: unknown
  headers?: Record<string, string>
}

/** A real server in this process: own port, own folder, short times. */
export async function startTestServer(
  changes: z.input<typeof configSchema> = {},
  deps: Partial<ServerDeps> = {},
): Promise<TestServer> {
  const dataDir = changes.dataDir ?? (await mkdtemp(join(tmpdir(), 'watchfloor-test-')))
  const config = configSchema.parse({
    port: 0,
    heartbeatMs: 150,
    staleMs: 300,
    deadMs: 20_000,
    drainMs: 100,
    logLevel: 'silent',
    sqliteSynchronous: 'NORMAL',
    ...changes,
    dataDir,
  })
  const server = await createServer(config, {
    log: createLog(config.logLevel),
    clock: createSystemClock(),
    random: Math.random,
    randomId: uuidv7,
    ...deps,
  })
  const create = (role: Role): string => {
    server.tokens.revoke(nameOf[role])
    return server.tokens.create(nameOf[role], role)
  }
  const tokens = {
    viewer: create('viewer'),
    responder: create('responder'),
    admin: create('admin'),
    source: create('source'),
  }
  const call: TestServer['call'] = async (path, { method, token = tokens.responder, body, headers } = {}) => {
    const response = await fetch(`${server.url}${path}`, {
      method: method ?? (body === undefined ? 'GET' : 'POST'),
      headers: {
        ...(token === null ? {} : { authorization: `Bearer ${token}` }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    })
    const text = await response.text()
    const isJson = response.headers.get('content-type')?.includes('json')
    return { status: response.status, headers: response.headers, body: isJson ? JSON.parse(text) : text }
  }
  return {
    url: server.url,
    streamUrl: server.streamUrl,
    server,
    tokens,
    call,
    ingest: async (...events) => {
      const answer = await call('/v1/ingest/events', { token: tokens.source, body: events })
      if (answer.status !== 202) throw new Error(`not accepted: ${JSON.stringify(answer.body)}`)
      return answer.body as Awaited<ReturnType<TestServer['ingest']>>
    },
    restart: async () => {
      await server.close()
      return startTestServer({ ...changes, dataDir, port: Number(new URL(server.url).port) }, deps)
    },
    close: async () => {
      await server.close()
      await rm(dataDir, { recursive: true, force: true })
    },
  }
}

const nameOf: Record<Role, string> = { viewer: 'ada', responder: 'mira', admin: 'root', source: 'prober' }
