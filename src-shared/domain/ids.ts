import * as z from 'zod'

/** An identifier made by a machine: UUID, version 7 where Watchfloor made it (sorts by time). */
export const idSchema = z.uuid()

/** Milliseconds since 1970-01-01 UTC. Every instant in Watchfloor is one of these; fields end in `At`. */
export const instantSchema = z.int().min(0).max(8_640_000_000_000_000)

/** A position in the log; 0 is before the first entry. */
export const seqSchema = z.int().min(0)

/** Counts the states that one thing has had, from 1; a lower one never replaces a higher one. */
export const revisionSchema = z.int().min(1)

export const labelsSchema = z.record(z.string().max(256), z.string().max(4096))
export type Labels = z.infer<typeof labelsSchema>

/** Addresses are shown as links only when they are http(s): event text is untrusted. */
export const linkSchema = z.object({
  href: z
    .string()
    .max(2048)
    .regex(/^https?:\/\//i, 'must start with http:// or https://'),
  text: z.string().max(256),
})
export type Link = z.infer<typeof linkSchema>

/** Who caused a change: a person, a source that sent an event, or the server itself (timers, summaries). */
export const actorSchema = z.object({
  kind: z.enum(['operator', 'source', 'system']),
  name: z.string().max(200),
})
export type Actor = z.infer<typeof actorSchema>
