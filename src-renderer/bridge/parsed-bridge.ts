import {
  consoleEvents,
  consoleMethods,
  methodFailureSchema,
  type ConsoleEvents,
  type EventName,
  type EventPayload,
  type MethodAnswer,
  type MethodInput,
  type MethodName,
} from '../../src-shared/console-api.ts'
import type { RendererBridge, ShellTransport } from './renderer-bridge.ts'

function parseAnswer<M extends MethodName>(method: M, answer: unknown): MethodAnswer<M> {
  const failed = methodFailureSchema.safeParse(answer)
  if (failed.success) return failed.data
  const value = typeof answer === 'object' && answer !== null && 'value' in answer ? answer.value : undefined
  const parsed = consoleMethods[method].output.safeParse(value)
  if (parsed.success) return { ok: true, value: parsed.data } as MethodAnswer<M>
  const where = parsed.error.issues[0]
  const message = `The console answered "${method}" in a form that this page does not know (${where?.path.join('.') ?? ''}: ${where?.message ?? ''}). Reload the page.`
  return { ok: false, code: 'unknownAnswer', message }
}

/**
 * Puts the contract's schemas between a transport and the stores: what does not fit an event's schema is
 * reported on the page's console and dropped, what does not fit an answer's is an answer with `ok: false`.
 */
export function createParsedBridge(transport: ShellTransport): RendererBridge {
  return {
    call: async <M extends MethodName>(method: M, input: MethodInput<M>) =>
      parseAnswer(method, await transport.call(method, input)),
    on: <E extends EventName>(event: E, listener: (payload: EventPayload<E>) => void) => {
      const schema: ConsoleEvents[E] = consoleEvents[event]
      return transport.on(event, (payload) => {
        const parsed = schema.safeParse(payload)
        if (parsed.success) listener(parsed.data as EventPayload<E>)
        else console.error(`event "${event}" does not fit its schema`, parsed.error.issues)
      })
    },
    link: () => transport.link(),
    onLink: (listener) => transport.onLink(listener),
    reconnect: () => transport.reconnect(),
    close: () => transport.close(),
  }
}
