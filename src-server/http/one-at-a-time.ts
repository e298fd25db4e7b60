import type { FastifyReply } from 'fastify'
import { InputError } from './input-error.ts'

/** Makes an answer while the signal is not aborted. */
type Make<T> = (stop: AbortSignal) => Promise<T>

/**
 * Answers that are long in the making: one at a time (429 with this message to others), and no longer than somebody waits for
 * it and the server goes on.
 */
export function oneAtATime(
  message: string,
  stopping: AbortSignal,
): <T>(reply: FastifyReply, make: Make<T>) => Promise<T> {
  let isBusy = false
  return async (reply, make) => {
    if (isBusy) throw new InputError(429, { code: 'busy', message, field: null }, 1)
    const gone = new AbortController()
    reply.raw.once('close', () => gone.abort())
    isBusy = true
    try {
      return await make(AbortSignal.any([gone.signal, stopping]))
    } finally {
      isBusy = false
    }
  }
}
