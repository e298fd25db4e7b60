import * as z from 'zod'
import { commandRequestSchema, pollRequestSchema, type PollRequest } from '../../src-shared/protocol/poll.ts'
import { protocolVersion } from '../../src-shared/protocol/limits.ts'
import { carryOut, readMember, recognisableMembers } from '../stream/command-members.ts'
import { answerPoll } from '../stream/long-poll.ts'
import type { HandshakeRate } from '../stream/rate-limits.ts'
import type { StreamService } from '../stream/stream-service.ts'
import { identityOf } from './access-check.ts'
import { acceptsGzip, gzipWhenLarge } from './compressed-answer.ts'
import { InputError } from './input-error.ts'
import type { App } from './zod-routes.ts'

export interface StreamRoutesOptions {
  service: StreamService
  /** Those who begin to poll come back after a crash like those who connect. */
  handshakes: HandshakeRate
  /** Releases the polls that are held. */
  stopping: AbortSignal
}

/** The stream without WebSockets. */
export function addStreamRoutes(app: App, { service, handshakes, stopping }: StreamRoutesOptions): void {
  app.get(
    '/v1/stream',
    {
      config: {
        summary: 'The stream: upgrade to a WebSocket, see docs/PROTOCOL.md',
        answers: { 426: 'Error' },
        problems: [503],
      },
    },
    async (_request, reply) => {
      reply.header('upgrade', 'websocket')
      const message = 'this is a WebSocket; without one use POST /v1/poll'
      throw new InputError(426, { code: 'upgradeRequired', message, field: null })
    },
  )

  app.post(
    '/v1/poll',
    {
      schema: { body: pollRequestSchema },
      config: {
        summary: 'One read of the stream from a cursor, held until there is something to say',
        requestBody: 'PollRequest',
        answers: { 200: 'PollAnswer' },
        problems: [400, 413, 415, 503],
      },
    },
    async (request, reply) => {
      if (request.body.protocol !== protocolVersion) {
        const message = `protocol ${request.body.protocol} is not spoken here; ${protocolVersion} is`
        throw new InputError(400, { code: 'protocolUnsupported', message, field: 'protocol' })
      }
      const retryAfterSeconds = isFirst(request.body) ? handshakes.admit(service.clock.monotonic()) : null
      if (retryAfterSeconds !== null) {
        handshakes.countRefusal()
        const problem = { code: 'tryLater', message: 'too many handshakes at once', field: null }
        throw new InputError(503, problem, retryAfterSeconds)
      }
      const gone = new AbortController()
      reply.raw.once('close', () => gone.abort())
      const release = AbortSignal.any([gone.signal, stopping])
      const identity = identityOf(request)
      const text = await service.hub.whilePolled(() =>
        answerPoll(service, identity, request.body, { release }),
      )
      reply.serializer((ready: string) => ready)
      reply.type('application/json; charset=utf-8').header('vary', 'accept-encoding')
      const zipped = acceptsGzip(request.headers['accept-encoding']) ? await gzipWhenLarge(text) : null
      if (zipped === null) return reply.send(text)
      return reply.header('content-encoding', 'gzip').send(zipped)
    },
  )

  app.post(
    '/v1/commands',
    {
      schema: { body: oneOrManySchema },
      config: {
        summary: 'Carries out a command, or many in their order; the results come after the commit',
        requestBody: 'CommandRequest',
        answers: { 200: 'CommandAnswer' },
        problems: [400, 413, 415, 503],
      },
    },
    async (request) => {
      const identity = identityOf(request)
      if (!('commands' in request.body)) {
        const { command } = checked(commandRequestSchema, request.body)
        return { result: await service.execute(command, identity) }
      }
      const { commands: unread } = checked(manySchema, request.body)
      const members = unread.map((member, index) => readMember(member, ['commands', index]))
      const { results, failure } = await carryOut(members, (commands) =>
        service.executeAll(commands, identity),
      )
      // Those that have a result are answered with it again when all of them are sent again.
      if (failure !== null) throw failure
      return { results }
    },
  )
}

/** A poll that is answered with a welcome. */
function isFirst({ hello, cursor }: PollRequest): boolean {
  return hello || !cursor
}

/** Looked into by the handler: of many commands each is judged by itself. */
const oneOrManySchema = z.looseObject({})
const manySchema = z.object({ commands: recognisableMembers })

function checked<T extends z.ZodType>(schema: T, input: unknown): z.output<T> {
  const read = schema.safeParse(input)
  if (!read.success) throw InputError.fromSchema(read.error)
  return read.data
}
