import type { WebSocket } from 'ws'
import * as z from 'zod'
import { consoleEvents, type EventName } from '../../src-shared/console-api.ts'
import type { ConsoleSession } from '../core/console.ts'

const requestSchema = z.object({ id: z.int(), method: z.string(), input: z.unknown() })

/** A browser that is this far behind, in bytes, is let go: it comes back and opens the board anew. */
const maxUnsentBytes = 16 * 1_048_576

/** Carries one page's calls to the console and the console's events to the page, until either ends. */
export function serveBridge(socket: WebSocket, session: ConsoleSession): void {
  const send = (message: object): void => {
    if (socket.bufferedAmount > maxUnsentBytes) socket.terminate()
    else if (socket.readyState === socket.OPEN) socket.send(JSON.stringify(message))
  }
  const eventNames = Object.keys(consoleEvents) as EventName[]
  for (const event of eventNames) session.on(event, (payload) => send({ event, payload }))
  socket.on('message', (data, isBinary) => {
    const request = isBinary || !Buffer.isBuffer(data) ? null : readRequest(data.toString('utf8'))
    if (!request) {
      socket.close(1008, 'not a request of the bridge')
      return
    }
    void session.call(request.method, request.input).then((answer) => send({ id: request.id, answer }))
  })
  socket.on('error', () => socket.terminate())
  socket.on('close', () => session.close())
}

function readRequest(text: string): z.infer<typeof requestSchema> | null {
  try {
    return requestSchema.safeParse(JSON.parse(text)).data ?? null
  } catch {
    return null
  }
}
