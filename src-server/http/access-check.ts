import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { Role } from '../../src-shared/protocol/frames.ts'
import type { TokenIdentity } from '../access/tokens.ts'
import { bearerToken, isOriginAllowed, tokenMissing } from '../stream/handshake.ts'
import { InputError } from './input-error.ts'

/** Who may use a route. `open`: anybody, without a token. */
export type Access = 'open' | 'read' | 'act' | 'send' | 'administer'

const rolesFor: Record<Exclude<Access, 'open'>, readonly Role[]> = {
  read: ['viewer', 'responder', 'admin'],
  act: ['responder', 'admin'],
  send: ['source', 'admin'],
  administer: ['admin'],
}

declare module 'fastify' {
  interface FastifyContextConfig {
    access?: Access
  }
  interface FastifyRequest {
    /** Who asks; null on open routes. */
    identity: TokenIdentity | null
  }
}

export interface AccessOptions {
  allowedOrigins: readonly string[]
  authenticate(token: string): TokenIdentity | null
}

/** Before anything else of a request: its Origin, its token, its role. Unknown routes need a token like all others. */
export function checkAccess(app: FastifyInstance, options: AccessOptions): void {
  app.decorateRequest('identity', null)
  app.addHook('onRequest', (request, reply, done) => {
    const access = request.routeOptions.config.access ?? 'read'
    if (access === 'open') return done()
    if (!isOriginAllowed(request.headers.origin, options.allowedOrigins)) {
      return done(refusal(403, 'originNotAllowed', 'pages of this origin may not use this server'))
    }
    const token = tokenOf(request, access)
    const identity = token === null ? null : options.authenticate(token)
    if (identity === null) {
      reply.header('www-authenticate', access === 'send' ? 'Bearer, Basic realm="ingest"' : 'Bearer')
      return done(refusal(401, 'unauthorized', tokenMissing))
    }
    const isKnownRoute = request.routeOptions.url !== undefined
    if (isKnownRoute && !rolesFor[access].includes(identity.role)) {
      const message = `the role ${identity.role} may not do this; it needs ${rolesFor[access].join(' or ')}`
      return done(refusal(403, 'forbidden', message))
    }
    request.identity = identity
    done()
  })
}

/** The asker of a route that is not open. */
export function identityOf(request: FastifyRequest): TokenIdentity {
  if (request.identity === null) throw new Error('this route is open: nobody was asked for a token')
  return request.identity
}

/** Some senders can only give a user and a password: then the token is the password. */
function tokenOf(request: FastifyRequest, access: Access): string | null {
  const { authorization } = request.headers
  const basic = access === 'send' ? /^Basic +(\S+)$/i.exec(authorization ?? '')?.[1] : undefined
  if (basic === undefined) return bearerToken(authorization)
  const pair = Buffer.from(basic, 'base64').toString()
  const colon = pair.indexOf(':')
  return colon < 0 ? null : pair.slice(colon + 1)
}

function refusal(status: number, code: string, message: string): InputError {
  return new InputError(status, { code, message, field: null })
}
