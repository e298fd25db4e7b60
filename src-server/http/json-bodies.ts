import type { FastifyInstance } from 'fastify'

declare module 'fastify' {
  interface FastifyRequest {
    /** The body as it came. */
    rawText: string
  }
}

/** JSON is the only kind of body; its text is kept beside the value, because raw payloads are stored. */
export function acceptJsonOnly(app: FastifyInstance): void {
  const parse = app.getDefaultJsonParser('remove', 'remove')
  app.decorateRequest('rawText', '')
  app.removeAllContentTypeParsers()
  app.addContentTypeParser<string>('application/json', { parseAs: 'string' }, (request, text, done) => {
    request.rawText = text
    // The library's own parser: it takes out `__proto__` and says what is wrong.
    void parse(request, text, done)
  })
}
