import * as z from 'zod'

/** A change that came and does not fit what this version knows of changes. */
export interface UnreadEntry {
  seq: number
  /** Which field, and what is wrong with it. */
  problem: string
}

/** A frame with what was left out of it because it cannot be read. */
export type Received<F> = F & { unread?: readonly UnreadEntry[] }

/** So many are told apart; by then it does not matter how many more there are. */
const mostSeqs = 1_000

/** What could not be read of a site: kept until everything has been read anew, for until then something is missing. */
export const unreadSchema = z.object({
  /** Where in the log, in its order. */
  seqs: z.array(z.int()).min(1),
  /** Of the first. */
  problem: z.string(),
})
export type Unread = z.infer<typeof unreadSchema>

/** An incident's history may bring what the log has brought before: it counts once. */
export function addUnread(known: Unread | null, more: readonly UnreadEntry[] = []): Unread | null {
  const [first] = more
  if (!first) return known
  const seqs = new Set([...(known?.seqs ?? []), ...more.map(({ seq }) => seq)])
  return {
    seqs: [...seqs].toSorted((a, b) => a - b).slice(0, mostSeqs),
    problem: known?.problem ?? first.problem,
  }
}

/** What it means and what to do. */
export const unreadAdvice =
  'this console is older than its server, or the server is faulty, and something is missing in what is shown. Update this console; it reads everything anew when it starts.'

/** `3 changes could not be read (seq 41 to 97)`. */
export function unreadWords({ seqs }: Unread): string {
  const [first] = seqs
  if (seqs.length === 1) return `1 change could not be read (seq ${first})`
  const count = seqs.length < mostSeqs ? `${seqs.length} changes` : `${mostSeqs} changes or more`
  return `${count} could not be read (seq ${first} to ${seqs.at(-1)})`
}
