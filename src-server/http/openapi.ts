import swagger from '@fastify/swagger'
import type { FastifyInstance } from 'fastify'
import * as z from 'zod'
import { jsonSchemas, referenceTo, type ApiSchemaName } from './api-schemas.ts'
import type { Access } from './access-check.ts'

/** What an answer carries: one of the named schemas, or a media type that is no JSON. */
export type AnswerDescription = ApiSchemaName | { text: string }

declare module 'fastify' {
  interface FastifyContextConfig {
    /** One sentence for the description. */
    summary?: string
    requestBody?: ApiSchemaName
    answers?: Readonly<Record<number, AnswerDescription>>
    /** Statuses with the common error body that this route can answer beside those of its access. */
    problems?: readonly number[]
  }
}

const meanings: Readonly<Record<number, string>> = {
  200: 'OK',
  202: 'Committed to disk',
  400: 'The input is wrong; `field` says which',
  401: 'No token, or an unknown or revoked one',
  403: 'The role may not do that, or the Origin is not allowed',
  404: 'No such thing',
  413: 'The body is too large',
  415: 'Not application/json',
  426: 'Needs a WebSocket upgrade',
  429: 'Too much at once; see Retry-After',
  503: 'Not able to now; see Retry-After',
}

/** Collects the routes that are registered after it; `app.swagger()` gives the description once the app is ready. */
export async function describeApi(app: FastifyInstance, version: string): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Watchfloor incident server',
        version,
        description:
          'The stream itself (WebSocket at /v1/stream) is specified in docs/PROTOCOL.md; its frames are ClientFrame and ServerFrame.',
      },
      components: {
        schemas: jsonSchemas(),
        securitySchemes: {
          bearer: { type: 'http', scheme: 'bearer' },
          basic: {
            type: 'http',
            scheme: 'basic',
            description: 'The token as password, for senders that know no other way',
          },
        },
      },
    },
    transform: ({ schema, url, route }) => {
      const { access = 'read', summary, requestBody, answers = {}, problems = [] } = route.config ?? {}
      const description = {
        ...(summary === undefined ? {} : { summary }),
        ...parameters(schema),
        ...(requestBody === undefined ? {} : { body: referenceTo(requestBody) }),
        response: responses(answers, access, problems),
        security: security(access),
      }
      return { schema: description, url }
    },
  })
}

/** Query and path parameters, from the zod schemas that check them. */
function parameters(schema: object | undefined): Record<string, object> {
  const described: Record<string, object> = {}
  for (const [place, value] of Object.entries(schema ?? {})) {
    if (!(value instanceof z.ZodType) || place === 'body') continue
    const { $schema: _schema, ...json } = z.toJSONSchema(value, { io: 'input' })
    described[place] = json
  }
  return described
}

function responses(
  answers: Readonly<Record<number, AnswerDescription>>,
  access: Access,
  problems: readonly number[],
): Record<string, object> {
  const described: Record<string, object> = {}
  for (const [status, answer] of Object.entries(answers)) described[status] = response(Number(status), answer)
  const refusals = access === 'open' ? problems : [401, 403, ...problems]
  for (const status of refusals) described[status] ??= response(status, 'Error')
  return described
}

function response(status: number, answer: AnswerDescription): object {
  const content =
    typeof answer === 'string'
      ? { 'application/json': { schema: referenceTo(answer) } }
      : { [answer.text]: { schema: { type: 'string' } } }
  return { description: meanings[status] ?? 'Answer', content }
}

function security(access: Access): Record<string, string[]>[] {
  if (access === 'open') return []
  return access === 'send' ? [{ bearer: [] }, { basic: [] }] : [{ bearer: [] }]
}
