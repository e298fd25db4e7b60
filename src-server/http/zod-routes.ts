import type {
  FastifyBaseLogger,
  FastifyInstance,
  FastifyTypeProvider,
  RawReplyDefaultExpression,
  RawRequestDefaultExpression,
  RawServerDefault,
} from 'fastify'
import type * as z from 'zod'
import { InputError } from './input-error.ts'

/** Makes what a route's schema says the type of what its handler gets. */
export interface ZodRoutes extends FastifyTypeProvider {
  validator: this['schema'] extends z.ZodType ? z.output<this['schema']> : unknown
}

export type App = FastifyInstance<
  RawServerDefault,
  RawRequestDefaultExpression,
  RawReplyDefaultExpression,
  FastifyBaseLogger,
  ZodRoutes
>

/** Route schemas are zod schemas: they check the input, and the OpenAPI description is made from them. */
export function useZodSchemas(app: FastifyInstance): App {
  app.setValidatorCompiler<z.ZodType>(({ schema, httpPart }) => (data) => {
    const again = httpPart === 'querystring' ? givenAgain(data) : null
    if (again) return { error: again }
    const parsed = schema.safeParse(data)
    return parsed.success ? { value: parsed.data } : { error: InputError.fromSchema(parsed.error) }
  })
  app.setSerializerCompiler(() => (data) => JSON.stringify(data))
  return app.withTypeProvider<ZodRoutes>()
}

/** Of `?limit=1&limit=2` nobody knows which is meant; null where each parameter comes once. */
function givenAgain(query: unknown): InputError | null {
  const [name] = Object.entries(query ?? {}).find(([, value]) => Array.isArray(value)) ?? []
  if (name === undefined) return null
  const field = name.slice(0, 256)
  return new InputError(400, {
    code: 'invalid',
    message: `${field}: is given more than once: give it once`,
    field,
  })
}
