import * as z from 'zod'

/** What is wrong with a piece of input, in a form that a frame, an HTTP answer and a person can carry. */
export const problemSchema = z.object({
  /** One word for programs. */
  code: z.string().max(64),
  /** One sentence for people: what was wrong and what to do. */
  message: z.string().max(1024),
  /** Path of the field (`alerts.3.startsAt`), null when it is not about one. */
  field: z.string().max(256).nullable(),
})
export type Problem = z.infer<typeof problemSchema>

/** The first issue of a schema error as a problem; the rest are counted in the message. */
export function problemOf(error: z.ZodError, prefix: readonly PropertyKey[] = []): Problem {
  const [first, ...rest] = error.issues
  if (!first) return { code: 'invalid', message: 'invalid input', field: null }
  const field = [...prefix, ...first.path].map(String).join('.').slice(0, 256)
  const more = rest.length > 0 ? ` (and ${rest.length} more)` : ''
  const message = `${field === '' ? 'the input' : field}: ${first.message}${more}`
  return { code: 'invalid', message: message.slice(0, 1024), field: field === '' ? null : field }
}
