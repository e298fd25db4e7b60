import * as z from 'zod'
import { consoleEvents, type EventName } from '../../src-shared/console-api.ts'

const frameSchema = z.union([
  z.object({ id: z.int(), answer: z.unknown() }),
  z.object({ event: z.string(), payload: z.unknown() }),
])

/** What a shell's WebSocket frame says; null when it is none of ours. */
export function readFrame(data: unknown): z.infer<typeof frameSchema> | null {
  if (typeof data !== 'string') return null
  try {
    return frameSchema.safeParse(JSON.parse(data)).data ?? null
  } catch {
    return null
  }
}

export function isEventName(name: string): name is EventName {
  return Object.hasOwn(consoleEvents, name)
}
