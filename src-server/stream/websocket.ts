import type { IncomingMessage, Server } from 'node:http'
import type { Duplex } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import { WebSocketServer } from 'ws'
import { streamDefaults } from '../../src-shared/protocol/limits.ts'
import type { TokenIdentity } from '../access/tokens.ts'
import { checkHandshake, refuseUpgrade, type HandshakeRules } from './handshake.ts'
import { negotiateEncoding } from './frame-encoding.ts'
import type { HandshakeRate } from './rate-limits.ts'
import { Session } from './session.ts'
import type { StreamService } from './stream-service.ts'
import { StreamSocket } from './stream-socket.ts'

/** A client's largest frame comes in one piece or a few; each piece costs memory of its own. */
const maxFragments = 32
const maxBufferedChunks = 512
/**
 * Agreed on with whoever offers it, for large messages that many get (see SharedReads): nothing of a message is kept for
 * the next, in either direction, so that an idle socket holds no tables.
 */
const deflateRules = { serverNoContextTakeover: true, clientNoContextTakeover: true }
/** A client with less memory than usual goes without: it could not read what is shared. */
const smallWindow = /server_max_window_bits\s*=\s*"?(8|9|1[0-4])\b/i
/** A peer that has been told goodbye has this long to close its side. (An option that the types do not know yet.) */
const withCloseTimeout = { closeTimeout: 2_000 }
/** Ticks in one heartbeat: how exactly heartbeats and deaths are on time. */
const ticksPerHeartbeat = 20

export interface WebSocketOptions {
  service: StreamService
  allowedOrigins: readonly string[]
  authenticate(token: string): TokenIdentity | null
  random(): number
  handshakes: HandshakeRate
  maxConnections: number
  /** When stopping, readers are let go over at most this long. */
  drainMs: number
}

export interface WebSocketStream {
  /** Open connections. */
  connections(): number
  /** Says goodbye to everybody, spread out, and resolves when all are gone. */
  drain(): Promise<void>
}

/** Serves `/v1/stream` on this HTTP server. */
export function attachWebSocketStream(http: Server, options: WebSocketOptions): WebSocketStream {
  const { service } = options
  const sessions = new Set<Session>()
  let isStopping = false
  const sockets = new WebSocketServer({
    noServer: true,
    WebSocket: StreamSocket,
    maxPayload: streamDefaults.maxClientFrameBytes,
    maxFragments,
    maxBufferedChunks,
    perMessageDeflate: deflateRules,
    handleProtocols: (offered) => negotiateEncoding([...offered])?.subprotocol ?? false,
    clientTracking: true,
    ...withCloseTimeout,
  })
  const rules: HandshakeRules = {
    allowedOrigins: options.allowedOrigins,
    authenticate: options.authenticate,
    admit: () => options.handshakes.admit(service.clock.monotonic()),
    isFull: () => sessions.size >= options.maxConnections,
    isStopping: () => isStopping,
  }

  const onUpgrade = (request: IncomingMessage, transport: Duplex, head: Buffer): void => {
    const handshake = checkHandshake(request, rules)
    if (!handshake.ok) {
      if (handshake.refusal.status === 503) options.handshakes.countRefusal()
      return refuseUpgrade(transport, handshake.refusal)
    }
    const { identity, token, encoding } = handshake
    const { headers } = request
    if (smallWindow.test(headers['sec-websocket-extensions'] ?? ''))
      delete headers['sec-websocket-extensions']
    sockets.handleUpgrade(request, transport, head, (socket) => {
      const isTokenValid = () => options.authenticate(token) !== null
      const session = new Session(service, { socket, transport, encoding, identity, isTokenValid })
      sessions.add(session)
      socket.on('close', () => sessions.delete(session))
    })
  }
  http.on('upgrade', onUpgrade)

  const ticks = setInterval(
    () => {
      const now = service.clock.monotonic()
      service.hub.wake()
      for (const session of sessions) session.tick(now)
    },
    Math.max(5, service.times.heartbeatMs / ticksPerHeartbeat),
  )

  return {
    connections: () => sessions.size,
    async drain() {
      isStopping = true
      await letGo([...sessions], options)
      clearInterval(ticks)
      for (const socket of sockets.clients) socket.terminate()
      sockets.close()
    },
  }
}

/** Everybody is told when to come back; closes are spread over `drainMs` so that their returns are too. */
async function letGo(sessions: Session[], options: WebSocketOptions): Promise<void> {
  const spreadMs = options.service.hub.spreadMs()
  const groupSize = Math.max(10, Math.ceil((sessions.length * drainStepMs) / Math.max(1, options.drainMs)))
  for (let first = 0; first < sessions.length; first += groupSize) {
    if (first > 0) await sleep(drainStepMs)
    const group = sessions.slice(first, first + groupSize)
    await Promise.race([Promise.all(group.map((session) => session.commandsDone())), sleep(drainStepMs)])
    for (const session of group) {
      session.close('goingAway', 'the server is stopping', Math.round(options.random() * spreadMs))
    }
  }
  // The goodbye has to leave before the sockets are cut.
  if (sessions.length > 0) await sleep(drainStepMs)
}

const drainStepMs = 50
