import type { FastifyInstance } from 'fastify'
import { sendProblem } from './error-answers.ts'

/** Answers for addresses without a route: 405 with `Allow` when another method is served there, else 404. */
export function answerUnknown(app: FastifyInstance): void {
  const served: { pattern: RegExp; methods: Set<string> }[] = []
  const byUrl = new Map<string, Set<string>>()
  app.addHook('onRoute', ({ url, method }) => {
    const methods = byUrl.get(url) ?? new Set<string>()
    if (!byUrl.has(url)) served.push({ pattern: patternOf(url), methods })
    byUrl.set(url, methods)
    for (const name of [method].flat()) methods.add(name)
  })
  app.setNotFoundHandler((request, reply) => {
    const path = request.url.split('?', 1)[0] ?? ''
    const methods = served.find(({ pattern }) => pattern.test(path))?.methods
    if (methods && !methods.has(request.method)) {
      const allow = [...methods].toSorted().join(', ')
      reply.header('allow', allow)
      const message = `${request.method} is not served here; use ${allow}`
      return sendProblem(reply, {
        status: 405,
        problem: { code: 'methodNotAllowed', message, field: null },
      })
    }
    const problem = { code: 'notFound', message: `nothing is served at ${path.slice(0, 200)}`, field: null }
    sendProblem(reply, { status: 404, problem })
  })
}

function patternOf(url: string): RegExp {
  const path = url.replace(/[.*+?^${}()|[\]\\]/g, '\\$&').replace(/:[a-zA-Z]+/g, '[^/]+')
  return new RegExp(`^${path}$`)
}
