import { STATUS_CODES, type IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import type { TokenIdentity } from '../access/tokens.ts'
import { negotiateEncoding, type FrameEncoding } from './frame-encoding.ts'

/** Why a handshake is refused, as an HTTP answer. */
export interface Refusal {
  status: number
  code: string
  message: string
  retryAfterSeconds?: number
}

export interface HandshakeRules {
  /** Web pages from these origins may connect; all others may not. */
  allowedOrigins: readonly string[]
  authenticate(token: string): TokenIdentity | null
  /** Null to let it in; else after how many seconds to come back. */
  admit(): number | null
  /** True while no more connections fit. */
  isFull(): boolean
  isStopping(): boolean
}

export type Handshake =
  | { ok: true; identity: TokenIdentity; token: string; encoding: FrameEncoding }
  | { ok: false; refusal: Refusal }

/** Decides whether a request may become a stream. Nothing of a WebSocket exists before this says yes. */
export function checkHandshake(request: IncomingMessage, rules: HandshakeRules): Handshake {
  const { headers } = request
  if (pathOf(request) !== '/v1/stream') return refuse(404, 'notFound', 'WebSockets are served at /v1/stream')
  if (!isOriginAllowed(headers.origin, rules.allowedOrigins)) {
    return refuse(
      403,
      'originNotAllowed',
      'pages of this origin may not connect; allow it with --allow-origin',
    )
  }
  const token = bearerToken(headers.authorization)
  const identity = token === null ? null : rules.authenticate(token)
  if (token === null || identity === null) return refuse(401, 'unauthorized', tokenMissing)
  if (identity.role === 'source') return refuse(403, 'forbidden', 'a source sends events and reads nothing')
  const encoding = negotiateEncoding(offeredSubprotocols(headers['sec-websocket-protocol']))
  if (encoding === null) {
    return refuse(400, 'unknownSubprotocol', 'offer watchfloor.v1.json, watchfloor.v1.msgpack, or none')
  }
  if (rules.isStopping()) return busy('the server is stopping', 1)
  if (rules.isFull()) return busy('as many connections are open as this server takes', fullRetrySeconds)
  const retryAfterSeconds = rules.admit()
  if (retryAfterSeconds !== null) return busy('too many handshakes at once', retryAfterSeconds)
  return { ok: true, identity, token, encoding }
}

/** No longer than the longest backoff of a client. */
const fullRetrySeconds = 20

export const tokenMissing = 'a valid token is needed: Authorization: Bearer <token>'

/** The token of an `Authorization: Bearer …` header; null without one. */
export function bearerToken(header: string | undefined): string | null {
  return /^Bearer +(\S+)$/i.exec(header ?? '')?.[1] ?? null
}

/** Requests without an Origin come from programs; those with one from web pages, which have to be allowed. */
export function isOriginAllowed(origin: string | undefined, allowed: readonly string[]): boolean {
  return origin === undefined || allowed.includes(origin)
}

/** Writes the refusal on the raw socket and ends it. */
export function refuseUpgrade(socket: Duplex, refusal: Refusal): void {
  const { status, code, message, retryAfterSeconds } = refusal
  const body = JSON.stringify({ error: { code, message, field: null } })
  const lines = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}`,
    'Connection: close',
    'Content-Type: application/json; charset=utf-8',
    `Content-Length: ${Buffer.byteLength(body)}`,
    ...(retryAfterSeconds === undefined ? [] : [`Retry-After: ${retryAfterSeconds}`]),
    ...(status === 401 ? ['WWW-Authenticate: Bearer'] : []),
  ]
  // The client may be gone already: then there is nobody to tell.
  socket.on('error', () => socket.destroy())
  socket.end(`${lines.join('\r\n')}\r\n\r\n${body}`)
}

function pathOf(request: IncomingMessage): string {
  return (request.url ?? '').split('?', 1)[0] ?? ''
}

function offeredSubprotocols(header: string | undefined): string[] {
  return (header ?? '')
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '')
}

function refuse(status: number, code: string, message: string): Handshake {
  return { ok: false, refusal: { status, code, message } }
}

function busy(message: string, retryAfterSeconds: number): Handshake {
  return { ok: false, refusal: { status: 503, code: 'tryLater', message, retryAfterSeconds } }
}
