import type { CommandBody } from '../../../src-shared/domain/command.ts'

/**
 * Windows and services are changed as a whole, on the revision that the author saw. A number does not say whose it is: that
 * one's own earlier change will have made it cannot be said before its result. So a second one waits for that, and
 * then names what the first has made; when somebody else was there before the first, both conflict.
 */
export interface Revising {
  /** The window or the service. */
  subject: string
  seen: number
}

/** What an action changes, where it names a revision; null for all others, and for a window that is not there yet. */
export function revisingOf(body: CommandBody): Revising | null {
  if (body.kind === 'editService') return { subject: body.serviceId, seen: body.seen }
  if (body.kind !== 'planMaintenance' || body.windowId === null || body.seen === null) return null
  return { subject: body.windowId, seen: body.seen }
}

/** The action as its author means it once his own earlier `change` is done, which made the next revision. */
export function seenAfter(body: CommandBody, { subject, seen }: Revising): CommandBody {
  if (body.kind !== 'editService' && body.kind !== 'planMaintenance') return body
  const revising = revisingOf(body)
  return revising?.subject === subject && revising.seen === seen ? { ...body, seen: seen + 1 } : body
}
